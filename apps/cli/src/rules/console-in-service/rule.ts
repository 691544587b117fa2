import type { Node, ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { type CallNode, lastNameOf, nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isConsoleCall } from '../syntax/logging.ts';
import { findingAt, isCommandLine, isDevelopmentOnly, serverScripts } from '../syntax/scripts.ts';
import { contains } from '../syntax/walk.ts';

export const consoleInService: Rule = {
  id: 'SEA-R020',
  title: 'console used in a service',
  category: 'logging',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Lines without a level, a time and fields cannot be searched, filtered or joined with a request.',
  fix: 'Write through a structured logger, and hand it to the code that needs it.',
  explain: explanation('console-in-service'),
  check(project) {
    if (project.shape !== 'service') return [];
    return serverScripts(project)
      .filter((file) => !isCommandLine(file))
      .flatMap(consoleCalls);
  },
};

function consoleCalls(file: ProjectFile): readonly RuleFinding[] {
  if (!file.text.includes('console.')) return [];
  const calls: CallNode[] = [];
  file.script().visit({
    CallExpression(call, ancestors) {
      if (isConsoleCall(call) && !isDevelopmentOnly(file, ancestors) && !isBeforeExit(ancestors)) calls.push(call);
    },
  });
  const first = calls.find((call) => !isComplaint(call)) ?? calls[0];
  if (!first) return [];
  const more = calls.length > 1 ? `, and ${calls.length - 1} more in this file` : '';
  const severity = isComplaint(first) ? 'info' : 'warning';
  return [findingAt(file, first, `\`${nameOf(first.callee)}\` writes to the log of a service${more}.`, severity)];
}

function isComplaint(call: CallNode): boolean {
  return ['error', 'warn'].includes(lastNameOf(call.callee) ?? '');
}

/** The last words of a process that cannot start are best written without a logger. */
function isBeforeExit(ancestors: readonly Node[]): boolean {
  const block = ancestors.findLast(({ type }) => type === 'BlockStatement');
  return (
    block !== undefined &&
    contains(block, (node) => node.type === 'CallExpression' && nameOf(node.callee) === 'process.exit')
  );
}
