import type { JsonObject } from './document.ts';

export type Draft = 'draft-2020-12' | 'draft-07';

const one = ['additionalProperties', 'propertyNames', 'contains', 'not', 'if', 'then', 'else', 'items'];
const many = ['allOf', 'anyOf', 'oneOf'];
const named = ['properties', 'patternProperties', 'definitions', 'dependencies'];

const keywords: Readonly<Record<Draft, { one: readonly string[]; many: readonly string[]; named: readonly string[] }>> =
  {
    'draft-07': { one: [...one, 'additionalItems'], many: [...many, 'items'], named },
    'draft-2020-12': {
      one: [...one, 'unevaluatedItems', 'unevaluatedProperties', 'contentSchema'],
      many: [...many, 'prefixItems'],
      named: [...named, '$defs', 'dependentSchemas'],
    },
  };

/** The schemas directly inside a schema, at the places where the draft has schemas. */
export function subschemas(schema: JsonObject, draft: Draft): readonly unknown[] {
  const { one, many, named } = keywords[draft];
  const found: unknown[] = [];
  for (const key of one) if (Object.hasOwn(schema, key)) found.push(schema[key]);
  for (const key of many) if (Array.isArray(schema[key])) found.push(...(schema[key] as unknown[]));
  for (const key of named) {
    const parts = schema[key];
    if (typeof parts === 'object' && parts !== null) found.push(...Object.values(parts));
  }
  return found;
}
