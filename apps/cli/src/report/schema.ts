import { createRegistry, subject, type Registry, type Subject } from '@seaworthy/schema-registry';
import { z } from 'zod';
import type { CategoryScore, Counts, Finding, Report, Score, Stats } from './report.ts';
import { categories } from './score.ts';
import type { Problem } from '../project/problem.ts';

const place = z.int().min(1);
const amount = z.int().min(0);
const percentage = z.int().min(0).max(100);
const text = z.string().min(1);
const severity = z.enum(['error', 'warning', 'info']);
const category = z.enum(categories);

const counts = { errors: amount, warnings: amount, infos: amount };
const position = z.strictObject({ line: place, column: place });

const finding: z.ZodType<Finding> = z.strictObject({
  rule: text,
  title: text,
  severity,
  category,
  message: text,
  file: text,
  line: place.exactOptional(),
  column: place.exactOptional(),
  end: position.exactOptional(),
  snippet: z.strictObject({ firstLine: place, lines: z.array(z.string()) }).exactOptional(),
  why: text,
  fix: text,
  docs: text,
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
});

const problem: z.ZodType<Problem> = z.strictObject({
  kind: z.enum(['unreadable', 'unparsable', 'rule-crashed', 'rule-timeout']),
  code: text,
  message: text,
  file: text.exactOptional(),
  line: place.exactOptional(),
  column: place.exactOptional(),
  rule: text.exactOptional(),
});

const categoryScore: z.ZodType<CategoryScore> = z.strictObject({ score: percentage, ...counts });

const score: z.ZodType<Score> = z.strictObject({
  overall: percentage.nullable(),
  categories: z.partialRecord(category, categoryScore),
});

const stats: z.ZodType<Stats> = z.strictObject({
  files: amount,
  bytes: amount,
  rules: amount,
  findings: amount,
  durationMs: z.number().min(0).exactOptional(),
});

const summary: z.ZodType<Counts> = z.strictObject(counts);

/** Version 1 of the report. */
const report: z.ZodType<Report> = z
  .strictObject({
    schema: z.literal('seaworthy.report'),
    schemaVersion: z.literal(1),
    project: z.strictObject({ name: text, version: text.exactOptional() }),
    summary,
    score,
    findings: z.array(finding),
    suppressed: amount,
    problems: z.array(problem),
    stats,
  })
  .meta({ title: 'Seaworthy report', description: 'What an audit of a code base for production readiness has found.' });

/** The report as a subject of the schema registry. */
export const reportSubject: Subject<'seaworthy.report', [z.ZodType<Report>]> = subject('seaworthy.report', report);

/** The registry that knows the schemas of the command line. */
export function createSchemas(): Registry<typeof reportSubject> {
  return createRegistry([reportSubject]);
}
