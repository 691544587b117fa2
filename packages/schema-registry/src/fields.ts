import type { Schema } from './schema.ts';
import { definitionOf, maxDepth, primitives, type ZodDefinition, type ZodPart } from './zod-parts.ts';

/** What is known of a schema that lets no field through but those it names. */
export interface Fields {
  /** Where each field is: `lines/[]/sku`. */
  readonly paths: ReadonlySet<string>;
  /** Valid data of these fields comes out as it went in: no default, transform, coercion or function of a user. */
  readonly isPlain: boolean;
}

interface Found {
  readonly paths: Set<string>;
  isPlain: boolean;
}

/** Checks that only look, whatever the value is. */
const lookingChecks: ReadonlySet<string> = new Set(
  'greater_than less_than multiple_of number_format bigint_format min_length max_length length_equals string_format'.split(
    ' ',
  ),
);
const steadyWrappers: ReadonlySet<string> = new Set(['optional', 'nullable', 'nonoptional']);
const changingWrappers: ReadonlySet<string> = new Set(['default', 'prefault', 'catch', 'readonly']);

/** The fields of a zod schema; undefined when it may let through others, or is not known well enough. */
export function fieldsOf(schema: Schema): Fields | undefined {
  if (schema['~standard'].vendor !== 'zod') return undefined;
  const found: Found = { paths: new Set(), isPlain: true };
  return isClosed(schema as ZodPart, [], found) ? found : undefined;
}

function isClosed(part: ZodPart | null | undefined, path: readonly string[], found: Found): boolean {
  const def = definitionOf(part);
  if (def === undefined || path.length > maxDepth) return false;
  if (!onlyLooks(def)) found.isPlain = false;
  if (primitives.has(def.type) || def.type === 'date') return true;
  if (changingWrappers.has(def.type)) found.isPlain = false;
  if (steadyWrappers.has(def.type) || changingWrappers.has(def.type)) return isClosed(def.innerType, path, found);
  if (def.type === 'array') return isClosed(def.element, [...path, '[]'], found);
  if (def.type === 'object') return isClosedObject(def, path, found);
  if (def.type !== 'union') return false;
  return (
    def.options?.every((option) => primitives.has(definitionOf(option)?.type ?? '') && isClosed(option, path, found)) ??
    false
  );
}

function isClosedObject(def: ZodDefinition, path: readonly string[], found: Found): boolean {
  if (def.catchall) {
    // A strict object refuses what others drop, so it has to be asked.
    if (definitionOf(def.catchall)?.type !== 'never') return false;
    found.isPlain = false;
  }
  return Object.entries(def.shape ?? {}).every(([key, field]) => {
    const here = [...path, key.replaceAll('/', '~1')];
    found.paths.add(here.join('/'));
    return isClosed(field, here, found);
  });
}

function onlyLooks(def: ZodDefinition): boolean {
  if (def.coerce === true || def.normalize === true) return false;
  return (def.checks ?? []).every((check) => {
    const inner = definitionOf(check as ZodPart);
    return inner !== undefined && inner.normalize !== true && lookingChecks.has(inner.check ?? '');
  });
}
