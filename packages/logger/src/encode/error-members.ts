import { redacted, type Rule } from '../redact.ts';
import { readMember } from './read.ts';
import { usualStart } from './stack.ts';

const wellKnown: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'code', 'cause', 'errors', 'params']);

/** The members of an error in the order of a record: type, message, code, stack, then what belongs to it. */
export function errorMembers(error: Error, rule?: Rule): object {
  const { name, message, stack } = error;
  const { code, params, errors, meta } = error as ErrorExtras;
  const members: Record<string, unknown> = { type: typeName(error, name), message: textOf(message) };
  if (typeof code === 'string' || typeof code === 'number') members['code'] = code;
  if (typeof stack === 'string') members['stack'] = visibleStack(stack, message, rule);
  if (params !== undefined) members['params'] = visibleParams(params, meta?.sensitive);
  const properties = ownProperties(error);
  if (properties) members['properties'] = properties;
  if (error.cause !== undefined) members['cause'] = error.cause;
  if (Array.isArray(errors)) members['errors'] = errors;
  return members;
}

const longestUsual = 4096;
const deepestUsual = 5;

/**
 * The JSON of an error that has only what every error has, of a usual length, and whose causes are such errors as well;
 * `undefined` for any other. It is what its members would give, and much faster.
 */
export function usualText(error: Error, depth: number): string | undefined {
  try {
    return readUsual(error, depth);
  } catch {
    // Something cannot be read; what can is looked for one by one.
    return undefined;
  }
}

function readUsual(error: Error, depth: number): string | undefined {
  if (depth > deepestUsual || hasMembers(error)) return undefined;
  const { name, message, stack, cause } = error;
  const { code, params, errors } = error as ErrorExtras;
  if (code !== undefined || params !== undefined || errors !== undefined) return undefined;
  const type = typeName(error, name);
  if (!isShort(type) || !isShort(message) || !isShort(stack)) return undefined;
  const text = usualStart(type, message, stack);
  if (cause === undefined) return `${text}}`;
  const causeText = cause instanceof Error ? readUsual(cause, depth + 1) : undefined;
  return causeText === undefined ? undefined : `${text},"cause":${causeText}}`;
}

/** True also for what a class has that can be listed: such an error is gone through member by member. Makes no list. */
function hasMembers(error: Error): boolean {
  for (const key in error) return typeof key === 'string';
  return false;
}

function isShort(text: unknown): text is string {
  return typeof text === 'string' && text.length <= longestUsual;
}

/** The stack of an error begins with its message, which may be hidden. */
export function visibleStack(stack: string, message: unknown, rule: Rule | undefined): string {
  const isHidden = typeof message === 'string' && message !== '' && rule?.child('message')?.hides === true;
  return isHidden ? stack.replaceAll(message, redacted) : stack;
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : `[${typeof message}]`;
}

/** The name of an error; a subclass that sets none of its own is known by its class. */
export function typeName(error: Error, name: unknown): string {
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  const className: unknown = error.constructor?.name;
  return typeof className === 'string' && className !== '' ? className : 'Error';
}

interface ErrorExtras {
  readonly code?: unknown;
  readonly params?: unknown;
  readonly errors?: unknown;
  readonly meta?: { readonly sensitive?: readonly string[] };
}

// An error of ours says which of its parameters no output may show.
function visibleParams(params: unknown, sensitive: readonly string[] | undefined): unknown {
  if (!Array.isArray(sensitive) || typeof params !== 'object' || params === null) return params;
  return Object.fromEntries(Object.entries(params).filter(([key]) => !sensitive.includes(key)));
}

function ownProperties(error: Error): object | undefined {
  let properties: Record<string, unknown> | undefined;
  for (const key of Object.keys(error)) {
    if (wellKnown.has(key)) continue;
    properties ??= Object.create(null) as Record<string, unknown>;
    properties[key] = readMember(error, key);
  }
  return properties;
}
