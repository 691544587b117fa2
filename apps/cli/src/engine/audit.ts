import { basename } from 'node:path';
import { createProject, type Facts, type Project } from '../project/project.ts';
import { compareProblems } from '../project/problem.ts';
import { property } from '../project/record.ts';
import { walk, type Walk } from '../project/walk.ts';
import { count, type Report } from '../report/report.ts';
import { score } from '../report/score.ts';
import { fixesOf, type Fix } from '../fix/fixes.ts';
import type { Rule } from '../rules/contract.ts';
import { examineFiles, type Examined, type ExamineOptions, type Known } from './examine.ts';
import { completeFindings } from './finding.ts';
import { runRules } from './run-rules.ts';
import { selectRules, type Selection } from './select.ts';
import type { SuppressionResult } from './suppressions/apply.ts';
import { readSuppressions } from './suppressions/comments.ts';
import { judgeFindings } from './suppressions/judge.ts';

export interface AuditOptions extends ExamineOptions {
  /** The absolute path of the directory. */
  readonly root: string;
  /** The directory as the user named it, for messages. */
  readonly directory: string;
  /** All rules there are, also those that are off. */
  readonly rules: readonly Rule[];
  readonly selection: Selection;
  readonly isIgnored?: (path: string) => boolean;
  /** For git, if it is started. @default those of this process */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** @default the name in package.json, else the name of the directory */
  readonly projectName?: string;
  /** Puts the duration into the report, which then depends on more than the project. @default false */
  readonly timings?: boolean;
  /** What was listed already. @default the directory is listed now */
  readonly walk?: Walk;
  /** Opens the answers of earlier runs, by a key of what they depend on besides the files. @default none */
  readonly openKnown?: (key: string) => Known;
}

/** A report, and whether the same files would give it again: every rule has finished, and no file has changed meanwhile. */
export interface Audited {
  readonly report: Report;
  /** What would mend findings of the report. */
  readonly fixes: readonly Fix[];
  /** What the rules were told of the project. */
  readonly facts: Facts;
  readonly isStable: boolean;
}

/**
 * Looks at a project with all its rules and says what it has found.
 *
 * @throws DIRECTORY_MISSING, NOT_A_DIRECTORY, DIRECTORY_UNREADABLE, NOTHING_TO_AUDIT; the signal's reason
 */
export async function audit(options: AuditOptions): Promise<Audited> {
  const startedAt = performance.now();
  const { root, directory, selection } = options;
  const project = createProject(root, options.walk ?? (await walk(root, directory, options)));
  const rules = selectRules(options.rules, selection);
  const run = await look(project, rules, options);
  const { findings, suppressed } = judge(project, run, options);
  const durationMs = options.timings === true ? { durationMs: Math.round(performance.now() - startedAt) } : {};
  const report = toReport({ project, run, findings, suppressed, rules, durationMs }, options);
  const isStable = run.problems.length === 0 && !project.files.some(({ hasChanged }) => hasChanged);
  const { manifest, dependencies, shape } = project.view;
  return { report, fixes: fixesOf(findings), facts: { manifest, dependencies, shape }, isStable };
}

/** Rules of the scope `file` come first: what they find out about the files is known to the others. */
async function look(project: Project, rules: readonly Rule[], options: AuditOptions): Promise<Examined> {
  const [single = [], whole = []] = [true, false].map((isSingle) =>
    rules.filter(({ scope }) => (scope === 'file') === isSingle),
  );
  const known = options.openKnown?.(keyOf(project, single));
  const examined = await examineFiles(project, single, { ...options, ...(known && { known }) });
  const run = await runRules(whole, project.view, options);
  return {
    findings: [...examined.findings, ...run.findings],
    problems: [...examined.problems, ...run.problems],
    finished: new Set([...examined.finished, ...run.finished]),
    applicable: new Set([...examined.applicable, ...run.applicable]),
    suppressions: examined.suppressions,
  };
}

/** What an answer about one file depends on besides the file. */
function keyOf({ view: { manifest, dependencies, shape } }: Project, rules: readonly Rule[]): string {
  const versions = rules.map(({ id, version, severity }) => [id, version, severity]);
  return JSON.stringify([versions, manifest ?? null, [...dependencies], shape]);
}

/** Applies the suppressions of the files that were looked at. */
function judge(project: Project, run: Examined, { rules, selection }: AuditOptions): SuppressionResult {
  const input = {
    findings: run.findings,
    suppressions: project.files.flatMap((file) => run.suppressions.get(file.path) ?? readSuppressions(file)),
    known: new Set(rules.map(({ id }) => id)),
    finished: run.finished,
  };
  return judgeFindings(input, selection.settings);
}

interface Parts extends SuppressionResult {
  readonly project: Project;
  readonly run: Examined;
  readonly rules: readonly Rule[];
  readonly durationMs: { readonly durationMs?: number };
}

function toReport(parts: Parts, { root, projectName }: AuditOptions): Report {
  const { project, run, rules } = parts;
  const byPath = new Map(
    project.files.filter((file) => file.wasOpened && file.open()).map((file) => [file.path, file]),
  );
  const findings = completeFindings(parts.findings, { fileOf: (path) => byPath.get(path), found: run.findings });
  // A remark on a suppression is about quality, whether or not a rule of quality had something to look at.
  const applicable = new Set([...run.applicable, ...findings.map(({ category }) => category)]);
  return {
    schema: 'seaworthy.report',
    schemaVersion: 1,
    project: describeProject(project, projectName, basename(root)),
    summary: count(findings),
    score: score(findings, applicable),
    findings,
    suppressed: parts.suppressed,
    problems: [...project.problems(), ...run.problems].toSorted(compareProblems),
    stats: {
      files: project.files.length,
      bytes: project.files.reduce((sum, { bytes }) => sum + bytes, 0),
      rules: rules.length,
      findings: findings.length,
      ...parts.durationMs,
    },
  };
}

function describeProject({ view }: Project, chosen: string | undefined, directory: string): Report['project'] {
  const name = chosen ?? property(view.manifest, 'name');
  const version = property(view.manifest, 'version');
  return {
    name: typeof name === 'string' && name !== '' ? name : directory || 'project',
    ...(typeof version === 'string' && version !== '' ? { version } : {}),
  };
}
