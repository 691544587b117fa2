import type { Problem } from '../problem.ts';
import { locationText } from '../problem.ts';
import { clean } from './clean.ts';

/** Turns problems into one line each, `file:line:column: severity: message [code]`, as problem matchers of editors read. */
export function toCompact(problems: readonly Problem[]): string {
  return problems.map(line).join('\n');
}

function line(problem: Problem): string {
  const place = locationText(problem);
  const text = [problem.message, problem.suggestion].filter((part) => part !== undefined).join(' ');
  return clean(`${place === '' ? '' : `${place}: `}${problem.severity}: ${text} [${problem.code}]`).replaceAll(
    '\n',
    ' ',
  );
}
