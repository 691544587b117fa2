import { kindsByCode } from './catalogue.ts';
import { createErrorClass } from './error-class.ts';
import { ErrorsErrors } from './errors.ts';
import { isList, itemsOf, read } from './meta.ts';
import { normalize } from './normalize.ts';
import { fromPlain } from './revive.ts';
import { isReadElsewhere, snapshot, suppressedError } from './snapshot.ts';
import type { ErrorJson } from './snapshot.ts';
import { createWithoutStack } from './stack-limit.ts';
import type { AnyCatalogue, ErrorKind } from './types.ts';

/** Turns any thrown value into bounded JSON data with sensitive parameters redacted; never throws. */
export function toJSON(error: unknown): ErrorJson {
  return snapshot(error, 'tagged');
}

/**
 * Turns data made by {@link toJSON} back into an error: of its own class when the catalogue has its code, else an
 * `Error` that keeps name, stack, causes and properties. Hostile data gives an error that says so, never an exception.
 */
export function fromJSON(value: unknown, catalogue: AnyCatalogue): Error {
  const kinds: Kinds = (code) => kindsOf(catalogue).get(code) ?? kindsOf(ErrorsErrors).get(code);
  const revived = revive(value, kinds, deepest);
  return revived instanceof Error ? revived : normalize(revived);
}

/** Deeper than any snapshot. */
const deepest = 64;

type Kinds = (code: string) => ErrorKind | undefined;

const indexes = new WeakMap<AnyCatalogue, ReadonlyMap<string, ErrorKind>>();

function kindsOf(definition: AnyCatalogue): ReadonlyMap<string, ErrorKind> {
  const known = indexes.get(definition) ?? kindsByCode([definition]);
  indexes.set(definition, known);
  return known;
}

function revive(json: unknown, kinds: Kinds, depth: number): unknown {
  if (typeof json !== 'object' || json === null || depth === 0) return json;
  if (Object.hasOwn(json, 'value')) return fromPlain(read(json, 'value'));
  const inner = (item: unknown): unknown => revive(item, kinds, depth - 1);
  const cause = read(json, 'cause');
  const options = cause === undefined ? undefined : { cause: inner(cause) };
  const code = read(json, 'code');
  const isForeign = typeof code !== 'string' || isWrapped(json, code);
  const error = isForeign ? reviveForeign(json, options) : reviveKind(json, code, kinds, options);
  restore(error, json, inner);
  return isForeign && typeof code === 'string' ? normalize(error) : error;
}

// A normalized foreign error travels as itself, under its own name.
function isWrapped(json: object, code: string): boolean {
  return code.startsWith('seaworthy.errors.') && read(json, 'name') !== code;
}

/** An error of a catalogue that this process does not have keeps its code, with default meta. */
function reviveKind(json: object, code: string, kinds: Kinds, options: ErrorOptions | undefined): Error {
  const kind = kinds(code) ?? createErrorClass(code, { message: '' });
  return createWithoutStack(() => Reflect.construct(kind, [fromPlain(read(json, 'params')), options]));
}

function reviveForeign(json: object, options: ErrorOptions | undefined): Error {
  const name = read(json, 'name');
  const error = createWithoutStack(() =>
    name === 'AggregateError' ? new AggregateError([], '', options) : new (builtIn(name))('', options),
  );
  if (typeof name === 'string' && error.name !== name) define(error, 'name', name);
  const properties = fromPlain(read(json, 'properties'));
  for (const [key, item] of Object.entries(properties ?? {})) {
    if (!isReadElsewhere(key)) Object.defineProperty(error, key, { value: item, enumerable: true, writable: true });
  }
  return error;
}

function builtIn(name: unknown): ErrorConstructor {
  const kinds = [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError];
  return kinds.find((kind) => kind.name === name) ?? Error;
}

function restore(error: Error, json: object, inner: (item: unknown) => unknown): void {
  const message = read(json, 'message');
  define(error, 'message', typeof message === 'string' ? message : '');
  const stack = read(json, 'stack');
  if (typeof stack === 'string') define(error, 'stack', stack);
  const errors = read(json, 'errors');
  if (!isList(errors)) return;
  const list = itemsOf(errors).map(inner);
  if (error.name !== suppressedError) define(error, 'errors', list);
  else for (const [index, key] of ['error', 'suppressed'].entries()) define(error, key, list[index]);
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
}
