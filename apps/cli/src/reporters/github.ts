import type { Severity } from '../rules/contract.ts';
import type { Reporter } from './reporter.ts';
import { summarize } from './summary.ts';

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions, which show findings in the changed files. */
export const github: Reporter = (report, { prefix = '' }) => {
  const findings = report.findings.map(({ severity, file, line, column, end, rule, title, message, fix }) =>
    command(
      commands[severity],
      { file: prefix + file, line, col: column, endLine: end?.line, endColumn: end?.column, title: `${rule} ${title}` },
      `${message} ${fix}`,
    ),
  );
  const problems = report.problems.map(({ file, line, column, rule, kind, message }) =>
    command(
      'warning',
      {
        file: file === undefined ? undefined : prefix + file,
        line,
        col: column,
        title: rule === undefined ? kind : `${rule} ${kind}`,
      },
      message,
    ),
  );
  return [...findings, ...problems, summarize(report), ''].join('\n');
};

function command(
  name: string,
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const known = Object.entries(properties).filter(([, value]) => value !== undefined);
  const words = known.map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name}${words.length === 0 ? '' : ` ${words.join(',')}`}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
