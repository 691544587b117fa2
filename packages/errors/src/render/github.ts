import type { Problem } from '../problem.ts';

/** Turns problems into workflow commands, which GitHub Actions shows as annotations of a pull request. */
export function toGithub(problems: readonly Problem[]): string {
  return problems.map(command).join('\n');
}

function command(problem: Problem): string {
  const properties: readonly (readonly [string, string | number | undefined])[] = [
    ['file', problem.file],
    ['line', problem.line],
    ['col', problem.column],
    ['endLine', problem.endLine],
    ['endColumn', problem.endColumn],
    ['title', problem.code],
  ];
  const given = properties.filter(([, value]) => value !== undefined);
  const text = [problem.message, problem.suggestion, problem.help].filter((part) => part !== undefined).join('\n');
  const list = given.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  return `::${commandOf(problem)} ${list}::${escapeData(text)}`;
}

function commandOf({ severity }: Problem): string {
  if (severity === 'info') return 'notice';
  return severity === 'warning' ? 'warning' : 'error';
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
