import { checkCompatibility } from '../compat/modes.ts';
import { SchemaErrors } from '../errors.ts';
import { buildGraph } from '../json/build.ts';
import { findCycle } from '../json/cycle.ts';
import type { CompatibilityCheck, JsonSchemaValue } from './levels.ts';

/** A schema that names no draft is of draft-07 for clients of this protocol. */
const draft = 'draft-07';

/** The check of this package, in the dialect of Confluent's registry. */
export const confluentCheck: CompatibilityCheck = (oldSchemas, newSchema, level) =>
  checkCompatibility(oldSchemas, newSchema, level, { draft, dialect: 'confluent' });

/** @throws INVALID_JSON_SCHEMA, SCHEMA_TOO_DEEP, UNKNOWN_REFERENCE, CYCLIC_SCHEMA */
export function checkSchema(schema: JsonSchemaValue): void {
  const cycle = findCycle(buildGraph(schema, { draft }));
  if (cycle) throw new SchemaErrors.CYCLIC_SCHEMA({ where: cycle.location });
}
