// The XML that continuous integration servers read: a suite for each file, a case for each finding. An error or a warning is a
// failure, an info is a skipped case, and what could not be looked at is an error.
import { compareText, type Problem } from '../project/problem.ts';
import type { Finding, Report } from '../report/report.ts';
import { escapeAttribute, escapeMarkup } from './markup.ts';
import type { Reporter } from './reporter.ts';
import { summarize } from './summary.ts';

interface Case {
  /** The path of the file; `.` for the project as a whole. */
  readonly suite: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  readonly details: string;
}

/** JUnit's XML, in the shape that Jenkins publishes a schema of. */
export const junit: Reporter = (report, { prefix = '' }) => {
  const cases = [...report.findings.map(caseOf), ...report.problems.map(caseOfProblem)];
  const all = cases.length > 0 ? cases : [passed(report)];
  const suites = Map.groupBy(all, ({ suite }) => suite);
  const paths = [...suites.keys()].toSorted(compareText);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="seaworthy ${escapeAttribute(report.project.name)}"${counts(all)}>`,
    ...paths.map((path) => suiteText(path === '.' ? prefix || '.' : prefix + path, suites.get(path)!)),
    '</testsuites>',
    '',
  ].join('\n');
};

function caseOf({ file, line, column, rule, title, severity, message, why, fix, docs }: Finding): Case {
  return {
    suite: file,
    name: named(`${rule} ${title}`, line, column),
    outcome: severity === 'info' ? 'skipped' : 'failure',
    type: severity,
    message,
    details: `${message}\n${why}\nfix: ${fix}\nmore: ${docs}`,
  };
}

function caseOfProblem({ file = '.', line, column, rule, kind, message, code }: Problem): Case {
  const name = named(rule === undefined ? kind : `${rule} ${kind}`, line, column);
  return {
    suite: file,
    name,
    outcome: 'error',
    type: kind,
    message,
    details: `${message}\nmore: seaworthy explain ${code}`,
  };
}

/** A server takes a document without a case for a run that broke. */
function passed(report: Report): Case {
  return { suite: '.', name: summarize(report), outcome: 'passed', type: '', message: '', details: '' };
}

function named(name: string, line: number | undefined, column: number | undefined): string {
  return line === undefined ? name : `${name} (${line}:${column ?? 1})`;
}

function suiteText(path: string, cases: readonly Case[]): string {
  const file = escapeAttribute(path);
  return [
    `  <testsuite name="${file}" file="${file}"${counts(cases)} skipped="${tally(cases, 'skipped')}">`,
    ...cases.map((each) => caseText(file, each)),
    '  </testsuite>',
  ].join('\n');
}

function caseText(file: string, { name, outcome, type, message, details }: Case): string {
  const start = `    <testcase classname="${file}" name="${escapeAttribute(name)}"`;
  if (outcome === 'passed') return `${start}/>`;
  const attributes = `type="${escapeAttribute(type)}" message="${escapeAttribute(message)}"`;
  return `${start}>\n      <${outcome} ${attributes}>${escapeMarkup(details)}</${outcome}>\n    </testcase>`;
}

function counts(cases: readonly Case[]): string {
  return ` tests="${cases.length}" failures="${tally(cases, 'failure')}" errors="${tally(cases, 'error')}"`;
}

function tally(cases: readonly Case[], outcome: Case['outcome']): number {
  return cases.filter((each) => each.outcome === outcome).length;
}
