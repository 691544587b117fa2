import type { Finding, Report } from './report.ts';

/** How two reports of one project differ. */
export interface ReportDiff {
  /** Only in the later report. */
  readonly added: readonly Finding[];
  /** Only in the earlier report, although the later one could look at their rule and their file. */
  readonly gone: readonly Finding[];
  /** How many are in both. */
  readonly kept: number;
  readonly score: { readonly before: number | null; readonly after: number | null };
}

/** Compares findings by their fingerprint, so that lines which moved are no difference. */
export function diffReports(before: Report, after: Report): ReportDiff {
  const [earlier, later] = [before, after].map(
    ({ findings }) => new Set(findings.map(({ fingerprint }) => fingerprint)),
  );
  const added = after.findings.filter(({ fingerprint }) => !earlier!.has(fingerprint));
  const unseen = new Set(after.problems.flatMap(({ rule, file }) => rule ?? file ?? []));
  return {
    added,
    gone: before.findings.filter(
      ({ fingerprint, rule, file }) => !later!.has(fingerprint) && !unseen.has(rule) && !unseen.has(file),
    ),
    kept: after.findings.length - added.length,
    score: { before: before.score.overall, after: after.score.overall },
  };
}
