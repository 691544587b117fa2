// One block of 512 bytes in front of each entry. Whatever two readers could read differently is refused.

/** What a block says, before anything of it is judged. */
export interface Header {
  readonly path: string;
  readonly size: number;
  readonly type: string;
}

export const blockBytes = 512;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a block, or says in a few words what is wrong with it. */
export function readHeader(block: Uint8Array): Header | string {
  const sum = octal(block, 148, 8);
  if (sum !== checksum(block)) return 'the checksum of its header is wrong';
  const size = octal(block, 124, 12);
  if (size === undefined) return 'its size is not an octal number';
  const magic = Buffer.from(block.subarray(257, 263)).toString('latin1');
  if (magic !== 'ustar\0' && magic !== 'ustar ') return 'its header is not in the ustar format';
  const name = textOf(block, 0, 100);
  // GNU's own format keeps times where ustar has the front part of a long path.
  const prefix = magic === 'ustar\0' ? textOf(block, 345, 155) : '';
  if (name === undefined || prefix === undefined) return 'its path is not UTF-8';
  return { path: prefix === '' ? name : `${prefix}/${name}`, size, type: typeOf(block[156] ?? 0) };
}

/** Whether a block is nothing but zeros: two of them end an archive. */
export function isZero(block: Uint8Array): boolean {
  return block.every((byte) => byte === 0);
}

/** Bytes as text, or nothing when they are not UTF-8. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function textOf(block: Uint8Array, from: number, length: number): string | undefined {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return decode(end === -1 ? field : field.subarray(0, end));
}

// The byte 0 is the old way of writing an ordinary file.
function typeOf(byte: number): string {
  return byte === 0 ? '0' : String.fromCodePoint(byte);
}

function octal(block: Uint8Array, from: number, length: number): number | undefined {
  const text = Buffer.from(block.subarray(from, from + length)).toString('latin1');
  const [, digits] = /^ *([0-7]{1,12})[ \0]*$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number.parseInt(digits, 8);
}

/** The sum of all bytes, those of the sum itself counted as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let index = 0; index < blockBytes; index += 1) if (index < 148 || index >= 156) sum += block[index] ?? 0;
  return sum;
}
