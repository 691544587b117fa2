import { redacted, type Rule } from '../redact.ts';
import { readMember } from './read.ts';

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

/** The stack of an error begins with its message, which may be hidden. */
export function visibleStack(stack: string, message: unknown, rule: Rule | undefined): string {
  const isHidden = typeof message === 'string' && message !== '' && rule?.child('message')?.hides === true;
  return isHidden ? stack.replaceAll(message, redacted) : stack;
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : `[${typeof message}]`;
}

// A subclass that sets no name of its own is known by its class.
function typeName(error: Error, name: unknown): string {
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
