import type { CompatibilityLevel, RegistryMode } from './levels.ts';
import type { Change, LogEntry } from './log.ts';

export interface ServedVersion {
  readonly version: number;
  readonly id: number;
  readonly isDeleted: boolean;
}

interface ServedSubject {
  /** In order; those that were deleted for good are not in it. */
  versions: readonly ServedVersion[];
  /** Also counts those that were deleted for good. */
  last: number;
  level?: CompatibilityLevel | undefined;
  mode?: RegistryMode | undefined;
}

/** What the log says. */
export class State {
  readonly #subjects = new Map<string, ServedSubject>();
  readonly #texts = new Map<number, string>();
  readonly #ids = new Map<string, number>();
  #offset = 0;
  #level: CompatibilityLevel = 'BACKWARD';
  #mode: RegistryMode = 'READWRITE';

  /** The offset of the last entry. */
  get offset(): number {
    return this.#offset;
  }

  /** Takes the next entry; one that was taken already is passed over. */
  take({ offset, change }: LogEntry): void {
    if (offset !== this.#offset + 1) return;
    this.#offset = offset;
    this.#apply(change);
  }

  subjects(prefix: string, withDeleted: boolean): readonly string[] {
    return [...this.#subjects.keys()]
      .filter((name) => name.startsWith(prefix) && this.versions(name, withDeleted).length > 0)
      .toSorted();
  }

  versions(subject: string, withDeleted: boolean): readonly ServedVersion[] {
    const versions = this.#subjects.get(subject)?.versions ?? [];
    return withDeleted ? versions : versions.filter(({ isDeleted }) => !isDeleted);
  }

  lastVersion(subject: string): number {
    return this.#subjects.get(subject)?.last ?? 0;
  }

  text(id: number): string | undefined {
    return this.#texts.get(id);
  }

  idOf(text: string): number {
    return this.#ids.get(text) ?? this.#ids.size + 1;
  }

  /** The subjects and versions that have a schema. */
  uses(id: number, withDeleted: boolean): readonly { readonly subject: string; readonly version: number }[] {
    return [...this.#subjects.keys()].toSorted().flatMap((subject) =>
      this.versions(subject, withDeleted)
        .filter((used) => used.id === id)
        .map(({ version }) => ({ subject, version })),
    );
  }

  level(subject?: string): CompatibilityLevel | undefined {
    return subject === undefined ? this.#level : this.#subjects.get(subject)?.level;
  }

  mode(subject?: string): RegistryMode | undefined {
    return subject === undefined ? this.#mode : this.#subjects.get(subject)?.mode;
  }

  #apply(change: Change): void {
    if (change.subject === null) {
      if (change.kind === 'level-set') this.#level = change.level ?? 'BACKWARD';
      if (change.kind === 'mode-set') this.#mode = change.mode ?? 'READWRITE';
      return;
    }
    const subject = this.#subjects.get(change.subject) ?? { versions: [], last: 0 };
    this.#subjects.set(change.subject, subject);
    this.#applyTo(subject, change);
  }

  #applyTo(subject: ServedSubject, change: Change): void {
    if (change.kind === 'level-set') subject.level = change.level ?? undefined;
    if (change.kind === 'mode-set') subject.mode = change.mode ?? undefined;
    if (change.kind === 'version-deleted') {
      subject.versions = without(subject.versions, change.isPermanent, ({ version }) => version === change.version);
    }
    if (change.kind === 'subject-deleted') subject.versions = without(subject.versions, change.isPermanent, () => true);
    if (change.kind !== 'registered') return;
    const { version, id, schema } = change;
    subject.versions = [...subject.versions, { version, id, isDeleted: false }];
    subject.last = version;
    this.#texts.set(id, schema);
    this.#ids.set(schema, id);
  }
}

function without(
  versions: readonly ServedVersion[],
  isPermanent: boolean,
  isMeant: (version: ServedVersion) => boolean,
): readonly ServedVersion[] {
  if (isPermanent) return versions.filter((version) => !isMeant(version));
  return versions.map((version) => (isMeant(version) ? { ...version, isDeleted: true } : version));
}
