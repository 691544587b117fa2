import type { FlagValue } from './document.ts';

/** An object with string keys: neither null nor a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of whatever. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The value, or an empty list where there should be one. */
export function asList(value: unknown): readonly unknown[] {
  return isList(value) ? value : [];
}

/** An own property or an element, so that `constructor` and `__proto__` are names like any other. */
export function own(value: unknown, name: string): unknown {
  if (isRecord(value)) return Object.hasOwn(value, name) ? value[name] : undefined;
  return isList(value) && /^\d+$/.test(name) ? value[Number(name)] : undefined;
}

/** Freezes a JSON value through and through, and gives it back. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

/** A value that a variant can have. */
export function isFlagValue(value: unknown): value is FlagValue {
  return typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number' || isRecord(value);
}

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A name as somebody gives it who is not held to a type: some objects have no text, or throw when they are asked for it. */
export function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}
