import type { Allows } from './cells.ts';
import { isRecord } from './expect-option.ts';
import type { AttributeSpec } from './types.ts';

/** Whether a value is one that the definition of an attribute allows. Asked once for each new combination of values. */
export function allowed(spec: AttributeSpec): Allows {
  if (typeof spec === 'string') return everything;
  if ('~standard' in spec) return (value) => isValid(spec['~standard'].validate(value));
  const values: ReadonlySet<unknown> = new Set(spec);
  return (value) => values.has(value);
}

const kinds: readonly unknown[] = [
  'string',
  'number',
  'boolean',
  'string?',
  'number?',
  'boolean?',
] satisfies AttributeSpec[];

/** Whether it is a definition of an attribute at all. */
export function isSpec(spec: unknown): boolean {
  if (typeof spec === 'string') return kinds.includes(spec);
  if (Array.isArray(spec)) return spec.length > 0 && spec.every((value) => typeof value === 'string');
  const isObject = (typeof spec === 'object' || typeof spec === 'function') && spec !== null;
  const standard: unknown = isObject ? Reflect.get(spec, '~standard') : undefined;
  return isRecord(standard) && typeof standard['validate'] === 'function';
}

// Types hold callers to the kind; a value of another kind has a text too, and losing its series would help nobody.
function everything(): boolean {
  return true;
}

/** By the Standard Schema: no issues. A schema that answers with a promise cannot be asked while measuring. */
function isValid(result: unknown): boolean {
  return typeof result === 'object' && result !== null && !('then' in result) && !('issues' in result && result.issues);
}
