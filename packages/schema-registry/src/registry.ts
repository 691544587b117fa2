// (1) A published version never changes: a different definition under the same subject and version is refused.
// (2) Registering the same thing twice changes nothing.
// (3) Data of a version this program does not know is refused before anything touches it.
import { compatibilityProblems, type RegistryOptions } from './compat/subjects.ts';
import { SchemaErrors } from './errors.ts';
import { isSameDefinition } from './fingerprint.ts';
import { at } from './migrate.ts';
import type { InputOf, OutputOf, Schema } from './schema.ts';
import { describeSubject, matches, type SubjectDescription } from './search.ts';
import { expectSubjects, type AnySubject, type LastSchema, type SchemaAt } from './subject.ts';

/** Data with the name and version of the schema it was written by. */
export interface Envelope<Name extends string = string> {
  readonly schema: Name;
  readonly version: number;
  readonly data: unknown;
}

export interface Decoded<Value> {
  /** The data in the form of the latest version. */
  readonly value: Value;
  /** The version the data was written by. */
  readonly from: number;
  readonly migrated: boolean;
}

/** Looks up schemas by subject and version, and reads data of every known version. */
export interface Registry<Subjects extends AnySubject = AnySubject> {
  /** The subject of that name. @throws UNKNOWN_SUBJECT */
  get<Name extends string>(name: Name & Known<Name, Subjects['name']>): Named<Subjects, Name>;
  /** The schema of one version. @throws UNKNOWN_SUBJECT, UNKNOWN_VERSION */
  get<Name extends string, Version extends number>(
    name: Name & Known<Name, Subjects['name']>,
    version: Version,
  ): SchemaIn<Named<Subjects, Name>, Version>;
  /** Every subject, by name. */
  list(): readonly SubjectDescription[];
  /** The subjects whose name, title, description or field names hold every word of the text, ignoring case. */
  search(text: string): readonly SubjectDescription[];
  /**
   * Validates an envelope and brings its data to the latest version.
   *
   * @throws INVALID_ENVELOPE, UNKNOWN_SUBJECT, UNKNOWN_VERSION, FUTURE_VERSION, INVALID_DATA, MIGRATION_FAILED
   */
  decode<Name extends string>(
    envelope: Envelope<Name> & { readonly schema: Known<Name, Subjects['name']> },
  ): Decoded<LatestOutput<Named<Subjects, Name>>>;
  /** Adds a subject and returns its undo. @throws DEFINITION_CHANGED, INCOMPATIBLE */
  register(subject: AnySubject): () => void;
}

/** A literal must be a registered name; a plain string is checked at run time. */
type Known<Name extends string, Names extends string> = string extends Name ? string : Names;

type Named<Subjects extends AnySubject, Name extends string> = string extends Name
  ? Subjects
  : Extract<Subjects, { readonly name: Name }>;

type VersionsOf<S> = S extends { readonly schemas: infer Versions extends readonly Schema[] }
  ? Versions
  : readonly Schema[];

type SchemaIn<S, Version extends number> = SchemaAt<VersionsOf<S>, Version>;

type LatestOutput<S> = S extends unknown ? OutputOf<LastSchema<VersionsOf<S>>> : never;

/** The data a subject's latest version accepts. */
export type SubjectInput<S extends AnySubject> = InputOf<LastSchema<VersionsOf<S>>>;

/** The data a subject's latest version gives. */
export type SubjectOutput<S extends AnySubject> = LatestOutput<S>;

/**
 * Creates a registry of the given subjects; with `compatibility`, each version must fit those before it.
 *
 * @throws DEFINITION_CHANGED, INVALID_MODE, INVALID_EXEMPTION; INCOMPATIBLE with every problem of every subject
 */
