import type { Finding, Report } from './report.ts';

/** What a finding is known again by, and what has to be looked at before it is called gone. */
export interface KnownFinding {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
}

/** The findings of a report, compared with what was known before. */
export interface Matching<Known> {
  /** Findings that were not known. */
  readonly added: readonly Finding[];
  /** Findings that were known. */
  readonly unchanged: readonly Finding[];
  /** What was known and is not found any more, although its rule and its file could be looked at. */
  readonly gone: readonly Known[];
  /** What was known, and could not be looked at. */
  readonly unseen: readonly Known[];
}

/** Compares by fingerprint, so that lines which moved are no difference. */
export function matchFindings<Known extends KnownFinding>(
  known: readonly Known[],
  { findings, problems }: Pick<Report, 'findings' | 'problems'>,
): Matching<Known> {
  const before = new Set(known.map(({ fingerprint }) => fingerprint));
  const now = new Set(findings.map(({ fingerprint }) => fingerprint));
  const missing = known.filter(({ fingerprint }) => !now.has(fingerprint));
  const wasLookedAt = ({ rule, file }: Known): boolean =>
    !problems.some((problem) => problem.rule === rule || (problem.rule === undefined && problem.file === file));
  return {
    added: findings.filter(({ fingerprint }) => !before.has(fingerprint)),
    unchanged: findings.filter(({ fingerprint }) => before.has(fingerprint)),
    gone: missing.filter((each) => wasLookedAt(each)),
    unseen: missing.filter((each) => !wasLookedAt(each)),
  };
}
