import type { Allows } from './cells.ts';
import type { AttributeSpec } from './types.ts';

/** Whether a value is one that the definition of an attribute allows. Asked once for each new combination of values. */
export function allowed(spec: AttributeSpec): Allows {
  if (typeof spec === 'string') return everything;
  if ('~standard' in spec) return (value) => isValid(spec['~standard'].validate(value));
  const values: ReadonlySet<unknown> = new Set(spec);
  return (value) => values.has(value);
}

// Types hold callers to the kind; a value of another kind has a text too, and losing its series would help nobody.
function everything(): boolean {
  return true;
}

/** By the Standard Schema: no issues. A schema that answers with a promise cannot be asked while measuring. */
function isValid(result: unknown): boolean {
  return typeof result === 'object' && result !== null && !('then' in result) && !('issues' in result && result.issues);
}
