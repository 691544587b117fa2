import { isList, isRecord, own } from '../json.ts';
import type { Compilation } from './operator.ts';

/**
 * The attribute of the context that an argument reads, if it is plainly that: `{ "var": "country" }`.
 *
 * Operators that read it themselves save a closure. Undefined for paths, for what the time or the flag says, for what a
 * list operator looks at, and where something lies under the context.
 */
export function attributeOf({ written, base }: Compilation, index: number): string | undefined {
  const rule = written[index];
  if (base === undefined || !isRecord(rule) || Object.keys(rule).length !== 1) return undefined;
  const path = isList(rule['var']) && rule['var'].length === 1 ? rule['var'][0] : rule['var'];
  if (typeof path !== 'string' || path.includes('.') || !isPlain(path) || own(base, path) !== undefined)
    return undefined;
  return path;
}

/** Other names must be the context's own, such as `constructor`, or are none in a list. */
export function isPlain(name: string): boolean {
  return name !== '' && !(name in Array.prototype) && !/^\d/.test(name);
}

/** Reads an attribute with such a name. */
export function readAttribute(context: unknown, name: string): unknown {
  return isRecordOrList(context) ? context[name] : undefined;
}

function isRecordOrList(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
