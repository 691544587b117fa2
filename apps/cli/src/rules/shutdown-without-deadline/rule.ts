import type { Node, Rule } from '../contract.ts';
import { lastNameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';
import { signalHandler } from '../syntax/signals.ts';
import { contains } from '../syntax/walk.ts';

export const shutdownWithoutDeadline: Rule = {
  id: 'SEA-R016',
  title: 'shutdown without a deadline',
  category: 'lifecycle',
  severity: 'info',
  version: 1,
  scope: 'file',
  why: 'One open connection holds the shutdown until the platform kills the process, and the steps after it never run.',
  fix: 'Set a deadline, and close the remaining connections when it has passed.',
  explain: explanation('shutdown-without-deadline'),
  check: (project) =>
    inspect(serverScripts(project), /SIGTERM/, (report, file) => ({
      CallExpression(call) {
        const handler = signalHandler(call, 'SIGTERM');
        if (!handler?.body || hasDeadline.test(file.text) || !closesServer(handler.body)) return;
        report(call, 'The server is closed on SIGTERM, and nothing limits how long that takes.');
      },
    })),
};

const hasDeadline =
  /setTimeout|AbortSignal\.timeout|closeAllConnections|timers\/promises|terminator|stoppable|withDeadline/;

function closesServer(body: Node): boolean {
  return contains(body, (node) => node.type === 'CallExpression' && lastNameOf(node.callee) === 'close');
}
