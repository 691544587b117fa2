import { createReader } from './compile.ts';
import { SchemaErrors } from './errors.ts';
import { at, createMigrate, type Definition, type ReadableDefinition } from './migrate.ts';
import { expectSchema, shownKind, type InputOf, type OutputOf, type Schema } from './schema.ts';

/** The numbers 1 to n for n versions. */
export type VersionOf<Versions extends readonly Schema[]> = number extends Versions['length']
  ? number
  : Exclude<Partial<Versions>['length'], 0 | undefined>;

export type NextVersion<Versions extends readonly Schema[]> = [...Versions, unknown]['length'];

/** The schema of one version, counted from 1. */
export type SchemaAt<Versions extends readonly Schema[], Version extends number> = [
  unknown,
  ...Versions,
][Version] extends infer S extends Schema
  ? S
  : Schema;

export type LastSchema<Versions extends readonly Schema[]> = Versions extends readonly [
  ...unknown[],
  infer S extends Schema,
]
  ? S
  : Schema;

/** How data moves between a version and the one before it. */
export interface Steps<Previous extends Schema, Next extends Schema> {
  readonly up: (previous: OutputOf<Previous>) => InputOf<Next>;
  /** Without it data cannot go back past this version. */
  readonly down?: (current: OutputOf<Next>) => InputOf<Previous>;
}

/** What a registry needs of a subject, whatever its versions. */
export interface AnySubject {
  readonly name: string;
  /** The highest version number. */
  readonly latest: number;
  readonly definitions: readonly Definition[];
  parse(input: unknown): unknown;
  migrate(data: unknown, route: { readonly from: number; readonly to?: number }): unknown;
}

/** A named kind of data with numbered, unchanging versions. */
export interface Subject<Name extends string, Versions extends readonly Schema[]> extends AnySubject {
  readonly name: Name;
  readonly latest: Versions['length'];
  /** The schemas in order; version 1 comes first. */
  readonly schemas: Versions;
  /** Returns a subject with one more version; the number must follow the latest. */
  version<S extends Schema>(
    version: NextVersion<Versions>,
    schema: S,
    steps: Steps<LastSchema<Versions>, S>,
  ): Subject<Name, [...Versions, S]>;
  /** Validates input of the latest version. @throws INVALID_DATA */
  parse(input: unknown): OutputOf<LastSchema<Versions>>;
  /** Brings data from one version to another, by default the latest; `data` is never changed. */
  migrate<To extends VersionOf<Versions> = Versions['length'] & VersionOf<Versions>>(
    data: unknown,
    route: { readonly from: VersionOf<Versions>; readonly to?: To },
  ): OutputOf<SchemaAt<Versions, To>>;
}

/** Starts a subject whose version 1 has the given schema. @throws INVALID_NAME, INVALID_OPTION */
export function subject<Name extends string, S extends Schema>(name: Name, schema: S): Subject<Name, [S]> {
  if (typeof name !== 'string' || !/^[A-Za-z][\w.-]*$/.test(name)) {
    throw new SchemaErrors.INVALID_NAME({ received: typeof name === 'string' ? JSON.stringify(name) : typeof name });
  }
  return build(name, [readable({ schema }, { subject: name, version: 1 })]) as Subject<Name, [S]>;
}

function readable(definition: Definition, of: { subject: string; version: number }): ReadableDefinition {
  expectSchema('schema', definition.schema);
  return Object.freeze({ ...definition, read: createReader(definition.schema, of) });
}

/** @throws INVALID_OPTION */
export function expectSubjects(subjects: unknown): asserts subjects is readonly AnySubject[] {
  if (!Array.isArray(subjects)) {
    const expected = 'a list of subjects';
    throw new SchemaErrors.INVALID_OPTION({ option: 'subjects', expected, received: shownKind(subjects) });
  }
  for (const [index, subject] of subjects.entries()) expectSubject(`subjects[${index}]`, subject);
}

/** @throws INVALID_OPTION */
export function expectSubject(option: string, value: unknown): void {
  if (typeof value === 'object' && value !== null && 'definitions' in value && Array.isArray(value.definitions)) return;
  const expected = 'a subject, made with `subject(name, schema)`';
  throw new SchemaErrors.INVALID_OPTION({ option, expected, received: shownKind(value) });
}

/** @throws INVALID_OPTION */
function expectSteps(steps: unknown): void {
  if (typeof steps === 'object' && steps !== null) return;
  const expected = 'an object with `up` and, where data goes back, `down`';
  throw new SchemaErrors.INVALID_OPTION({ option: 'steps', expected, received: shownKind(steps) });
}

function build(name: string, definitions: readonly ReadableDefinition[]): unknown {
  const latest = definitions.length;
  const newest = at(definitions, latest);
  const migrate = createMigrate(name, definitions);
  const self = {
    name,
    latest,
    definitions,
    schemas: definitions.map(({ schema }) => schema),
    version(version: number, schema: Schema, steps: Omit<Definition, 'schema'>): unknown {
      if (version !== latest + 1) {
        throw new SchemaErrors.VERSION_OUT_OF_ORDER({ subject: name, latest, expected: latest + 1, version });
      }
      expectSteps(steps);
      const added = readable({ schema, up: steps.up, down: steps.down }, { subject: name, version });
      return build(name, [...definitions, added]);
    },
    parse: newest.read,
    migrate: (data: unknown, { from, to = latest }: { from: number; to?: number }): unknown => migrate(data, from, to),
  };
  return Object.freeze(self);
}
