import type { CompatibilityCheck } from '../src/http.ts';

function fieldsOf(schema: Parameters<CompatibilityCheck>[1]): readonly string[] {
  return typeof schema === 'object' ? Object.keys(schema['properties'] ?? {}) : [];
}

/** Takes a schema that has every field of those before it. */
export const sameFields: CompatibilityCheck = (before, after, level) => {
  const relevant = level.endsWith('_TRANSITIVE') ? before : before.slice(-1);
  const known = new Set(fieldsOf(after));
  const missing = relevant.flatMap(fieldsOf).filter((field) => !known.has(field));
  return { compatible: missing.length === 0, differences: missing.map((path) => ({ path, type: 'field-removed' })) };
};
