import { AsyncLocalStorage } from 'node:async_hooks';
import { readFields } from './calls.ts';
import { bind, isBound, type Bound } from './encode/fields.ts';
import { unreadable } from './encode/read.ts';

/** Fields that every record gets that is logged inside a call, through all that it awaits. */
export interface LogContext {
  /** Runs a function with more fields; an inner call adds to the outer ones. */
  run<T>(fields: object, fn: () => T): T;
  /** The fields that apply here. */
  get(): Readonly<Record<string, unknown>>;
}

interface Scope {
  readonly fields: Readonly<Record<string, unknown>>;
  // The latest logger that wrote here, and its fields with these: a request mostly logs by one logger.
  lastBound: Bound | undefined;
  lastJoined: Bound | undefined;
}

const storage = new AsyncLocalStorage<Scope>();
let isUsed = false;

/** The logging context of the process. */
export const context: LogContext = {
  run(fields, fn) {
    isUsed = true;
    const scope: Scope = {
      fields: merge(storage.getStore()?.fields, fields),
      lastBound: undefined,
      lastJoined: undefined,
    };
    return storage.run(scope, fn);
  },
  get: () => storage.getStore()?.fields ?? {},
};

function merge(outer: object | undefined, fields: object): Readonly<Record<string, unknown>> {
  try {
    return { ...outer, ...readFields(fields) };
  } catch (error) {
    // The call that the fields are for must not fail by them.
    return { ...outer, context: unreadable(error) };
  }
}

/** A logger's fields with those of the context; on a clash the logger's win, and those of the record win over both. */
export function withContext(bound: Bound, fields?: Readonly<Record<string, unknown>>): Bound {
  if (!isUsed) return bound;
  const scope = storage.getStore();
  if (!scope) return bound;
  // To write a key of the context and then another value in its place takes longer than the rest of the record.
  if (fields !== undefined && areSaid(scope.fields, fields)) return bound;
  if (scope.lastBound === bound && scope.lastJoined) return scope.lastJoined;
  scope.lastJoined = join(bound, scope.fields);
  scope.lastBound = bound;
  return scope.lastJoined;
}

/** Whether a record says all of these itself. */
function areSaid(inContext: Scope['fields'], fields: Readonly<Record<string, unknown>>): boolean {
  try {
    for (const key in inContext) {
      const type = Object.hasOwn(fields, key) ? typeof fields[key] : 'undefined';
      if (type !== 'string' && type !== 'number' && type !== 'boolean') return false;
    }
    return true;
  } catch {
    // A getter that throws is for the encoder to note.
    return false;
  }
}

function join(bound: Bound, fields: Readonly<Record<string, unknown>>): Bound {
  const free = Object.entries(fields).filter(([key]) => !isBound(bound, key));
  return bind(bound, Object.fromEntries(free));
}
