// (1) Reading never throws, whatever the value: proxies, throwing getters, cycles, frozen objects.
// (2) The result is bounded: at most `limits.nodes` errors, `limits.depth` deep, with one budget of text for all.
// (3) No value of a sensitive parameter is in the result, not even where a cause repeats it.
import { isList, metaOf, read } from './meta.ts';
import { nodeTypes } from './node-modules.ts';
import { assign, newBudget, take, takeShown, toPlain } from './plain.ts';
import type { Budget, JsonValue, PlainStyle } from './plain.ts';
import { noteSecrets } from './secret-parts.ts';
import { inOrder } from './secrets.ts';
import type { Secrets } from './secrets.ts';
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
  /** A list: it has a hundred items at most, and mostly one. */
  readonly seen: unknown[];
  secrets: Secrets | undefined;
}

type Draft = { -readonly [Key in keyof ErrorJson]: ErrorJson[Key] };

/** Reads any value as an error, once, for all outputs. */
export function snapshot(value: unknown, style: PlainStyle): ErrorJson {
  const { result, secrets } = readAll(value, style, []);
  // Read again, as now is known what to leave out. Few errors have secrets.
  return secrets === undefined ? result : readAll(value, style, inOrder(secrets)).result;
}

/** The texts that no output of this error may show; also those of its causes. */
export function secretsIn(value: unknown): readonly string[] {
  const { secrets } = readAll(value, 'readable', []);
  return secrets === undefined ? [] : inOrder(secrets);
}

function readAll(
  value: unknown,
  style: PlainStyle,
  known: readonly string[],
): { readonly result: ErrorJson; readonly secrets: Secrets | undefined } {
  const reading: Reading = { style, budget: newBudget(known), seen: [], secrets: undefined };
  const result = readNode(value, reading, 0);
  return { result, secrets: reading.secrets };
}

/** True for what looks like an error, also from another realm or a library that does not extend Error. */
export function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  if (nodeTypes().isNativeError(value)) return true;
  return typeof read(value, 'message') === 'string' && typeof read(value, 'name') === 'string';
}

function readNode(value: unknown, reading: Reading, depth: number): ErrorJson {
  if (depth > limits.depth || reading.seen.length >= limits.nodes) {
    return { name: 'Omitted', message: 'More causes follow.' };
  }
  const meta = metaOf(value);
  if (meta === undefined && !isErrorLike(value)) return readValue(value, reading);
  if (reading.seen.includes(value)) return { name: 'Circular', message: 'This error was shown above.' };
  reading.seen.push(value);
  const inside = meta === undefined ? value : insideOf(value, meta);
  if (meta !== undefined && inside !== value) return { ...readNode(inside, reading, depth), code: meta.code };
  const fields = fieldsOf(value as Error);
  const draft = readError(value as Error, fields, meta, reading);
  if (meta?.code === thrownValueCode) return { ...draft, value: plain(fields.cause, reading) };
  return addCauses(draft, fields, reading, depth + 1);
}

/** The foreign error in what `normalize` made of it. */
export function unwrapped(value: unknown): unknown {
  const meta = metaOf(value);
  return meta === undefined ? value : insideOf(value, meta);
}

/** `normalize` wraps foreign errors in these: outputs show what is inside. */
function insideOf(value: unknown, { code }: ErrorMeta): unknown {
  switch (code) {
    case 'seaworthy.errors.UNEXPECTED':
    case 'seaworthy.errors.SYSTEM':
    case 'seaworthy.errors.ABORTED':
    case 'seaworthy.errors.TIMED_OUT':
    case 'seaworthy.errors.AGGREGATE': {
      const inside = read(value, 'cause');
      return isErrorLike(inside) ? inside : value;
    }
    default:
      return value;
  }
}

const thrownValueCode = 'seaworthy.errors.THROWN_VALUE';

