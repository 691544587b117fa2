import { SchemaErrors } from '../errors.ts';
import { at } from '../migrate.ts';
import type { AnySubject } from '../subject.ts';
import type { Difference } from './explain.ts';
import { checkCompatibility, type CompatibilityMode, type CompatibilityOptions } from './modes.ts';

/** A version that may break the rule, and why. */
export interface Exemption {
  readonly subject: string;
  readonly version: number;
  /** Why it is allowed; must not be empty. */
  readonly reason: string;
}

export interface RegistryOptions extends Pick<CompatibilityOptions, 'formats' | 'dialect' | 'fuel'> {
  /** What every version must keep to. @default 'NONE' */
  readonly compatibility?: CompatibilityMode;
  /** What happens to a version of which it cannot be told, as its rules are in code. @default 'accept' */
  readonly undecided?: 'accept' | 'refuse';
  /** Versions that may break the rule. @default none */
  readonly exemptions?: readonly Exemption[];
}

/** A version that does not fit those before it. */
export interface CompatibilityProblem {
  readonly subject: string;
  readonly version: number;
  readonly verdict: 'breaking' | 'unknown';
  readonly message: string;
  readonly differences: readonly Difference[];
}

/** Every version of a subject from `first` on that breaks the rule. @throws INVALID_MODE, INVALID_EXEMPTION */
export function compatibilityProblems(
  subject: AnySubject,
  first: number,
  options: RegistryOptions,
): readonly CompatibilityProblem[] {
  const { compatibility = 'NONE', undecided = 'accept', exemptions = [] } = options;
  checkExemptions(exemptions);
  const problems: CompatibilityProblem[] = [];
  for (let version = Math.max(2, first); version <= subject.latest; version += 1) {
    if (isExempt(exemptions, subject.name, version)) continue;
    const problem = problemOf(subject, version, compatibility, options);
    if (problem && (problem.verdict === 'breaking' || undecided === 'refuse')) problems.push(problem);
  }
  return problems;
}

export function checkExemptions(exemptions: readonly Exemption[]): void {
  for (const { subject, version, reason } of exemptions) {
    if (typeof reason !== 'string' || reason.trim() === '')
      throw new SchemaErrors.INVALID_EXEMPTION({ subject, version });
  }
}

function isExempt(exemptions: readonly Exemption[], name: string, number: number): boolean {
  return exemptions.some(({ subject, version }) => subject === name && version === number);
}

/** The version that a later one is compared with first: what an exempted version broke stays broken for those after it. */
export function baselineOf(exemptions: readonly Exemption[], name: string, before: number): number {
  const exempt = exemptions.filter(({ subject, version }) => subject === name && version < before);
  return Math.max(1, ...exempt.map(({ version }) => version));
}

function problemOf(
  subject: AnySubject,
  version: number,
  mode: CompatibilityMode,
  options: RegistryOptions,
): CompatibilityProblem | undefined {
  const { name, definitions } = subject;
  const baseline = baselineOf(options.exemptions ?? [], name, version);
  const history = definitions.slice(baseline - 1, version - 1).map(({ schema }) => schema);
  const { verdict, differences } = checkCompatibility(history, at(definitions, version).schema, mode, options);
  if (verdict === 'compatible') return undefined;
  const numbered = differences.map((difference) => counted(difference, baseline));
  const message = messageOf({ subject: name, version, verdict, differences: numbered, mode });
  return { subject: name, version, verdict, message, differences: numbered };
}

/** `against` counts from the first schema that was compared; here it is the version. */
export function counted(difference: Difference, baseline: number): Difference {
  const { against } = difference;
  return against === undefined ? difference : { ...difference, against: against + baseline - 1 };
}

interface Told {
  readonly subject: string;
  readonly version: number;
  readonly verdict: 'breaking' | 'unknown';
  readonly differences: readonly Difference[];
  readonly mode: CompatibilityMode;
}

const shownChanges = 3;

/** A sentence about a version that does not fit. */
export function messageOf({ subject, version, verdict, differences, mode }: Told): string {
  const what = `Version ${version} of "${subject}"`;
  if (verdict === 'unknown')
    return `${what} may break ${mode}: rules in code have a say, or it takes too long to tell.`;
  const breaking = differences.filter((difference) => difference.breaking);
  const shown = breaking.slice(0, shownChanges).map(changeText);
  const more = breaking.length > shownChanges ? ` and ${breaking.length - shownChanges} more` : '';
  return `${what} breaks ${mode}: ${shown.join('; ')}${more}.`;
}

function changeText({ path, type, witness }: Difference): string {
  const data = JSON.stringify(witness) ?? String(witness);
  const text = data.length > 200 ? `${data.slice(0, 200)}…` : data;
  return `${type} at ${path || 'the whole value'}, so ${text} is refused`;
}
