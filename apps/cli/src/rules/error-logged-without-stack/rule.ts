import type { Node, Rule } from '../contract.ts';
import { type CallNode, lastNameOf, nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isLogCall, logCallHint } from '../syntax/logging.ts';
import { inspect, isCommandLine, serverScripts } from '../syntax/scripts.ts';
import { contains } from '../syntax/walk.ts';

export const errorLoggedWithoutStack: Rule = {
  id: 'SEA-R024',
  title: 'error logged without its stack',
  category: 'logging',
  severity: 'info',
  version: 1,
  scope: 'file',
  why: 'The line says what went wrong and not where, so every such error is a search through the code.',
  fix: 'Give the error itself to the logger, beside the message.',
  explain: explanation('error-logged-without-stack'),
  check(project) {
    // A program that people start wants to say what is wrong, and no more.
    const scripts = serverScripts(project).filter((file) => project.shape !== 'tool' && !isCommandLine(file));
    return inspect(scripts, [/(?<!\.)\bcatch\b/, /\b(?:error|fatal)\b/, logCallHint], (report) => ({
      CallExpression(call, ancestors) {
        const caught = caughtName(ancestors);
        if (!caught || !isLogCall(call) || !['error', 'fatal'].includes(lastNameOf(call.callee) ?? '')) return;
        if (losesStack(call, caught)) report(call, `Only the text of \`${caught}\` is logged.`);
      },
    }));
  },
};

function caughtName(ancestors: readonly Node[]): string | undefined {
  const clause = ancestors.findLast(({ type }) => type === 'CatchClause');
  return clause?.type === 'CatchClause' && clause.param?.type === 'Identifier' ? clause.param.name : undefined;
}

/** Whether the error is used in the call, and only inside a text or for its message. */
function losesStack(call: CallNode, caught: string): boolean {
  const isText = (node: Node): boolean =>
    node.type === 'TemplateLiteral' || node.type === 'BinaryExpression' || nameOf(node) === `${caught}.message`;
  const mentions = (node: Node): boolean =>
    contains(node, (inner) => inner.type === 'Identifier' && inner.name === caught);
  const using = call.arguments.filter(mentions);
  return using.length > 0 && using.every(isText) && !using.some((node) => contains(node, isStack));
}

function isStack(node: Node): boolean {
  return lastNameOf(node) === 'stack';
}
