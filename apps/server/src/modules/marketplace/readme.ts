import type { Readable } from 'node:stream';
import { readArchive } from '@seaworthy/plugins/trust';
import { createByteCache } from '../registry/byte-cache.ts';

const readmeBytes = 131_072;
const cacheBytes = 4_194_304;

/** Reads readmes, and keeps those that were asked for last. */
export type ReadReadme = (sha256: string, open: () => Promise<Buffer | Readable>) => Promise<string>;

export function createReadmes(): ReadReadme {
  const kept = createByteCache<string>(cacheBytes);
  return async (sha256, open) => {
    const known = kept.get(sha256);
    if (known !== undefined) return known;
    const text = await findReadme(await open());
    kept.set(sha256, text, text.length * 2);
    return text;
  };
}

/** The readme in the top folder of an archive; what is beyond its first 128 KiB is left out. */
async function findReadme(archive: Buffer | Readable): Promise<string> {
  for await (const { path, bytes } of readArchive(archive)) {
    if (!/^readme(?:\.md|\.markdown)?$/i.test(path)) continue;
    return new TextDecoder().decode(bytes.subarray(0, readmeBytes));
  }
  return '';
}
