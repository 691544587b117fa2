import { ServerErrors } from '../../errors.ts';

export const blockBytes = 512;

/** What stands before each entry of a tar archive. */
export interface TarHeader {
  readonly path: string;
  readonly bytes: number;
  /** `0` and `7` are files, `5` folders, `1` and `2` links, `x`, `g`, `L` and `K` say more of the next entry. */
  readonly type: string;
}

/** @throws ServerErrors.ARCHIVE_REFUSED when the block is no header */
export function readTarHeader(block: Buffer): TarHeader {
  if (Number.parseInt(text(block, 148, 8), 8) !== checksum(block))
    refuse('it is damaged, or not a tar archive in gzip');
  const type = String.fromCharCode(block[156] as number).replace('\0', '0');
  const isUstar = block.toString('latin1', 257, 262) === 'ustar';
  const name = text(block, 0, 100);
  const prefix = isUstar && block[263] === 0x30 ? text(block, 345, 155) : '';
  return { path: prefix === '' ? name : `${prefix}/${name}`, bytes: octal(block, 124, 12), type };
}

/** `path=package/a` from the records `27 path=package/a\n` that precede an entry. */
export function readPax(content: Buffer): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < content.length && content[at] !== 0) {
    const space = content.indexOf(0x20, at);
    const length = Number(content.toString('latin1', at, space));
    const record = content.toString('utf8', space + 1, at + length - 1);
    const equals = record.indexOf('=');
    if (!(space > at && Number.isSafeInteger(length) && length > 0 && equals > 0))
      refuse('an extended header is damaged');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

export function refuse(reason: string): never {
  throw new ServerErrors.ARCHIVE_REFUSED({ reason });
}

/** Its own bytes count as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at += 1) if (at < 148 || at >= 156) sum += block[at] as number;
  return sum;
}

function octal(block: Buffer, from: number, length: number): number {
  const digits = text(block, from, length).trim();
  // A number that is not octal is one of more than eight gigabytes.
  if (!/^[0-7]*$/.test(digits)) refuse('an entry has a size that is not octal');
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function text(block: Buffer, from: number, length: number): string {
  const end = block.indexOf(0, from);
  return block.toString('utf8', from, end === -1 || end > from + length ? from + length : end);
}
