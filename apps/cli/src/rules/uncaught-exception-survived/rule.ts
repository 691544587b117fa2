import type { Node, Rule } from '../contract.ts';
import { nameOf, textOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inlineFunction } from '../syntax/functions.ts';
import { isLogCall } from '../syntax/logging.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';
import { contains } from '../syntax/walk.ts';

export const uncaughtExceptionSurvived: Rule = {
  id: 'SEA-R006',
  title: 'process goes on after an uncaught exception',
  category: 'errors',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'After an uncaught exception nothing is known about the state of the process: it may answer with wrong data.',
  fix: 'Log the error, stop taking requests, and leave with an exit code that is not zero.',
  explain: explanation('uncaught-exception-survived'),
  check: (project) =>
    inspect(serverScripts(project), /uncaughtException/, (report) => ({
      CallExpression(call) {
        const [event, listener] = call.arguments;
        const isListening = /^process\.(on|once|addListener|prependListener)$/.test(nameOf(call.callee) ?? '');
        const handler = inlineFunction(listener);
        if (!isListening || textOf(event) !== 'uncaughtException' || !handler?.body || doesMoreThanLog(handler.body))
          return;
        report(call, 'This handler only logs, and the process goes on in an unknown state.');
      },
    })),
};

function doesMoreThanLog(body: Node): boolean {
  return contains(body, (node) => {
    if (node.type === 'CallExpression') return !isLogCall(node);
    return ['ThrowStatement', 'AwaitExpression', 'AssignmentExpression', 'NewExpression'].includes(node.type);
  });
}
