// Values as text, for a realm that shares nothing with this one: what structured cloning keeps is kept, cycles too.
// (1) Nothing recurses deeply: a value of any depth is a flat list. (2) No name in the text can reach a prototype.
// (3) What JSON keeps as it is crosses as JSON, which both engines read and write by themselves: most of what is said.
import { codedError } from './guest-errors.ts';

/** A value in its place: a primitive as itself, or a tag with what belongs to it. */
type Encoded = string | number | boolean | null | readonly [tag: string, ...rest: readonly unknown[]];

/** @throws NOT_CLONEABLE for functions and symbols */
export function encodeText(value: unknown): string {
  if (isJson(value, new Set(), 0)) return jsonMark + JSON.stringify(value);
  const objects: object[] = [];
  const places = new Map<object, number>();
  const encode = (each: unknown): Encoded => {
    if (typeof each !== 'object' || each === null) return encodePrimitive(each);
    const known = places.get(each);
    if (known !== undefined) return ['r', known];
    places.set(each, objects.length);
    return ['r', objects.push(each) - 1];
  };
  const root = encode(value);
  const nodes: unknown[] = [];
  for (const object of objects) nodes.push(describe(object, encode));
  return JSON.stringify([root, nodes]);
}

const jsonMark = 'J';
const deepestJson = 16;

/** Whether JSON keeps a value as structured cloning does, shared members included. */
function isJson(value: unknown, seen: Set<object>, depth: number): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value !== 'object' || depth > deepestJson || seen.has(value)) return false;
  seen.add(value);
  if (Array.isArray(value)) {
    // With an index: `every` passes over holes, which JSON turns into null.
    for (let index = 0; index < value.length; index += 1) {
      if (!isJson(value[index], seen, depth + 1)) return false;
    }
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const member of Object.values(value)) if (!isJson(member, seen, depth + 1)) return false;
  return true;
}

function encodePrimitive(value: unknown): Encoded {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0) ? value : ['n', numberText(value)];
  if (value === undefined) return ['u'];
  if (typeof value === 'bigint') return ['b', value.toString()];
  throw codedError('NOT_CLONEABLE', `${typeof value === 'function' ? 'a function' : 'a symbol'} could not be cloned`);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function describe(object: object, encode: (value: unknown) => Encoded): readonly unknown[] {
  if (Array.isArray(object)) return ['A', ...object.map(encode)];
  if (object instanceof Map) return ['M', ...[...object].flat().map(encode)];
  if (object instanceof Set) return ['S', ...Array.from(object, encode)];
  if (object instanceof Date) return ['D', object.getTime()];
  if (object instanceof RegExp) return ['R', object.source, object.flags];
  if (object instanceof Error) return ['E', object.name, object.message, object.stack ?? ''];
  if (object instanceof ArrayBuffer) return ['B', bytesText(new Uint8Array(object))];
  if (ArrayBuffer.isView(object)) return describeView(object);
  return ['O', ...Object.entries(object).flatMap(([key, value]) => [key, encode(value)])];
}

const views = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
} as const;

function describeView(view: ArrayBufferView): readonly unknown[] {
  const name = Object.keys(views).find((each) => view instanceof views[each as keyof typeof views]);
  return ['V', name, bytesText(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))];
}

function bytesText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** @throws SyntaxError, TypeError for a text that `encodeText` does not write */
export function decodeText(text: string): unknown {
  if (text.startsWith(jsonMark)) return JSON.parse(text.slice(1));
  const [root, nodes] = JSON.parse(text) as readonly [unknown, unknown];
  if (!Array.isArray(nodes)) throw unreadable();
  const values = nodes.map(emptyValue);
  const decode = (each: unknown): unknown => decodeOne(each, values);
  for (const [index, node] of nodes.entries()) fill(values[index], node as readonly unknown[], decode);
  return decode(root);
}

function decodeOne(each: unknown, values: readonly unknown[]): unknown {
  if (!Array.isArray(each)) {
    if (typeof each === 'object' && each !== null) throw unreadable();
    return each;
  }
  const [tag, value] = each as readonly unknown[];
  if (tag === 'u') return undefined;
  if (tag === 'r' && typeof value === 'number' && value in values) return values[value];
  if (tag === 'n' && typeof value === 'string') return Number(value);
  if (tag === 'b' && typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value);
  throw unreadable();
}

function emptyValue(node: unknown): unknown {
  if (!Array.isArray(node)) throw unreadable();
  const [tag, first, second, third] = node as readonly unknown[];
  if (tag === 'A') return [];
  if (tag === 'O') return {};
  if (tag === 'M') return new Map();
  if (tag === 'S') return new Set();
  if (tag === 'D') return new Date(typeof first === 'number' ? first : Number.NaN);
  if (tag === 'R') return new RegExp(String(first), String(second));
  if (tag === 'E') return errorOf(String(first), String(second), String(third));
  if (tag === 'B') return bytesOf(String(first)).buffer;
  if (tag === 'V' && Object.hasOwn(views, String(first)))
    return viewOf(String(first) as keyof typeof views, String(second));
  throw unreadable();
}

function fill(value: unknown, [tag, ...rest]: readonly unknown[], decode: (each: unknown) => unknown): void {
  if (tag === 'A') for (const each of rest) (value as unknown[]).push(decode(each));
  if (tag === 'S') for (const each of rest) (value as Set<unknown>).add(decode(each));
  if (tag !== 'M' && tag !== 'O') return;
  for (let at = 0; at < rest.length; at += 2) {
    const held = decode(rest[at + 1]);
    if (tag === 'M') (value as Map<unknown, unknown>).set(decode(rest[at]), held);
    else {
      const all = { value: held, enumerable: true, writable: true, configurable: true };
      Object.defineProperty(value, String(rest[at]), all);
    }
  }
}

function errorOf(name: string, message: string, stack: string): Error {
  const error = new Error(message);
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: text.length }, (_none, index) => text.charCodeAt(index));
}

function viewOf(name: keyof typeof views, text: string): ArrayBufferView {
  const View: new (buffer: ArrayBuffer) => ArrayBufferView = views[name];
  return new View(bytesOf(text).buffer);
}

function unreadable(): TypeError {
  return new TypeError('the text is not a value');
}
