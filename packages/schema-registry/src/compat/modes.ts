import { SchemaErrors } from '../errors.ts';
import { buildGraph, type SchemaGraph } from '../json/build.ts';
import { isObject, type DocumentOptions } from '../json/document.ts';
import { findCycle } from '../json/cycle.ts';
import type { Schema } from '../schema.ts';
import { withoutNotes } from '../notes.ts';
import { wireSchemas, type WireSchemas } from '../wire.ts';
import { startComparing } from './compare.ts';
import { confluentReader } from './confluent.ts';
import { explain, type Difference } from './explain.ts';

/** Which data must still be read: see `checkCompatibility`. */
export type CompatibilityMode =
  'NONE' | 'BACKWARD' | 'BACKWARD_TRANSITIVE' | 'FORWARD' | 'FORWARD_TRANSITIVE' | 'FULL' | 'FULL_TRANSITIVE';

export interface CompatibilityOptions extends DocumentOptions {
  /** Whether `format` is a rule. @default true for zod, which checks formats; false for JSON Schema, where it is a note */
  readonly formats?: boolean;
  /**
   * `confluent` reads as that registry does: a required property that has a default may be missing, and formats say nothing. No
   * other of its rules is taken: where it compares keywords, containment decides here too.
   * @default 'json-schema'
   */
  readonly dialect?: 'json-schema' | 'confluent';
  /** Steps that one direction may take; without an answer by then the verdict is `unknown`. @default 150000 */
  readonly fuel?: number;
}

export interface Compatibility {
  /** True when the verdict is `compatible`. */
  readonly compatible: boolean;
  readonly verdict: 'compatible' | 'breaking' | 'unknown';
  /** What changed, the breaking changes first. */
  readonly differences: readonly Difference[];
}

/** A schema of a library, its reader's and writer's JSON Schema, or one JSON Schema for both. */
export type Comparable = Schema | WireSchemas | Readonly<Record<string, unknown>> | boolean;

const modes: ReadonlySet<string> = new Set([
  'NONE',
  ...['BACKWARD', 'FORWARD', 'FULL'].flatMap((mode) => [mode, `${mode}_TRANSITIVE`]),
]);

/**
 * Decides whether data written by one version can be read by another.
 *
 * `BACKWARD`: all that the old version writes, the new one reads. `FORWARD`: all that the new version writes, the old one
 * reads. `FULL`: both. `oldSchema` may be a list, oldest first: a mode that ends in `_TRANSITIVE` looks at all, the others at the last.
 * `unknown` is said where rules in code have a say, or no answer was found in time.
 *
 * @throws INVALID_MODE, NO_JSON_SCHEMA, INVALID_JSON_SCHEMA, SCHEMA_TOO_DEEP, UNKNOWN_REFERENCE, CYCLIC_SCHEMA
 */
export function checkCompatibility(
  oldSchema: Comparable | readonly Comparable[],
  newSchema: Comparable,
  mode: CompatibilityMode = 'BACKWARD',
  options: CompatibilityOptions = {},
): Compatibility {
  if (!modes.has(mode)) throw new SchemaErrors.INVALID_MODE({ received: mode });
  const history: readonly Comparable[] = Array.isArray(oldSchema) ? oldSchema : [oldSchema];
  const chosen = mode.endsWith('_TRANSITIVE') ? history : history.slice(-1);
  if (mode === 'NONE') return summary([]);
  const latest = sidesOf(newSchema, options);
  const found = chosen.flatMap((old, index) => {
    if (old === newSchema) return [];
    const place = history.length > 1 ? history.length - chosen.length + index + 1 : undefined;
    return compareSides(sidesOf(old, options), latest, { mode, options, place });
  });
  return summary(found);
}

interface Side extends WireSchemas {
  /** What both schemas say, without notes. */
  readonly text: string;
}

interface Context {
  readonly mode: CompatibilityMode;
  readonly options: CompatibilityOptions;
  readonly place: number | undefined;
}

interface Found {
  readonly verdict: Compatibility['verdict'];
  readonly differences: readonly Difference[];
}

function compareSides(old: Side, latest: Side, { mode, options, place }: Context): readonly Found[] {
  // A rule that nobody can read may have changed.
  if (old.text === latest.text && !old.text.includes('"?')) return [];
  const formats = options.dialect !== 'confluent' && (options.formats ?? (latest.formats || old.formats || false));
  const direct = (writer: Side, reader: Side, direction: Difference['direction']): Found => {
    const [before, now] = [graphOf(writer, 'read', options), graphOf(reader, 'read', options)];
    const isOne = options.dialect !== 'confluent' && writer.read === writer.write;
    const comparison = { writer: isOne ? before : graphOf(writer, 'write', options), reader: now, before };
    const comparing = startComparing({ ...comparison, formats, fuel: options.fuel ?? 150_000 });
    return explain({ ...comparison, comparing, direction, place });
  };
  return [
    ...(mode.startsWith('FORWARD') ? [] : [direct(old, latest, 'backward')]),
    ...(mode.startsWith('BACKWARD') ? [] : [direct(latest, old, 'forward')]),
  ];
}

function summary(found: readonly Found[]): Compatibility {
  const verdicts = found.map(({ verdict }) => verdict);
  const verdict = verdicts.includes('breaking') ? 'breaking' : verdicts.includes('unknown') ? 'unknown' : 'compatible';
  const differences = found.flatMap(({ differences }) => differences);
  const sorted = differences.toSorted((left, right) => Number(right.breaking) - Number(left.breaking));
  return { compatible: verdict === 'compatible', verdict, differences: sorted };
}

function sidesOf(schema: Comparable, { draft, documents }: CompatibilityOptions): Side {
  const given = wireOf(schema);
  const isOne = given.read === given.write;
  const options = {
    ...(draft && { draft }),
    ...given.options,
    documents: { ...documents, ...given.options.documents },
  };
  const read = withoutNotes(given.read);
  // In the order it was written in: what is only written otherwise is found to be the same by the check.
  return { ...given, options, text: JSON.stringify([read, isOne ? read : withoutNotes(given.write)]) };
}

function wireOf(schema: Comparable): WireSchemas {
  if (isStandard(schema)) return wireSchemas(schema);
  if (isWire(schema)) return schema;
  if (!isObject(schema) && typeof schema !== 'boolean') {
    throw new SchemaErrors.NO_JSON_SCHEMA({ reason: `it is ${schema === null ? 'null' : `a ${typeof schema}`}` });
  }
  return { read: schema, write: schema, options: {}, formats: undefined };
}

/** A schema of some libraries is a function. */
function isStandard(schema: unknown): schema is Schema {
  return (typeof schema === 'object' || typeof schema === 'function') && schema !== null && '~standard' in schema;
}

function isWire(schema: unknown): schema is WireSchemas {
  return isObject(schema) && 'read' in schema && 'write' in schema && 'options' in schema;
}

function graphOf(side: Side, io: 'read' | 'write', { dialect }: CompatibilityOptions): SchemaGraph {
  const schema = dialect === 'confluent' && io === 'read' ? confluentReader(side.read) : side[io];
  const graph = buildGraph(schema, side.options);
  const cycle = findCycle(graph);
  if (cycle) throw new SchemaErrors.CYCLIC_SCHEMA({ where: cycle.location });
  return graph;
}
