import type { Node, Rule } from '../contract.ts';
import { nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inlineFunction } from '../syntax/functions.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const asyncPromiseExecutor: Rule = {
  id: 'SEA-R007',
  title: 'async function given to new Promise',
  category: 'errors',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'An error thrown in it does not reject the promise: the caller waits for ever and the process may die.',
  fix: 'Make the surrounding function async, or catch inside and call reject.',
  explain: explanation('async-promise-executor'),
  check: (project) =>
    inspect(serverScripts(project), [/new\s+Promise\b/, /\basync\b/], (report) => ({
      NewExpression(created) {
        const executor = inlineFunction(created.arguments[0]);
        if (nameOf(created.callee) !== 'Promise' || !executor?.async || !executor.body) return;
        if (isCaughtWhole(executor.body)) return;
        report(created, 'An error thrown in this async function never rejects the promise.');
      },
    })),
};

/** Whether nothing but one try statement with a catch block is in the body. */
function isCaughtWhole(body: Node): boolean {
  if (body.type !== 'BlockStatement') return false;
  const rest = body.body.filter(({ type }) => type !== 'VariableDeclaration');
  const [only] = rest;
  return rest.length === 1 && only?.type === 'TryStatement' && only.handler !== null;
}
