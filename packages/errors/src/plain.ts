import { nodeTypes, nodeUtil } from './node-modules.ts';
import { longestForm, scrubText } from './secrets.ts';

/** What JSON can hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** How to write what JSON has no literal for: `tagged` can be read back, `readable` is for people. */
export type PlainStyle = 'tagged' | 'readable';

/** What may still be written; shared by all values of one output, so that the output is bounded. */
export interface Budget {
  entries: number;
  text: number;
  /** What no text may hold; it is blanked before a text is cut, as half a secret would not be recognised. */
  readonly secrets: readonly string[];
}

// As a number: Node takes 0.3 ms longer to load a file with one character outside ASCII, also if that is escaped here.
const ellipsis = String.fromCodePoint(0x20_26);

const limits = { depth: 6, list: 100, text: 8_192, entries: 2_000, total: 262_144 } as const;

export function newBudget(secrets: readonly string[] = []): Budget {
  return { entries: limits.entries, text: limits.total, secrets };
}

/** Cuts a text to what may still be written. */
export function take(whole: string, budget: Budget, most: number = limits.text): string {
  const room = Math.min(most, budget.text);
  const text = budget.secrets.length === 0 ? whole : scrubbed(whole, room, budget.secrets);
  budget.text -= Math.min(text.length, room);
  return text.length > room ? text.slice(0, room) + ellipsis : text;
}

/** Only the part that may be shown, and what a secret that begins in it may be long. */
function scrubbed(whole: string, room: number, secrets: readonly string[]): string {
  const part = whole.length > room + longestForm ? whole.slice(0, room + longestForm) : whole;
  const text = scrubText(part, secrets);
  return part.length === whole.length ? text : text.padEnd(room + 1, ellipsis);
}

/** One bounded line that shows any value; never throws and runs no code of the value. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value.length > limits.text ? value.slice(0, limits.text) + ellipsis : value;
  try {
    const options = { depth: 2, customInspect: false, maxArrayLength: 10, maxStringLength: 200, breakLength: Infinity };
    return nodeUtil().inspect(value, options).slice(0, 500);
  } catch {
    return '[unprintable]';
  }
}

/** The same, with a text in quotes: for messages that tell of a value which is wrong. */
export function quoted(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(show(value)) : show(value);
}

/** The same within a budget. Where there are secrets, no part of an object is shown: it might cut one in half. */
export function takeShown(value: unknown, budget: Budget): string {
  const isOpen = budget.secrets.length === 0 || typeof value !== 'object' || value === null;
  return take(isOpen ? show(value) : '[object]', budget);
}

/** Turns any value into bounded JSON; never throws. */
export function toPlain(value: unknown, style: PlainStyle, budget: Budget = newBudget()): JsonValue {
  try {
    return convert(value, { style, budget }, limits.depth);
  } catch {
    return takeShown(value, budget);
  }
}

interface Context {
  readonly style: PlainStyle;
  readonly budget: Budget;
}

function convert(value: unknown, context: Context, depth: number): JsonValue {
  context.budget.entries -= 1;
  if (context.budget.entries < 0) return ellipsis;
  switch (typeof value) {
    case 'string':
      return take(value, context.budget);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : tag(context, 'number', String(value));
    case 'bigint':
      return tag(context, 'bigint', take(value.toString(), context.budget));
    case 'undefined':
      return tag(context, 'undefined', null);
    case 'object':
      return value === null ? null : convertObject(value, context, depth);
    default:
      return takeShown(value, context.budget);
  }
}

/** The key that marks a value JSON has no literal for, such as a bigint: `{ "$type": "bigint", "value": "12" }`. */
const tagKey = '$type';

function tag(context: Context, type: string, value: JsonValue): JsonValue {
  return context.style === 'tagged' ? { [tagKey]: type, value } : value;
}

function convertObject(value: object, context: Context, depth: number): JsonValue {
  const types = nodeTypes();
  if (depth === 0 || types.isProxy(value)) return takeShown(value, context.budget);
  const inner = (item: unknown): JsonValue => convert(item, context, depth - 1);
  if (Array.isArray(value)) return convertList(value, inner);
  if (types.isDate(value)) return tag(context, 'date', Number.isNaN(value.getTime()) ? '' : value.toISOString());
  if (types.isMap(value)) return tag(context, 'map', convertList([...value], inner));
  if (types.isSet(value)) return tag(context, 'set', convertList([...value], inner));
  if (value instanceof URL) return tag(context, 'url', take(value.href, context.budget));
  if (isOpaque(value)) return takeShown(value, context.budget);
  const custom = (value as { toJSON?: unknown }).toJSON;
  if (typeof custom === 'function') return convert(custom.call(value), context, depth - 1);
  return convertEntries(value, inner, context);
}

function isOpaque(value: object): boolean {
  const types = nodeTypes();
  return types.isNativeError(value) || ArrayBuffer.isView(value) || types.isRegExp(value) || types.isPromise(value);
}

function convertList(list: readonly unknown[], inner: (item: unknown) => JsonValue): JsonValue {
  return list.slice(0, limits.list).map(inner);
}

function convertEntries(value: object, inner: (item: unknown) => JsonValue, context: Context): JsonValue {
  const result: Record<string, JsonValue> = {};
  for (const key of Object.keys(value).slice(0, limits.list)) {
    if (context.budget.entries <= 0) break;
    const item: unknown = Reflect.get(value, key);
    assign(result, take(key, context.budget), inner(item));
  }
  // An own `$type` would read as a tag: such an object is wrapped in one.
  return Object.hasOwn(result, tagKey) ? tag(context, 'object', result) : result;
}

/** Assigns also `__proto__` as an ordinary key. */
export function assign(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, enumerable: true, configurable: true });
  else target[key] = value;
}
