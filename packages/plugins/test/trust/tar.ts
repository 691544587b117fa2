// Writes archives of every kind, also those that npm would never write.
import { gzipSync } from 'node:zlib';

export interface TarEntry {
  readonly path: string;
  readonly content?: string | Uint8Array;
  /** @default '0', an ordinary file */
  readonly type?: string;
  readonly link?: string;
  readonly prefix?: string;
  /** Instead of the length of the content. */
  readonly size?: number | string;
  /** Damages the header after its checksum was made. */
  readonly damage?: (header: Buffer) => void;
  readonly magic?: string;
}

export function tar(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(1024)]);
}

export function tgz(entries: readonly TarEntry[]): Buffer {
  return gzipSync(tar(entries));
}

/** A package as npm would pack it: its files in the folder `package`. */
export function packed(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  return tgz(Object.entries(files).map(([path, content]) => ({ path: `package/${path}`, content })));
}

/** A pax header in front of the next entry. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): TarEntry {
  const content = Object.entries(records).map(([key, value]) => paxRecord(key, value));
  return { path: 'PaxHeader', type, content: Buffer.concat(content) };
}

function paxRecord(key: string, value: string): Buffer {
  const body = Buffer.from(` ${key}=${value}\n`);
  let length = body.length + 1;
  while (String(length).length + body.length !== length) length += 1;
  return Buffer.concat([Buffer.from(String(length)), body]);
}

function blocksOf(entry: TarEntry): readonly Buffer[] {
  const content = Buffer.from(entry.content ?? '');
  return [headerOf(entry, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512)];
}

function headerOf({ path, type = '0', link = '', prefix = '', size, damage, magic }: TarEntry, length: number): Buffer {
  const header = Buffer.alloc(512);
  header.write(path, 0, 100);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  const wanted = size ?? length;
  header.write(typeof wanted === 'string' ? wanted : `${wanted.toString(8).padStart(11, '0')}\0`, 124, 12);
  header.write('00000000000\0', 136);
  header.write('        ', 148);
  header.write(type, 156, 1);
  header.write(link, 157, 100);
  header.write(magic ?? 'ustar\x0000', 257, 8, 'latin1');
  header.write(prefix, 345, 155);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  damage?.(header);
  return header;
}
