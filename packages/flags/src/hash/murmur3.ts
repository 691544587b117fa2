// MurmurHash3, x86, 32 bits, by Austin Appleby (public domain): the hash that flagd's `fractional` and Unleash's
// gradual rollouts are defined by.

/**
 * What of a text is hashed.
 *
 * `'utf8'`: its UTF-8 bytes, as in the SDKs of all languages but JavaScript. `'latin1'`: the low byte of each UTF-16 unit,
 * as in the JavaScript SDKs of flagd and Unleash; the two differ only for texts beyond ASCII.
 */
export type HashEncoding = 'utf8' | 'latin1';

const encoder = new TextEncoder();

/** Hashes a text; the answer is from 0 to 2^32 - 1. */
export function murmur3(text: string, seed = 0, encoding: HashEncoding = 'utf8'): number {
  const { length } = text;
  const whole = length & ~3;
  let hash = seed;
  for (let index = 0; index < whole; index += 4) {
    const a = text.charCodeAt(index);
    const b = text.charCodeAt(index + 1);
    const c = text.charCodeAt(index + 2);
    const d = text.charCodeAt(index + 3);
    // Up to 127 a UTF-16 unit is its own UTF-8 byte.
    if ((a | b | c | d) > 127) return murmur3Bytes(bytesOf(text, encoding), seed);
    hash = mix(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let index = length - 1; index >= whole; index -= 1) {
    const unit = text.charCodeAt(index);
    if (unit > 127) return murmur3Bytes(bytesOf(text, encoding), seed);
    tail = (tail << 8) | unit;
  }
  return finish(hash ^ scramble(tail) ^ length);
}

/** A text that many others are put behind to be hashed: what of the hash is the same for all of them. */
export interface HashedPrefix {
  readonly text: string;
  /** Undefined for a text beyond ASCII, which has no units that are bytes. */
  readonly hash: number | undefined;
  /** The bytes after the last whole word, and their number in bits. */
  readonly rest: number;
  readonly shift: number;
}

export function hashPrefix(text: string): HashedPrefix {
  let hash = 0;
  let rest = 0;
  let shift = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit > 127) return { text, hash: undefined, rest: 0, shift: 0 };
    rest |= unit << shift;
    shift = (shift + 8) & 31;
    if (shift !== 0) continue;
    hash = mix(hash, rest);
    rest = 0;
  }
  return { text, hash, rest, shift };
}

/** `murmur3(prefix.text + text)`, without making that text and without hashing its beginning again. */
export function murmur3After(prefix: HashedPrefix, text: string, encoding: HashEncoding = 'utf8'): number {
  const { shift } = prefix;
  let { hash, rest } = prefix;
  if (hash === undefined) return murmur3(prefix.text + text, 0, encoding);
  const { length } = text;
  const whole = length & ~3;
  for (let index = 0; index < whole; index += 4) {
    const a = text.charCodeAt(index);
    const b = text.charCodeAt(index + 1);
    const c = text.charCodeAt(index + 2);
    const d = text.charCodeAt(index + 3);
    if ((a | b | c | d) > 127) return murmur3(prefix.text + text, 0, encoding);
    const word = a | (b << 8) | (c << 16) | (d << 24);
    hash = mix(hash, rest | (word << shift));
    rest = shift === 0 ? 0 : word >>> (32 - shift);
  }
  let tail = 0;
  for (let index = length - 1; index >= whole; index -= 1) {
    const unit = text.charCodeAt(index);
    if (unit > 127) return murmur3(prefix.text + text, 0, encoding);
    tail = (tail << 8) | unit;
  }
  const bits = shift + ((length - whole) << 3);
  let last = rest | (tail << shift);
  if (bits >= 32) {
    hash = mix(hash, last);
    last = shift === 0 ? 0 : tail >>> (32 - shift);
  }
  return finish(hash ^ scramble(last) ^ (prefix.text.length + length));
}

/** Hashes bytes; the answer is from 0 to 2^32 - 1. */
export function murmur3Bytes(bytes: Uint8Array, seed = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { byteLength: length } = view;
  const whole = length & ~3;
  let hash = seed;
  for (let index = 0; index < whole; index += 4) hash = mix(hash, view.getInt32(index, true));
  let tail = 0;
  for (let index = length - 1; index >= whole; index -= 1) tail = (tail << 8) | view.getUint8(index);
  return finish(hash ^ scramble(tail) ^ length);
}

function bytesOf(text: string, encoding: HashEncoding): Uint8Array {
  if (encoding === 'utf8') return encoder.encode(text);
  return Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}

function mix(hash: number, word: number): number {
  const mixed = hash ^ scramble(word);
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

/** Zero stays zero, so an absent tail changes nothing. */
function scramble(word: number): number {
  const mixed = Math.imul(word, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

function finish(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
