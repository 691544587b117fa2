import type { Reader } from './compile.ts';
import { copyData } from './copy.ts';
import { SchemaErrors } from './errors.ts';
import { tellDataMigrated } from './events.ts';
import { givesFreshData } from './fresh.ts';
import { versionsToRead } from './plan.ts';
import type { Schema } from './schema.ts';

/** One published version of a subject, with its steps to and from the version before. */
export interface Definition {
  readonly schema: Schema;
  readonly up?: ((previous: never) => unknown) | undefined;
  readonly down?: ((current: never) => unknown) | undefined;
}

/** A version together with its reader. */
export interface ReadableDefinition extends Definition {
  readonly read: Reader;
}

export interface Route {
  readonly subject: string;
  readonly from: number;
  readonly to: number;
}

/** A route that was checked, and what has to be done on it. */
interface Plan {
  readonly route: Route;
  readonly isFresh: boolean;
  /** Each function to be called after another, with the version it comes from. */
  readonly legs: readonly Leg[];
}

interface Leg {
  readonly from: number;
  readonly to: number;
  readonly step: (input: unknown) => unknown;
  /** Undefined where a later version looks at the same. */
  readonly read: Reader | undefined;
}

export type Migrate = (data: unknown, from: number, to: number) => unknown;

/**
 * Makes the function that walks data from one version to another. It validates by the version the data comes from, by the
 * one it is brought to, and by those between that change what they read.
 *
 * @throws FUTURE_VERSION or UNKNOWN_VERSION for a bad route, MISSING_DOWN before any step runs,
 *   INVALID_DATA and MIGRATION_FAILED on the way.
 */
export function createMigrate(subject: string, definitions: readonly ReadableDefinition[]): Migrate {
  const plans: Plan[][] = definitions.map(() => []);
  return (data, from, to) => {
    const plan = plans[from - 1]?.[to] ?? makePlan(definitions, data, { subject, from, to });
    (plans[from - 1] as Plan[])[to] ??= plan;
    if (from === to) return at(definitions, to).read(data);
    return tellDataMigrated(plan.route, () => walk(definitions, data, plan));
  };
}

function makePlan(definitions: readonly ReadableDefinition[], data: unknown, route: Route): Plan {
  const { from, to } = route;
  checkRoute(definitions, route, data);
  const toRead = versionsToRead(definitions, from, to).add(to);
  const legs = rangeOf(from, to)
    .slice(1)
    .map((version) => leg(definitions, version, toRead.has(version), from < to));
  return { route, isFresh: givesFreshData(at(definitions, from).schema), legs };
}

function leg(definitions: readonly ReadableDefinition[], to: number, isRead: boolean, isUp: boolean): Leg {
  const from = isUp ? to - 1 : to + 1;
  const { read, up } = at(definitions, to);
  const step = isUp ? up : at(definitions, from).down;
  return { from, to, step: step as Leg['step'], read: isRead ? read : undefined };
}

/** @throws FUTURE_VERSION, UNKNOWN_VERSION, and MISSING_DOWN when a version on the way down has none. */
export function checkRoute(definitions: readonly Definition[], { subject, from, to }: Route, data?: unknown): void {
  checkKnown(definitions, subject, from, data);
  checkKnown(definitions, subject, to, data);
  for (let version = from; version > to; version -= 1) {
    if (!at(definitions, version).down)
      throw new SchemaErrors.MISSING_DOWN({ subject, from: version, to: version - 1 });
  }
}

function walk(definitions: readonly ReadableDefinition[], data: unknown, plan: Plan): unknown {
  const { route, isFresh, legs } = plan;
  // Steps may change what they are given, and a schema may hand parts of its input through.
  const start = at(definitions, route.from).read(isFresh ? data : copyData(data));
  try {
    return walkLegs(start, legs, route.subject);
  } catch (error) {
    if (legs.every(({ read }) => read !== undefined)) throw error;
    // Every version looks now: the error names the first step that went wrong, and dropped fields stay dropped.
    const read = at(definitions, route.from).read(isFresh ? data : copyData(data));
    return walkLegs(
      read,
      legs.map((leg) => ({ ...leg, read: at(definitions, leg.to).read })),
      route.subject,
    );
  }
}

function walkLegs(start: unknown, legs: readonly Leg[], subject: string): unknown {
  let value = start;
  for (const leg of legs) {
    value = runStep(leg, value, subject);
    if (leg.read !== undefined) value = leg.read(value);
  }
  return value;
}

function runStep({ step, from, to }: Leg, value: unknown, subject: string): unknown {
  try {
    return step(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SchemaErrors.MIGRATION_FAILED({ subject, from, to, reason }, { cause });
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
export function at<D extends Definition>(definitions: readonly D[], version: number): D {
  return definitions[version - 1] as D;
}

/** The versions of a route in order, both ends included. */
export function rangeOf(from: number, to: number): readonly number[] {
  const direction = from < to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + index * direction);
}
