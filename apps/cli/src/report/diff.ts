import type { Category } from '../rules/contract.ts';
import { matchFindings, type Matching } from './matching.ts';
import type { Finding, Report } from './report.ts';
import { categories } from './score.ts';

/** A score of two reports; null where one of them has none. */
export interface ScoreChange {
  readonly before: number | null;
  readonly after: number | null;
}

/** How two reports of one project differ: what `seaworthy report diff --format json` prints. */
export interface ReportDiff extends Matching<Finding> {
  readonly schema: 'seaworthy.report-diff';
  readonly schemaVersion: 1;
  readonly project: string;
  readonly score: ScoreChange & { readonly categories: Readonly<Partial<Record<Category, ScoreChange>>> };
}

/** Compares the findings and the scores of two reports. */
export function diffReports(before: Report, after: Report): ReportDiff {
  const scored = categories.filter((each) => [before, after].some(({ score }) => score.categories[each] !== undefined));
  const change = (category: Category): ScoreChange => ({
    before: before.score.categories[category]?.score ?? null,
    after: after.score.categories[category]?.score ?? null,
  });
  return {
    schema: 'seaworthy.report-diff',
    schemaVersion: 1,
    project: after.project.name,
    score: {
      before: before.score.overall,
      after: after.score.overall,
      categories: Object.fromEntries(scored.map((category) => [category, change(category)])),
    },
    ...matchFindings(before.findings, after),
  };
}
