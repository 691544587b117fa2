import type { Messages } from '../i18n/messages.ts';
import { isSupport } from '../project/classify.ts';
import type { Problem } from '../project/problem.ts';
import { count, type Finding, type Report } from '../report/report.ts';
import { renderFrame } from '../reporters/frame.ts';
import { plain } from '../reporters/reporter.ts';
import { printable } from '../reporters/text.ts';
import type { Severity } from '../rules/contract.ts';
import { isAtLeast } from '../verdict.ts';
import { pathsOf, type Looked } from './look.ts';

/** One thing that a build is told. */
export interface Note {
  /** The same for what is the same. */
  readonly key: string;
  /** Whether the build fails by it. */
  readonly isFailing: boolean;
  readonly severity: Severity;
  /** The id of the rule, or the code of the problem. */
  readonly code: string;
  /** One line that says what it is, without the place. */
  readonly headline: string;
  /** Lines that say what to do. */
  readonly advice: readonly string[];
  /** Absent where the project as a whole is meant. */
  readonly place?: Place;
  /** The code around, with a mark under the place; empty where there is none to show. */
  readonly frame: string;
}

/** Where in a file. Lines and columns are 1-based, as in the report. */
export interface Place {
  /** Absolute. */
  readonly path: string;
  /** From the audited directory, with forward slashes. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly end?: { readonly line: number; readonly column: number };
  /** The text of the line, where it may be shown. */
  readonly lineText?: string;
}

/** What is to be said of a look. @param files The absolute paths of the files of the build, when only these count */
export function notesOf(looked: Looked, messages: Messages, files?: ReadonlySet<string>): readonly Note[] {
  const counts = (file: string): boolean =>
    files === undefined || pathsOf(looked, file).some((path) => files.has(path));
  const { findings, problems } = looked.report;
  return [
    ...findings.filter(({ file }) => counts(file)).map((finding) => noteOnFinding(finding, looked, messages)),
    ...problems
      .filter(({ rule, file }) => rule !== undefined || counts(file ?? '.'))
      .map((problem) => noteOnProblem(problem, looked, messages)),
  ];
}

/** The report of what is to be said, for a summary. */
export function withoutOthers(report: Report, notes: readonly Note[]): Report {
  const said = new Set(notes.map(({ key }) => key));
  const findings = report.findings.filter(({ fingerprint }) => said.has(fingerprint));
  const problems = report.problems.filter((problem) => said.has(keyOf(problem)));
  return { ...report, findings, problems, summary: count(findings) };
}

function noteOnFinding(finding: Finding, looked: Looked, { fix, more }: Messages): Note {
  const { rule, title, message, severity, fingerprint } = finding;
  return {
    key: fingerprint,
    isFailing: isAtLeast(severity, looked.failOn),
    severity,
    code: rule,
    headline: printable(`${rule} ${title}: ${message}`),
    advice: [finding.why, `${fix}: ${finding.fix}`, `${more}: ${finding.docs}`].map(printable),
    ...placeOf(finding, looked),
    frame: renderFrame(finding, plain).join('\n'),
  };
}

function noteOnProblem(problem: Problem, looked: Looked, { more }: Messages): Note {
  const { code, message, rule, file } = problem;
  // As the exit code of the command has it: a broken fixture keeps nobody from anything.
  const isFailing = rule !== undefined || (file !== undefined && (looked.isStrict || !isSupport(file)));
  return {
    key: keyOf(problem),
    isFailing,
    severity: isFailing ? 'error' : 'warning',
    code,
    headline: printable(message),
    advice: [`${more}: seaworthy explain ${code}`],
    ...placeOf(problem, looked),
    frame: '',
  };
}

function keyOf({ code, file, line, rule }: Problem): string {
  return JSON.stringify([code, file, line, rule]);
}

function placeOf(
  { file, line, column, ...rest }: Pick<Finding, 'end' | 'snippet'> & Pick<Problem, 'file' | 'line' | 'column'>,
  looked: Looked,
): { readonly place?: Place } {
  if (file === undefined || file === '.') return {};
  const { end, snippet } = rest;
  const lineText = snippet === undefined || line === undefined ? undefined : snippet.lines[line - snippet.firstLine];
  return {
    place: {
      path: pathsOf(looked, file)[0]!,
      file,
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
      ...(end !== undefined && { end }),
      ...(lineText !== undefined && { lineText }),
    },
  };
}
