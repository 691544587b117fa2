import { format } from 'node:util';
import { isError, unreadable } from './encode/read.ts';
import { isSecret } from './encode/value.ts';
import { redacted } from './redact.ts';

/** What one call says: the message and the fields. */
export interface Call {
  readonly message: string;
  readonly fields: object | undefined;
  /** The error the call was about, if it came first or last. */
  readonly error?: Error;
}

/**
 * Reads the arguments of a level method, whichever way round they come.
 *
 * Message first (winston, console), fields first (pino, Fastify), an error first, or one object with a `message`.
 */
export function readCall(first: unknown, second: unknown, rest: readonly unknown[]): Call {
  try {
    if (first instanceof Error) return errorFirst(first, second, rest);
    if (typeof first === 'object' && first !== null) return fieldsFirst(first, second, rest);
    // pino's fields, of which there are none.
    if ((first === null || first === undefined) && typeof second === 'string') return interpolate(second, rest);
    return messageFirst(first, second, rest);
  } catch (error) {
    return { message: unreadable(error), fields: undefined };
  }
}

function errorFirst(error: Error, second: unknown, rest: readonly unknown[]): Call {
  if (typeof second === 'object' && second !== null) {
    const message = typeof rest[0] === 'string' ? rest[0] : textOf(error.message);
    return { message, fields: { ...asFields(second).fields, err: error }, error };
  }
  const message = isNothing(second) ? textOf(error.message) : interpolate(second, rest).message;
  return { message, fields: { err: error }, error };
}

function fieldsFirst(fields: object, second: unknown, rest: readonly unknown[]): Call {
  const own = plainFields(fields);
  if (isNothing(second)) return fieldsAlone(own as Readonly<Record<string, unknown>>);
  if (isObject(second)) {
    const more = asFields(second);
    const call = fieldsFirst({ ...own, ...more.fields }, rest[0], rest.slice(1));
    return more.error ? { ...call, error: more.error } : call;
  }
  if (typeof second === 'string' && rest.length === 0) return { message: second, fields: own };
  const call = interpolate(second, rest);
  return { message: call.message, fields: call.fields ? { ...own, ...call.fields } : own };
}

/** The message is in the fields, by winston's name or by pino's, or it is that of their error. */
function fieldsAlone(fields: Readonly<Record<string, unknown>>): Call {
  const { message, msg, err } = fields;
  if (isObject(message)) {
    // As a field it keeps its members, and what is to be hidden of them is; in a text nothing would be.
    if (!isError(message) || err !== undefined) return { message: '', fields };
    const { message: _message, ...others } = fields;
    return { message: textOf(message.message), fields: { ...others, err: message }, error: message };
  }
  if (message !== undefined) {
    const { message: _message, ...others } = fields;
    return { message: textOf(message), fields: others };
  }
  if (typeof msg === 'string') {
    const { msg: _msg, ...others } = fields;
    return { message: msg, fields: others };
  }
  return err instanceof Error ? { message: textOf(err.message), fields, error: err } : { message: '', fields };
}

function messageFirst(first: unknown, second: unknown, rest: readonly unknown[]): Call {
  if (rest.length === 0 && isObject(second) && !(typeof first === 'string' && takesObject(first))) {
    return { message: textOf(first), ...asFields(second) };
  }
  return interpolate(first, second === undefined && rest.length === 0 ? [] : [second, ...rest]);
}

/** True for a message with a place for an object, which is then no fields. */
export function takesObject(message: string): boolean {
  return message.includes('%') && /%[joO]/.test(message);
}

/** True where no message is; a callback, which winston takes and does not call any more, says nothing. */
function isNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function';
}

/** Fills `%s` and its like, takes objects that are left over as fields, and appends the rest but for callbacks. */
function interpolate(first: unknown, values: readonly unknown[]): Call {
  const text = textOf(first);
  if (values.length === 0) return { message: text, fields: undefined };
  const tokens = text.match(/%[sdifjoOc]/g)?.length ?? 0;
  const left = values.slice(tokens);
  const extras = left.filter((value) => value === null || (typeof value !== 'object' && typeof value !== 'function'));
  const message = format(text, ...values.slice(0, tokens).map(visible), ...extras);
  return left.filter(isObject).reduce<Call>(withFields, { message, fields: undefined });
}

/** A value as it may stand in a text. */
function visible(value: unknown): unknown {
  try {
    return isObject(value) && isSecret(value) ? redacted : value;
  } catch {
    return value;
  }
}

function withFields(call: Call, value: object): Call {
  const { fields, error } = asFields(value);
  return { message: call.message, fields: { ...call.fields, ...fields }, ...(error && { error }) };
}

/** The fields that a value stands for where fields are expected, whatever it is. */
export function readFields(value: unknown): object {
  if (value === undefined || value === null) return {};
  try {
    // A text or list has an own key for each of its parts.
    return isObject(value) ? (asFields(value).fields ?? {}) : { value };
  } catch (error) {
    return { fields: unreadable(error) };
  }
}

function asFields(value: object): Pick<Call, 'fields' | 'error'> {
  return value instanceof Error ? { fields: { err: value }, error: value } : { fields: plainFields(value) };
}

/** The fields that an object stands for: its own, or one named `value` for a list, a date, a secret and their like. */
function plainFields(value: object): object {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return value;
  if (Array.isArray(value) || Symbol.iterator in value || ArrayBuffer.isView(value)) return { value };
  if (value instanceof Date || isSecret(value)) return { value };
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return value;
  const plain: unknown = toJSON.call(value, '');
  return isObject(plain) && !Array.isArray(plain) ? plain : { value: plain };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined ? '' : format(value);
}
