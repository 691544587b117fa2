import type { Node, Rule } from '../contract.ts';
import { nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isLogCall } from '../syntax/logging.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';
import { signalHandler } from '../syntax/signals.ts';
import { within } from '../syntax/walk.ts';

export const sigtermExitsAtOnce: Rule = {
  id: 'SEA-R013',
  title: 'SIGTERM ends the process at once',
  category: 'lifecycle',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Requests in flight are cut at every deployment, although the platform gives time to finish them.',
  fix: 'Close the server first, and exit when it is closed or a deadline has passed.',
  explain: explanation('sigterm-exits-at-once'),
  check: (project) =>
    project.shape !== 'service'
      ? []
      : inspect(serverScripts(project), /SIGTERM/, (report) => ({
          CallExpression(call) {
            const handler = signalHandler(call, 'SIGTERM');
            if (handler?.body && exitsOnly(handler.body))
              report(call, 'SIGTERM ends the process before the server is closed.');
          },
        })),
};

function exitsOnly(body: Node): boolean {
  const nodes = [...within(body)];
  if (nodes.some(({ type }) => type === 'AwaitExpression')) return false;
  const calls = nodes.filter((node) => node.type === 'CallExpression');
  const exits = calls.filter((call) => nameOf(call.callee) === 'process.exit');
  return exits.length > 0 && calls.every((call) => exits.includes(call) || isLogCall(call));
}
