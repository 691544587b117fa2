// (1) Reading never throws, whatever the value: proxies, throwing getters, cycles, frozen objects.
// (2) The result is bounded: at most `limits.nodes` errors, `limits.depth` deep, with one budget of text for all.
// (3) No value of a sensitive parameter is in the result, not even where a cause repeats it.
import { metaOf, read } from './meta.ts';
import { nodeTypes } from './node-modules.ts';
import { assign, newBudget, show, take, toPlain } from './plain.ts';
import type { Budget, JsonValue, PlainStyle } from './plain.ts';
import { redacted } from './template.ts';
import type { ErrorMeta } from './types.ts';

const limits = { nodes: 100, depth: 32, stack: 16_384, properties: 32 } as const;

/** An error as bounded, redacted JSON data. */
export interface ErrorJson {
  readonly name: string;
  readonly message: string;
  /** Present for errors of a catalogue. */
  readonly code?: string;
  readonly params?: Readonly<Record<string, JsonValue>>;
  readonly stack?: string;
  /** Own primitive properties of a foreign error, such as `errno` and `syscall`. */
  readonly properties?: Readonly<Record<string, JsonValue>>;
  readonly cause?: ErrorJson;
  readonly errors?: readonly ErrorJson[];
  /** The thrown value itself, when it was not an error. */
  readonly value?: JsonValue;
}

interface Reading {
  readonly style: PlainStyle;
  readonly budget: Budget;
  readonly seen: Set<unknown>;
  readonly secrets: Set<string>;
}

type Draft = { -readonly [Key in keyof ErrorJson]: ErrorJson[Key] };

/** Reads any value as an error, once, for all outputs. */
export function snapshot(value: unknown, style: PlainStyle): ErrorJson {
  const reading: Reading = { style, budget: newBudget(), seen: new Set(), secrets: new Set() };
  const result = readNode(value, reading, 0);
  return reading.secrets.size === 0 ? result : scrub(result, [...reading.secrets]);
}

/** True for what looks like an error, also from another realm or a library that does not extend Error. */
export function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  if (nodeTypes().isNativeError(value)) return true;
  return typeof read(value, 'message') === 'string' && typeof read(value, 'name') === 'string';
}

function readNode(value: unknown, reading: Reading, depth: number): ErrorJson {
  if (depth > limits.depth || reading.seen.size >= limits.nodes) {
    return { name: 'Omitted', message: 'More causes follow.' };
  }
  if (!isErrorLike(value)) return readValue(value, reading);
  if (reading.seen.has(value)) return { name: 'Circular', message: 'This error was shown above.' };
  reading.seen.add(value);
  const meta = metaOf(value);
  if (meta !== undefined && wrapperCodes.has(meta.code)) {
    const inside = read(value, 'cause');
    if (isErrorLike(inside)) return { ...readNode(inside, reading, depth), code: meta.code };
  }
  const draft = readError(value, meta, reading);
  if (meta?.code === thrownValueCode) return { ...draft, value: plain(read(value, 'cause'), reading) };
  return addCauses(draft, value, reading, depth + 1);
}

/** `normalize` wraps foreign errors in these: outputs show what is inside. */
const wrapperCodes: ReadonlySet<string> = new Set(
  ['UNEXPECTED', 'SYSTEM', 'ABORTED', 'TIMED_OUT', 'AGGREGATE'].map((problem) => `seaworthy.errors.${problem}`),
);
const thrownValueCode = 'seaworthy.errors.THROWN_VALUE';

function readValue(value: unknown, reading: Reading): ErrorJson {
  return { name: typeof value, message: take(show(value), reading.budget), value: plain(value, reading) };
}

function readError(error: Error, meta: ErrorMeta | undefined, reading: Reading): Draft {
  const name = meta?.code ?? read(error, 'name');
  const message = read(error, 'message');
  const draft: Draft = {
    name: typeof name === 'string' ? take(name, reading.budget) : 'Error',
    message: typeof message === 'string' ? take(message, reading.budget) : '',
  };
  if (meta === undefined) addProperties(error, draft, reading);
  else addParams(error, meta, draft, reading);
  const stack = read(error, 'stack');
  if (typeof stack === 'string') draft.stack = take(stack, reading.budget, limits.stack);
  return draft;
}

function addCauses(draft: Draft, error: Error, reading: Reading, depth: number): ErrorJson {
  const cause = read(error, 'cause');
  if (cause !== undefined) draft.cause = readNode(cause, reading, depth);
  const errors = read(error, 'errors');
  if (Array.isArray(errors)) draft.errors = readList(errors, reading, depth);
  return draft;
}

function readList(errors: readonly unknown[], reading: Reading, depth: number): ErrorJson[] {
  const length = read(errors, 'length');
  const count = typeof length === 'number' ? Math.min(length, limits.nodes - reading.seen.size) : 0;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => readNode(read(errors, index), reading, depth));
}

function addParams(error: Error, meta: ErrorMeta, draft: Draft, reading: Reading): void {
  draft.code = meta.code;
  const params = read(error, 'params');
  if (typeof params !== 'object' || params === null) return;
  const result: Record<string, JsonValue> = {};
  for (const key of keysOf(params)) assign(result, key, plain(read(params, key), reading));
  for (const key of meta.sensitive ?? []) {
    const secret = read(params, key);
    if (secret === undefined) continue;
    assign(result, key, redacted);
    noteSecret(secret, reading.secrets);
  }
  draft.params = result;
}

// Shorter values would blank out ordinary text, such as every "1".
const shortestSecret = 4;

function noteSecret(secret: unknown, secrets: Set<string>): void {
  const text = typeof secret === 'object' ? JSON.stringify(toPlain(secret, 'readable')) : show(secret);
  if (text.length >= shortestSecret) secrets.add(text);
}

function addProperties(error: Error, draft: Draft, reading: Reading): void {
  let result: Record<string, JsonValue> | undefined;
  for (const key of keysOf(error)) {
    if (readElsewhere.has(key)) continue;
    const value = read(error, key);
    if (!isPrimitive(value)) continue;
    result ??= {};
    result[key] = plain(value, reading);
  }
  if (result !== undefined) draft.properties = result;
}

const readElsewhere: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', 'errors', '__proto__']);

// Objects stay out: libraries hang whole requests, with their headers, on an error.
function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function') || nodeTypes().isDate(value);
}

function plain(value: unknown, reading: Reading): JsonValue {
  return toPlain(value, reading.style, reading.budget);
}

function keysOf(value: object): readonly string[] {
  try {
    return Object.keys(value).slice(0, limits.properties);
  } catch {
    return [];
  }
}

function scrub<T>(value: T, secrets: readonly string[]): T;
function scrub(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((clean, secret) => clean.replaceAll(secret, redacted), value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => scrub(item, secrets));
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) assign(result, key, scrub<unknown>(item, secrets));
  return result;
}
