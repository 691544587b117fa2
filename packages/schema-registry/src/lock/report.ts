import type { LockProblem, LockReport } from './check.ts';

export type ReportFormat = 'text' | 'json' | 'github' | 'junit';

/** A report for people, for a program, for GitHub's annotations, or for a test viewer. Ends with a line end. */
export function reportText(report: LockReport, format: ReportFormat): string {
  if (format === 'json') return `${JSON.stringify({ schemaVersion: 1, ...report }, null, 2)}\n`;
  if (format === 'github') return report.problems.map(githubLine).join('');
  if (format === 'junit') return junit(report);
  return `${report.problems.map(textLines).join('')}${summary(report)}\n`;
}

function summary({ problems, checked, passed }: LockReport): string {
  const left = problems.filter(({ exemptedBy }) => exemptedBy === undefined);
  const count = (severity: LockProblem['severity']): number => left.filter((one) => one.severity === severity).length;
  const exempted = problems.length - left.length;
  const parts = [`${count('error')} errors`, `${count('warning')} warnings`, `${exempted} exempted`];
  return `${passed ? 'passed' : 'failed'}: ${parts.join(', ')} in ${checked} versions`;
}

function textLines({ severity, rule, message, differences, exemptedBy }: LockProblem): string {
  const head = `${exemptedBy === undefined ? severity : 'exempt'}  ${rule}  ${message}\n`;
  const reason = exemptedBy === undefined ? '' : `  reason  ${exemptedBy}\n`;
  const breaking = differences.filter((difference) => difference.breaking);
  const lines = breaking.map(({ path, type, witness, hint }) => {
    const data = `  ${path || 'the whole value'}  ${type}  ${JSON.stringify(witness)}\n`;
    return hint === undefined ? data : `${data}    fix  ${hint}\n`;
  });
  return head + reason + lines.join('');
}

const githubLevels: Readonly<Record<LockProblem['severity'], string>> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

function githubLine({ severity, rule, message, exemptedBy }: LockProblem): string {
  const level = exemptedBy === undefined ? githubLevels[severity] : 'notice';
  const text = exemptedBy === undefined ? message : `${message} Exempted: ${exemptedBy}`;
  return `::${level} title=${githubEscaped(`schema ${rule}`, true)}::${githubEscaped(text, false)}\n`;
}

/** A line end would begin another command of the runner. */
function githubEscaped(text: string, isProperty: boolean): string {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return isProperty ? escaped.replaceAll(':', '%3A').replaceAll(',', '%2C') : escaped;
}

function junit({ problems, checked }: LockReport): string {
  const failures = problems.filter(({ severity, exemptedBy }) => severity === 'error' && exemptedBy === undefined);
  const cases = problems.map((problem) => {
    const { subject, version, rule, message, exemptedBy } = problem;
    const name = `${subject} version ${version}: ${rule}`;
    const skipped = exemptedBy ?? (failures.includes(problem) ? undefined : message);
    const inner =
      skipped === undefined
        ? `<failure message="${xml(message)}">${xml(textLines(problem))}</failure>`
        : `<skipped message="${xml(skipped)}"/>`;
    return `    <testcase classname="schemas" name="${xml(name)}">${inner}</testcase>\n`;
  });
  const counts = `tests="${Math.max(checked, problems.length)}" failures="${failures.length}"`;
  const suite = `  <testsuite name="schemas" ${counts}>\n${cases.join('')}  </testsuite>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suite}</testsuites>\n`;
}

function xml(text: string): string {
  // Characters that no document of XML 1.0 may have are left out.
  // oxlint-disable-next-line no-control-regex
  const allowed = text.toWellFormed().replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD');
  const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' } as const;
  return allowed.replaceAll(/[&<>"]/g, (character) => entities[character as keyof typeof entities]);
}
