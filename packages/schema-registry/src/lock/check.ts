import type { Difference } from '../compat/explain.ts';
import {
  checkCompatibility,
  type Comparable,
  type CompatibilityMode,
  type CompatibilityOptions,
} from '../compat/modes.ts';
import { baselineOf, counted, messageOf, type Exemption } from '../compat/subjects.ts';
import { expectLock, lockVersion, type LockedVersion, type SchemaLock } from '../lock.ts';
import { at } from '../migrate.ts';
import { expectSubjects, type AnySubject } from '../subject.ts';

/** What a lock forbids. */
export type LockRule =
  'edited-version' | 'removed-version' | 'incompatible' | 'missing-up' | 'undecided' | 'not-locked' | 'docs-changed';

export interface LockProblem {
  readonly rule: LockRule;
  /** Only errors fail a check, and warnings in a strict one. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly subject: string;
  readonly version: number;
  readonly message: string;
  /** The breaking changes, each with data that shows it. */
  readonly differences: readonly Difference[];
  /** The reason of the exemption that lets it through. */
  readonly exemptedBy?: string;
}

export interface LockReport {
  readonly problems: readonly LockProblem[];
  /** Versions that were looked at. */
  readonly checked: number;
  /** True when no error is left that is not exempted. */
  readonly passed: boolean;
}

export interface LockCheckOptions extends Pick<CompatibilityOptions, 'formats' | 'dialect' | 'fuel'> {
  /** What new versions must keep to. @default 'BACKWARD' */
  readonly compatibility?: CompatibilityMode;
  /** Whether warnings fail the check as well. @default false */
  readonly strict?: boolean;
}

/**
 * Compares subjects with the lock of what was published.
 *
 * Errors: a published version was edited or removed, a new one breaks the rule, or a breaking step has no `up`. Warnings: a version of
 * which it cannot be told, and one that is not in the lock yet.
 *
 * @throws NO_JSON_SCHEMA, INVALID_MODE, INVALID_OPTION
 */
export function checkLock(
  subjects: readonly AnySubject[],
  lock: SchemaLock,
  options: LockCheckOptions = {},
): LockReport {
  expectSubjects(subjects);
  expectLock(lock);
  const known = new Map(subjects.map((subject) => [subject.name, subject]));
  const names = new Set([...known.keys(), ...Object.keys(lock.subjects)]);
  const found = [...names].toSorted().flatMap((name) => {
    const locked = Object.hasOwn(lock.subjects, name) ? (lock.subjects[name] ?? {}) : {};
    return subjectProblems({ name, subject: known.get(name), locked, exemptions: lock.exemptions, options });
  });
  const problems = found.map((problem) => exempted(problem, lock));
  const fails = ({ severity, exemptedBy }: LockProblem): boolean =>
    exemptedBy === undefined && (severity === 'error' || (options.strict === true && severity === 'warning'));
  const checked = subjects.reduce((sum, { latest }) => sum + latest, 0);
  return { problems, checked, passed: !problems.some(fails) };
}

function exempted(problem: LockProblem, { exemptions }: SchemaLock): LockProblem {
  const { subject, version } = problem;
  const exemption = exemptions.find((one) => one.subject === subject && one.version === version);
  return exemption && problem.severity !== 'note' ? { ...problem, exemptedBy: exemption.reason } : problem;
}

interface Looking {
  readonly name: string;
  readonly subject: AnySubject | undefined;
  readonly locked: Readonly<Record<string, LockedVersion>>;
  readonly exemptions: readonly Exemption[];
  readonly options: LockCheckOptions;
}

function subjectProblems({ name, subject, locked, exemptions, options }: Looking): readonly LockProblem[] {
  const latest = subject?.latest ?? 0;
  const gone = Object.keys(locked)
    .map(Number)
    .filter((version) => version > latest);
  const problems = gone.map((version) => problem('removed-version', name, version));
  if (!subject) return problems;
  for (let version = 1; version <= latest; version += 1) {
    const before = locked[String(version)];
    problems.push(
      ...(before
        ? lockedProblems(subject, version, before)
        : newProblems(subject, version, { locked, exemptions, options })),
    );
  }
  return problems;
}

const messages: Readonly<Record<Exclude<LockRule, 'incompatible' | 'undecided'>, string>> = {
  'edited-version': 'was edited after it was published. Undo the edit and add a version instead',
  'removed-version': 'was removed, and data of it may still be there. Put it back',
  'missing-up': 'cannot read what the version before wrote, and has no `up`. Give it one',
  'not-locked': 'is not in the lock yet. Run `update` and commit the lock',
  'docs-changed': 'has other annotations than in the lock. Run `update` to lock them',
};

const severities: Readonly<Partial<Record<LockRule, LockProblem['severity']>>> = {
  undecided: 'warning',
  'not-locked': 'warning',
  'docs-changed': 'note',
};

function problem(
  rule: keyof typeof messages | 'incompatible' | 'undecided',
  subject: string,
  version: number,
  more: { readonly message?: string; readonly differences?: readonly Difference[] } = {},
): LockProblem {
  const known = rule === 'incompatible' || rule === 'undecided' ? '' : messages[rule];
  const message = more.message ?? `Version ${version} of "${subject}" ${known}.`;
  const severity = severities[rule] ?? 'error';
  return { rule, severity, subject, version, message, differences: more.differences ?? [] };
}

function lockedProblems(subject: AnySubject, version: number, before: LockedVersion): readonly LockProblem[] {
  const now = lockVersion(subject, version);
  const { name } = subject;
  if (now.fingerprint !== before.fingerprint) {
    return [problem('edited-version', name, version, { differences: editsOf(before, subject, version) })];
  }
  const lostUp = before.up && !now.up ? [problem('missing-up', name, version)] : [];
  return now.docs === before.docs ? lostUp : [...lostUp, problem('docs-changed', name, version)];
}

function editsOf(before: LockedVersion, subject: AnySubject, version: number): readonly Difference[] {
  return checkCompatibility(comparable(before), at(subject.definitions, version).schema, 'FULL').differences;
}

function newProblems(
  subject: AnySubject,
  version: number,
  { locked, exemptions, options }: Pick<Looking, 'locked' | 'exemptions' | 'options'>,
): readonly LockProblem[] {
  const { name, definitions } = subject;
  const { compatibility = 'BACKWARD' } = options;
  const fresh = [problem('not-locked', name, version)];
  if (version === 1) return fresh;
  const baseline = baselineOf(exemptions, name, version);
  // What is in the lock counts: the code may have been edited.
  const history = definitions.slice(baseline - 1, version - 1).map(({ schema }, index): Comparable => {
    const before = locked[String(baseline + index)];
    return before ? comparable(before) : schema;
  });
  const { schema, up } = at(definitions, version);
  const { verdict, differences } = checkCompatibility(history, schema, compatibility, options);
  const isBreaking = !up && checkCompatibility(history, schema, 'BACKWARD', options).verdict === 'breaking';
  if (isBreaking) fresh.push(problem('missing-up', name, version));
  if (verdict === 'compatible') return fresh;
  const message = messageOf({ subject: name, version, verdict, differences, mode: compatibility });
  const rule = verdict === 'breaking' ? 'incompatible' : 'undecided';
  const breaking = differences.filter((one) => one.breaking).map((one) => counted(one, baseline));
  return [problem(rule, name, version, { message, differences: breaking }), ...fresh];
}

function comparable({ read, write = read }: LockedVersion): Comparable {
  return { read, write, options: { draft: 'draft-2020-12' }, formats: true };
}
