// The report is plain data, owned by the command line: what `--format json` prints and what a push sends.
import type { Problem } from '../project/problem.ts';
import type { Category, Position, Severity } from '../rules/contract.ts';

/** Lines of a file around a place. */
export interface Snippet {
  /** The 1-based number of the first of the lines. */
  readonly firstLine: number;
  /** A line that shows a secret reads `[hidden]`. */
  readonly lines: readonly string[];
}

/** Something a rule has found, complete enough to be shown without the project. */
export interface Finding {
  /** The id of the rule. */
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly message: string;
  /** Relative to the audited directory; `.` when the project as a whole is meant. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly end?: Position;
  readonly snippet?: Snippet;
  readonly why: string;
  readonly fix: string;
  /** The command that explains the rule. */
  readonly docs: string;
  /** The same for the same finding after lines above it have moved. */
  readonly fingerprint: string;
}

/** How many findings there are, by severity. */
export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

export interface CategoryScore extends Counts {
  /** 0 to 100. */
  readonly score: number;
}

export interface Score {
  /** 0 to 100; null when no rule had anything to look at. */
  readonly overall: number | null;
  /** The categories in which a rule had something to look at. */
  readonly categories: Readonly<Partial<Record<Category, CategoryScore>>>;
}

export interface Stats {
  readonly files: number;
  readonly bytes: number;
  /** Rules that ran. */
  readonly rules: number;
  readonly findings: number;
  /** Only when times were asked for: without them a report depends on nothing but the project. */
  readonly durationMs?: number;
}

export interface Report {
  readonly schema: 'seaworthy.report';
  readonly schemaVersion: 1;
  readonly project: { readonly name: string; readonly version?: string };
  readonly summary: Counts;
  readonly score: Score;
  readonly findings: readonly Finding[];
  /** How many findings a suppression with a reason holds back. */
  readonly suppressed: number;
  readonly problems: readonly Problem[];
  readonly stats: Stats;
}

/** Counts findings by severity. */
export function count(findings: readonly { readonly severity: Severity }[]): Counts {
  const of = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return { errors: of('error'), warnings: of('warning'), infos: of('info') };
}
