// The reasoning, and a table that a test computes, are in docs/reference/score.md.
import type { Category, Severity } from '../rules/contract.ts';
import { count, type CategoryScore, type Score } from './report.ts';

/** What the score looks at. */
export interface ScoredFinding {
  readonly rule: string;
  readonly category: Category;
  readonly severity: Severity;
}

const weights: Readonly<Record<Severity, number>> = { error: 20, warning: 8, info: 2 };

/** The load that halves a score. */
const halvingLoad = 40;

/** In the order in which reports show them. */
export const categories: readonly Category[] = [
  'errors',
  'logging',
  'telemetry',
  'health',
  'lifecycle',
  'configuration',
  'resilience',
  'security',
  'deployment',
  'quality',
];

/** Scores the categories in which a rule had something to look at, and the project as a whole. */
export function score(findings: readonly ScoredFinding[], applicable: ReadonlySet<Category>): Score {
  const scored = categories
    .filter((category) => applicable.has(category))
    .map((category) => [category, scoreCategory(findings.filter((finding) => finding.category === category))] as const);
  return {
    overall: overallScore(scored.map(([, category]) => category.score)),
    categories: Object.fromEntries(scored),
  };
}

/** 0 to 100 for the findings of one category. */
export function scoreCategory(findings: readonly ScoredFinding[]): CategoryScore {
  const load = [...byRule(findings).values()].reduce((sum, severities) => sum + ruleLoad(severities), 0);
  return { score: Math.round(100 * 0.5 ** (load / halvingLoad)), ...count(findings) };
}

/** What the findings of one rule weigh: the gravest in full, each further one half as much as the one before. */
export function ruleLoad(severities: readonly Severity[]): number {
  return severities
    .map((severity) => weights[severity])
    .toSorted((a, b) => b - a)
    .reduce((load, weight, place) => load + weight / 2 ** place, 0);
}

/** Halfway between the mean and the lowest category: nine good categories do not hide a bad one. */
export function overallScore(scores: readonly number[]): number | null {
  if (scores.length === 0) return null;
  const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length;
  return Math.round((mean + Math.min(...scores)) / 2);
}

function byRule(findings: readonly ScoredFinding[]): ReadonlyMap<string, readonly Severity[]> {
  const rules = new Map<string, Severity[]>();
  for (const { rule, severity } of findings) {
    const known = rules.get(rule);
    if (known === undefined) rules.set(rule, [severity]);
    else known.push(severity);
  }
  return rules;
}
