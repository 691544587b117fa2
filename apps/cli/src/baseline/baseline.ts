// What was there before somebody began to look: findings that are known by their fingerprint are held back until they are gone.
import { matchFindings } from '../report/matching.ts';
import type { Finding, Report } from '../report/report.ts';
import { count } from '../report/report.ts';
import { categories, score } from '../report/score.ts';
import { compareText } from '../project/problem.ts';

/** One finding that is known; all but the fingerprint is for whoever reads the file. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly file: string;
  readonly message: string;
}

/** A file of known findings, sorted so that a change of it is easy to review. */
export interface Baseline {
  readonly schema: 'seaworthy.baseline';
  readonly schemaVersion: 1;
  readonly findings: readonly BaselineEntry[];
}

export interface BaselineResult {
  /** Without what is known: as if it were suppressed. */
  readonly report: Report;
  /** How many findings are known. */
  readonly known: number;
  /** Entries that hold nothing back, although their rule and their file could be looked at. */
  readonly unused: readonly BaselineEntry[];
}

/** All findings of a report as a baseline. */
export function baselineOf({ findings }: Report): Baseline {
  const entries = findings.map(({ fingerprint, rule, file, message }) => ({ fingerprint, rule, file, message }));
  return {
    schema: 'seaworthy.baseline',
    schemaVersion: 1,
    findings: entries.toSorted(
      (a, b) => compareText(a.file, b.file) || compareText(a.rule, b.rule) || compareText(a.fingerprint, b.fingerprint),
    ),
  };
}

/** Takes the known findings out of a report; the score is that of the rest. */
export function applyBaseline(report: Report, baseline: Baseline): BaselineResult {
  const { added, unchanged, gone } = matchFindings(baseline.findings, report);
  return {
    report: { ...withFindings(report, added), suppressed: report.suppressed + unchanged.length },
    known: unchanged.length,
    unused: gone,
  };
}

function withFindings(report: Report, findings: readonly Finding[]): Report {
  const applicable = new Set(categories.filter((category) => report.score.categories[category] !== undefined));
  return {
    ...report,
    findings,
    summary: count(findings),
    score: score(findings, applicable),
    stats: { ...report.stats, findings: findings.length },
  };
}
