import { copyData } from './copy.ts';
import { SchemaErrors } from './errors.ts';
import { tellDataMigrated } from './events.ts';
import { validate, type Schema } from './schema.ts';

/** One published version of a subject, with its steps to and from the version before. */
export interface Definition {
  readonly schema: Schema;
  readonly up?: ((previous: never) => unknown) | undefined;
  readonly down?: ((current: never) => unknown) | undefined;
}

export interface Route {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Walks data from one version to another; each value on the way is validated by its own version.
 *
 * @throws FUTURE_VERSION or UNKNOWN_VERSION for a bad route, MISSING_DOWN before any step runs,
 *   INVALID_DATA and MIGRATION_FAILED on the way.
 */
export function migrate(definitions: readonly Definition[], data: unknown, route: Route): unknown {
  const { subject, from, to } = route;
  checkKnown(definitions, subject, from, data);
  checkKnown(definitions, subject, to, data);
  if (from === to) return validate(at(definitions, to).schema, data, { subject, version: to });
  for (let version = from; version > to; version -= 1) {
    if (!at(definitions, version).down)
      throw new SchemaErrors.MISSING_DOWN({ subject, from: version, to: version - 1 });
  }
  return tellDataMigrated(route, () => walk(definitions, data, route));
}

function walk(definitions: readonly Definition[], data: unknown, { subject, from, to }: Route): unknown {
  const direction = from < to ? 1 : -1;
  // Steps may change what they are given, and a schema may hand parts of its input through.
  let value = validate(at(definitions, from).schema, copyData(data), { subject, version: from });
  for (let version = from; version !== to; version += direction) {
    const next = version + direction;
    const step = direction === 1 ? at(definitions, next).up : at(definitions, version).down;
    value = runStep(step as (input: unknown) => unknown, value, { subject, from: version, to: next });
    value = validate(at(definitions, next).schema, value, { subject, version: next });
  }
  return value;
}

function runStep(step: (input: unknown) => unknown, value: unknown, route: Route): unknown {
  try {
    return step(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SchemaErrors.MIGRATION_FAILED({ ...route, reason }, { cause });
  }
}

function checkKnown(definitions: readonly Definition[], subject: string, version: number, data: unknown): void {
  const latest = definitions.length;
  if (Number.isInteger(version) && version >= 1 && version <= latest) return;
  if (Number.isInteger(version) && version > latest) {
    throw new SchemaErrors.FUTURE_VERSION({ subject, version, latest, data });
  }
  throw new SchemaErrors.UNKNOWN_VERSION({ subject, version, latest });
}

/** The definition of a version that is known to exist. */
export function at(definitions: readonly Definition[], version: number): Definition {
  return definitions[version - 1] as Definition;
}