function readValue(value: unknown, reading: Reading): ErrorJson {
  return { name: typeof value, message: takeShown(value, reading.budget), value: plain(value, reading) };
}

interface Fields {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly params?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** All in one look, as almost all errors allow; one by one where a getter throws. */
function fieldsOf(error: Fields): Fields {
  try {
    const { name, message, stack, params, cause, errors } = error;
    return { name, message, stack, params, cause, errors: name === suppressedError ? suppressedIn(error) : errors };
  } catch {
    const keys: readonly (keyof Fields)[] = ['name', 'message', 'stack', 'params', 'cause', 'errors'];
    return Object.fromEntries(keys.map((key) => [key, read(error, key)]));
  }
}

/** What `using` throws when a disposal fails after something else did. */
export const suppressedError = 'SuppressedError';

/** The new error first, as it hid the other. */
function suppressedIn(error: object): readonly unknown[] {
  return [read(error, 'error'), read(error, 'suppressed')];
}

function readError(error: Error, fields: Fields, meta: ErrorMeta | undefined, reading: Reading): Draft {
  const { message, stack } = fields;
  const name = meta?.code ?? fields.name;
  const draft: Draft = {
    name: typeof name === 'string' ? take(name, reading.budget) : 'Error',
    message: typeof message === 'string' ? take(message, reading.budget) : '',
  };
  if (meta === undefined) addProperties(error, draft, reading);
  else addParams(fields.params, meta, draft, reading);
  if (typeof stack === 'string') draft.stack = take(stack, reading.budget, limits.stack);
  return draft;
}

function addCauses(draft: Draft, { cause, errors }: Fields, reading: Reading, depth: number): ErrorJson {
  if (cause !== undefined) draft.cause = readNode(cause, reading, depth);
  if (isList(errors)) draft.errors = readList(errors, reading, depth);
  return draft;
}

function readList(errors: readonly unknown[], reading: Reading, depth: number): ErrorJson[] {
  const length = read(errors, 'length');
  const count = typeof length === 'number' ? Math.min(length, limits.nodes - reading.seen.length) : 0;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => readNode(read(errors, index), reading, depth));
}

function addParams(params: unknown, meta: ErrorMeta, draft: Draft, reading: Reading): void {
  draft.code = meta.code;
  if (typeof params !== 'object' || params === null) return;
  const result: Record<string, JsonValue> = {};
  for (const key of keysOf(params)) {
    const value = read(params, key);
    // Nearly all are texts.
    assign(result, key, typeof value === 'string' ? take(value, reading.budget) : plain(value, reading));
  }
  draft.params = result;
  if (meta.sensitive === undefined) return;
  for (const key of meta.sensitive) {
    const secret = read(params, key);
    if (secret === undefined) continue;
    assign(result, key, redacted);
    noteSecrets(secret, (reading.secrets ??= new Set()));
  }
}

function addProperties(error: Error, draft: Draft, reading: Reading): void {
  let result: Record<string, JsonValue> | undefined;
  for (const key of keysOf(error)) {
    if (isReadElsewhere(key)) continue;
    const value = read(error, key);
    if (!isPrimitive(value)) continue;
    result ??= {};
    result[key] = plain(value, reading);
  }
  if (result !== undefined) draft.properties = result;
}

/** These are no properties like others: they are read as what they are, and nothing is written over them. */
export function isReadElsewhere(key: string): boolean {
  return ['name', 'message', 'stack', 'cause', 'errors', '__proto__'].includes(key);
}

// Objects stay out: libraries hang whole requests, with their headers, on an error.
function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function') || nodeTypes().isDate(value);
}

function plain(value: unknown, reading: Reading): JsonValue {
  return toPlain(value, reading.style, reading.budget);
}

function keysOf(value: object): readonly string[] {
  try {
    const keys = Object.keys(value);
    return keys.length > limits.properties ? keys.slice(0, limits.properties) : keys;
  } catch {
    return [];
  }
}
