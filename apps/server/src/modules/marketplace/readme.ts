import type { Readable } from 'node:stream';
import { readArchive } from '@seaworthy/plugins/trust';
import { createByteCache } from '../registry/byte-cache.ts';

const readmeBytes = 131_072;
const cacheBytes = 4_194_304;
const kept = createByteCache<string>(cacheBytes);

/** The readme in the top folder of an archive; what is beyond its first 128 KiB is left out. */
export async function readReadme(sha256: string, archive: Buffer | Readable): Promise<string> {
  const known = kept.get(sha256);
  if (known !== undefined) return known;
  let text = '';
  for await (const { path, bytes } of readArchive(archive)) {
    if (!/^readme(?:\.md|\.markdown)?$/i.test(path)) continue;
    text = new TextDecoder().decode(bytes.subarray(0, readmeBytes));
    break;
  }
  kept.set(sha256, text, text.length * 2);
  return text;
}
