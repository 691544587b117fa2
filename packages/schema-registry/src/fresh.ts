import type { Schema } from './schema.ts';
import { definitionOf, maxDepth, primitives, type ZodDefinition, type ZodPart } from './zod-parts.ts';

const wrappers: ReadonlySet<string> = new Set(['optional', 'nullable', 'readonly', 'nonoptional', 'default']);

/**
 * True when nothing a zod schema gives can be an object it was given: a step that changes it changes no stored data.
 *
 * Only what is known to be so counts; functions of users, `any`, `lazy` and the rest do not.
 */
export function givesFreshData(schema: Schema): boolean {
  return schema['~standard'].vendor === 'zod' && isFresh(schema as ZodPart, new Map(), 0);
}

function isFresh(part: ZodPart | null | undefined, known: Map<ZodPart, boolean>, depth: number): boolean {
  const def = definitionOf(part);
  if (!part || def === undefined || depth > maxDepth) return false;
  const answer = known.get(part);
  if (answer !== undefined) return answer;
  // A part within itself: no answer yet, so not fresh.
  known.set(part, false);
  const fresh = primitives.has(def.type) || isFreshContainer(def, known, depth + 1);
  known.set(part, fresh);
  return fresh;
}

function isFreshContainer(def: ZodDefinition, known: Map<ZodPart, boolean>, depth: number): boolean {
  // A check of a user may put anything in place of the value.
  if (def.checks !== undefined && def.checks.length > 0) return false;
  return partsOf(def)?.every((child) => isFresh(child, known, depth)) ?? false;
}

/** What a part is made of; undefined for kinds that may hand objects through. */
function partsOf(def: ZodDefinition): readonly (ZodPart | null | undefined)[] | undefined {
  if (wrappers.has(def.type)) return [def.innerType];
  switch (def.type) {
    case 'object':
      return [...Object.values(def.shape ?? {}), ...(def.catchall ? [def.catchall] : [])];
    case 'array':
      return [def.element];
    case 'tuple':
      return [...(def.items ?? []), ...(def.rest ? [def.rest] : [])];
    case 'record':
      return [def.keyType, def.valueType];
    case 'union':
      return def.options;
    default:
      return undefined;
  }
}
