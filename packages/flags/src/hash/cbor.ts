// Deterministic CBOR (RFC 8949, section 4.2.1) of what an evaluation context can hold: flagd's bucketing version 3 hashes it.
// A safe integer is encoded as an integer, any other number in the shortest float that holds it.

const encoder = new TextEncoder();

/** The bytes of a value; undefined for one that CBOR's JSON types do not have (functions, symbols). */
export function encodeCbor(value: unknown): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  return append(value, parts, 0) ? concat(parts) : undefined;
}

const deepest = 100;

function append(value: unknown, parts: Uint8Array[], depth: number): boolean {
  if (depth > deepest) return false;
  if (value === null || value === undefined) return add(parts, 0xf6);
  if (typeof value === 'boolean') return add(parts, value ? 0xf5 : 0xf4);
  if (typeof value === 'number') return appendNumber(value, parts);
  if (typeof value === 'bigint') return appendInteger(value, parts);
  if (typeof value === 'string') return appendText(value, parts);
  if (value instanceof Date) return add(parts, 0xc1) && appendNumber(value.getTime() / 1000, parts);
  if (Array.isArray(value)) {
    appendHead(4, BigInt(value.length), parts);
    return value.every((item) => append(item, parts, depth + 1));
  }
  return typeof value === 'object' && appendMap(value, parts, depth + 1);
}

/** Keys are in the order of their encoded bytes. */
function appendMap(value: object, parts: Uint8Array[], depth: number): boolean {
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => {
      const own: Uint8Array[] = [];
      appendText(key, own);
      return { bytes: concat(own), item };
    })
    .toSorted((a, b) => Buffer.compare(a.bytes, b.bytes));
  appendHead(5, BigInt(entries.length), parts);
  return entries.every(({ bytes, item }) => {
    parts.push(bytes);
    return append(item, parts, depth);
  });
}

function appendText(text: string, parts: Uint8Array[]): boolean {
  const bytes = encoder.encode(text);
  appendHead(3, BigInt(bytes.length), parts);
  parts.push(bytes);
  return true;
}

function appendNumber(value: number, parts: Uint8Array[]): boolean {
  if (Number.isSafeInteger(value)) return appendInteger(BigInt(value), parts);
  if (Number.isNaN(value)) return add(parts, 0xf9, 0x7e, 0x00);
  const half = toHalf(value);
  if (half !== undefined) return add(parts, 0xf9, half >> 8, half & 0xff);
  const isSingle = Math.fround(value) === value;
  const bytes = new Uint8Array(isSingle ? 5 : 9);
  const view = new DataView(bytes.buffer);
  bytes[0] = isSingle ? 0xfa : 0xfb;
  if (isSingle) view.setFloat32(1, value);
  else view.setFloat64(1, value);
  parts.push(bytes);
  return true;
}

function appendInteger(value: bigint, parts: Uint8Array[]): boolean {
  const isNegative = value < 0n;
  const size = isNegative ? -1n - value : value;
  if (size >= 2n ** 64n) return false;
  appendHead(isNegative ? 1 : 0, size, parts);
  return true;
}

/** The major type with its number, in the fewest bytes. */
function appendHead(major: number, size: bigint, parts: Uint8Array[]): void {
  const type = major << 5;
  if (size < 24n) return void add(parts, type | Number(size));
  const width = size < 2n ** 8n ? 1 : size < 2n ** 16n ? 2 : size < 2n ** 32n ? 4 : 8;
  const bytes = new Uint8Array(1 + width);
  bytes[0] = type | (24 + Math.log2(width));
  for (let index = 0; index < width; index += 1) bytes[width - index] = Number((size >> BigInt(8 * index)) & 0xffn);
  parts.push(bytes);
}

/** The bits of a half precision float if that holds the number exactly. */
function toHalf(value: number): number | undefined {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size === 0) return sign;
  const exponent = Math.max(Math.floor(Math.log2(size)), -14);
  const fraction = size / 2 ** exponent;
  const bits = exponent === -14 && fraction < 1 ? fraction * 1024 : (fraction - 1) * 1024;
  if (!Number.isInteger(bits) || exponent > 15) return undefined;
  return sign | (exponent === -14 && fraction < 1 ? bits : ((exponent + 15) << 10) | bits);
}

function add(parts: Uint8Array[], ...bytes: number[]): boolean {
  parts.push(Uint8Array.from(bytes));
  return true;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