export function createRegistry<const Subjects extends AnySubject = AnySubject>(
  subjects: readonly Subjects[] = [],
  options: RegistryOptions = {},
): Registry<Subjects> {
  const byName = new Map<string, AnySubject>();
  const find = (name: string): AnySubject => {
    const found = byName.get(name);
    if (found) return found;
    throw new SchemaErrors.UNKNOWN_SUBJECT({
      subject: name,
      known: [...byName.keys()].toSorted().join(', ') || 'none',
    });
  };
  // Apart, so that the usual way stays short enough to be compiled into its callers.
  const decodeOther = (envelope: Envelope): Decoded<unknown> => {
    const { schema, version, data } = checkEnvelope(envelope);
    return { value: find(schema).migrate(data, { from: version }), from: version, migrated: true };
  };
  const registry = {
    get: (name: string, version?: number) => (version === undefined ? find(name) : schemaOf(find(name), version)),
    list: () => [...byName.values()].toSorted(byNameOrder).map(describeSubject),
    search: (text: string) => [...byName.values()].toSorted(byNameOrder).filter(matches(text)).map(describeSubject),
    decode(envelope: Envelope): Decoded<unknown> {
      // Nearly all data is of the latest version, and what is found needs no check.
      const current = byName.get(envelope?.schema);
      if (current !== undefined && envelope.version === current.latest) {
        return { value: current.parse(envelope.data), from: current.latest, migrated: false };
      }
      return decodeOther(envelope);
    },
    register(subject: AnySubject): () => void {
      expectSubjects([subject]);
      checkCompatible(byName, [subject], options);
      return register(byName, subject);
    },
  };
  expectSubjects(subjects);
  checkCompatible(byName, subjects, options);
  for (const subject of subjects) register(byName, subject);
  return registry as unknown as Registry<Subjects>;
}

/** Versions that are registered already were checked before. */
function checkCompatible(
  byName: ReadonlyMap<string, AnySubject>,
  subjects: readonly AnySubject[],
  options: RegistryOptions,
): void {
  const problems = subjects.flatMap((subject) => {
    const { latest = 1 } = byName.get(subject.name) ?? {};
    return compatibilityProblems(subject, latest + 1, options);
  });
  if (problems.length === 0) return;
  const text = problems.map(({ message }) => message).join(' ');
  throw new SchemaErrors.INCOMPATIBLE({ count: problems.length, text, problems });
}

function register(byName: Map<string, AnySubject>, subject: AnySubject): () => void {
  const before = byName.get(subject.name);
  if (before) checkUnchanged(before, subject);
  if (before && before.latest >= subject.latest) return () => undefined;
  byName.set(subject.name, subject);
  return () => {
    if (byName.get(subject.name) !== subject) return;
    if (before) byName.set(subject.name, before);
    else byName.delete(subject.name);
  };
}

function checkUnchanged(before: AnySubject, after: AnySubject): void {
  const shared = Math.min(before.latest, after.latest);
  for (let version = 1; version <= shared; version += 1) {
    if (isSameDefinition(at(before.definitions, version).schema, at(after.definitions, version).schema)) continue;
    const next = Math.max(before.latest, after.latest) + 1;
    throw new SchemaErrors.DEFINITION_CHANGED({ subject: before.name, version, next });
  }
}

function schemaOf(subject: AnySubject, version: number): Schema {
  const definition = subject.definitions[version - 1];
  if (definition) return definition.schema;
  throw new SchemaErrors.UNKNOWN_VERSION({ subject: subject.name, version, latest: subject.latest });
}

function checkEnvelope(envelope: Envelope): Envelope {
  const { schema, version } = (envelope ?? {}) as Partial<Envelope>;
  if (typeof schema !== 'string') {
    throw new SchemaErrors.INVALID_ENVELOPE({ expected: 'the subject as text in `schema`', received: typeof schema });
  }
  if (!Number.isSafeInteger(version)) {
    const received = typeof version === 'number' ? String(version) : typeof version;
    throw new SchemaErrors.INVALID_ENVELOPE({ expected: 'a whole number in `version`', received });
  }
  return envelope;
}

function byNameOrder(left: AnySubject, right: AnySubject): number {
  return left.name < right.name ? -1 : 1;
}
