// The server's own copy of the report contract: what it reads of a report, version by version. The command line owns
// the schema and may add to it; fields that are not named here are kept in the stored bytes and not looked at.
import { subject } from '@seaworthy/schema-registry';
import { z } from 'zod';

const severity = z.enum(['error', 'warning', 'info']);
const count = z.int().min(0);
const score = z.int().min(0).max(100).nullable();
const text = z.string().max(20_000);

const finding = z.object({
  rule: text,
  title: text,
  severity,
  category: text,
  message: text,
  file: text,
  line: count.optional(),
  column: count.optional(),
  snippet: z.object({ firstLine: count, lines: z.array(text).max(100) }).optional(),
  why: text.optional(),
  fix: text.optional(),
  fingerprint: text.optional(),
});

const problem = z.object({
  kind: text,
  code: text,
  message: text,
  file: text.optional(),
  line: count.optional(),
  column: count.optional(),
  rule: text.optional(),
});

/** A name has a page of its own: it must be seen, and stand in an address, where `..` leads elsewhere. */
const projectName = z
  .string()
  .min(1)
  .max(214)
  .refine((name) => name.isWellFormed() && !/^\.\.?$|\p{Cc}/u.test(name), 'cannot be part of an address')
  .refine((name) => /[^\p{C}\p{Z}]/u.test(name), 'has no visible character');

const category = z.object({ score, errors: count, warnings: count, infos: count });

const categories = z
  .record(z.string().max(100), category)
  .refine((byName) => Object.keys(byName).length <= 100, 'more than 100 categories');

/** The first version, as it is written down. */
export const reportV1 = z.object({
  schema: z.literal('seaworthy.report'),
  schemaVersion: z.literal(1),
  project: z.object({ name: projectName, version: text.optional() }),
  summary: z.object({ errors: count, warnings: count, infos: count }),
  score: z.object({ overall: score, categories }),
  findings: z.array(finding).max(100_000),
  problems: z.array(problem).max(100_000),
  stats: z.object({ files: count, bytes: count, rules: count }),
});

/** The newest version of a report, which older ones are migrated to. */
export type Report = z.infer<typeof reportV1>;
export type ReportFinding = z.infer<typeof finding>;

export const reportSubject = subject('seaworthy.report', reportV1);
