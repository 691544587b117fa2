import type { Node, Rule, Severity } from '../contract.ts';
import { isCleanup } from '../syntax/cleanup.ts';
import { type CallNode, lastNameOf, nameOf, receiverOf, unwrap } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isFunction } from '../syntax/functions.ts';
import { hasCommentBeside, inspect, serverScripts } from '../syntax/scripts.ts';

export const swallowedRejection: Rule = {
  id: 'SEA-R003',
  title: 'rejection swallowed',
  category: 'errors',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'The promise fails and nobody hears of it: the work is lost without a log line.',
  fix: 'Log the error or pass it on, or say in a comment why it may be dropped.',
  explain: explanation('swallowed-rejection'),
  check: (project) =>
    inspect(serverScripts(project), [/\.catch\(/, nothing], (report, file) => ({
      CallExpression(call, ancestors) {
        const [handler] = call.arguments;
        if (lastNameOf(call.callee) !== 'catch' || !handler || !dropsEverything(handler)) return;
        const severity = severityOf(call, ancestors);
        if (severity && !hasCommentBeside(file, statementOf(ancestors) ?? call))
          report(call, 'This `catch` drops every rejection without a word.', severity);
      },
    })),
};

/** What a handler that does nothing is made of; a comment may stand where its statements would. */
const nothing = /noop\b|=>[\s(]*(?:undefined\b|void\b|[</])|[)>\n/]\s{0,99}\{\s{0,99}(?:\}|\/[/*])/;

function dropsEverything(handler: Node): boolean {
  const bare = unwrap(handler);
  if (!isFunction(bare)) return /^(noop|\w*\.noop)$/.test(nameOf(bare) ?? '');
  if (!bare.body) return false;
  const body = unwrap(bare.body);
  if (body.type === 'BlockStatement') return body.body.length === 0;
  return nameOf(body) === 'undefined' || (body.type === 'UnaryExpression' && body.operator === 'void');
}

function severityOf(call: CallNode, ancestors: readonly Node[]): Severity | undefined {
  const receiver = receiverOf(call);
  const isDropped = ancestors.findLast(({ type }) => !passing.has(type))?.type === 'ExpressionStatement';
  // A promise with a name may be awaited elsewhere, and then this only marks it as handled, or starts the next in turn.
  if (receiver?.type !== 'CallExpression') return isDropped ? 'info' : undefined;
  const name = lastNameOf(receiver.callee) ?? '';
  if (isCleanup(name) || (!isDropped && questions.test(name))) return undefined;
  // Where the result is used, `undefined` may be a value for "there is none".
  return isDropped ? 'warning' : 'info';
}

const passing = new Set(['AwaitExpression', 'ChainExpression', 'ParenthesizedExpression', 'UnaryExpression']);
const questions = /^(stat|lstat|access|realpath|readlink|readFile|readdir)$/;

function statementOf(ancestors: readonly Node[]): Node | undefined {
  return ancestors.findLast(
    ({ type }) => type === 'ExpressionStatement' || type === 'ReturnStatement' || type === 'VariableDeclaration',
  );
}
