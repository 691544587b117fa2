import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export interface TarEntry {
  readonly path: string;
  readonly content?: string | Buffer;
  /** @default '0', a file */
  readonly type?: string;
  readonly link?: string;
  /** What the header says; @default the length of the content */
  readonly bytes?: number;
}

/** A tar archive, of whatever the entries say. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    return [header(entry, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export function tgz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(tar(entries));
}

/** What `npm pack` would make of a package of one file. */
export function packed(name: string, version: string, more: readonly TarEntry[] = []): Buffer {
  return tgz([{ path: 'package/package.json', content: JSON.stringify({ name, version }) }, ...more]);
}

function header({ path, type = '0', link = '', bytes }: TarEntry, length: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0, 100);
  block.write('0000644\0', 100);
  block.write(`${(bytes ?? length).toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write('ustar\u000000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

export interface PublishChange {
  readonly archive?: Buffer;
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly document?: Readonly<Record<string, unknown>>;
  readonly attachments?: Readonly<Record<string, unknown>>;
  readonly tag?: string;
}

/** The document that npm sends to publish. */
export function publishDocument(name: string, version: string, change: PublishChange = {}): Record<string, unknown> {
  const archive = change.archive ?? packed(name, version);
  const dist = {
    shasum: createHash('sha1').update(archive).digest('hex'),
    integrity: `sha512-${createHash('sha512').update(archive).digest('base64')}`,
  };
  const attachment = {
    content_type: 'application/octet-stream',
    data: archive.toString('base64'),
    length: archive.length,
  };
  return {
    _id: name,
    name,
    'dist-tags': { [change.tag ?? 'latest']: version },
    versions: { [version]: { name, version, dist, ...change.manifest } },
    _attachments: change.attachments ?? { [`${name}-${version}.tgz`]: attachment },
    ...change.document,
  };
}
