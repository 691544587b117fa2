import type { Node, Rule } from '../contract.ts';
import { type CallNode, lastNameOf, nameOf, receiverOf, unwrap } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inlineFunction } from '../syntax/functions.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';
import { contains } from '../syntax/walk.ts';
import { isOutsideCall } from './outside-call.ts';

export const unboundedPromiseAll: Rule = {
  id: 'SEA-R071',
  title: 'as many tasks at once as there are elements',
  category: 'resilience',
  severity: 'info',
  version: 2,
  scope: 'file',
  why: 'With ten thousand elements it opens ten thousand connections, and the other side or this process gives up.',
  fix: 'Work on a fixed number at a time.',
  explain: explanation('unbounded-promise-all'),
  check: (project) =>
    inspect(serverScripts(project), [/Promise\.(all|allSettled)\b/, /\bmap\b/, /\bawait\b/], (report) => ({
      CallExpression(call) {
        if (!/^Promise\.(all|allSettled)$/.test(nameOf(call.callee) ?? '')) return;
        const mapped = mappedList(call.arguments[0]);
        if (mapped) report(call, `One task is started for each element of \`${mapped}\`, all at the same time.`);
      },
    })),
};

/** The name of the list when the argument is `list.map(async …)` that waits for something outside this process. */
function mappedList(argument: Node | undefined): string | undefined {
  const map = argument && unwrap(argument);
  if (map?.type !== 'CallExpression' || lastNameOf(map.callee) !== 'map') return undefined;
  const task = inlineFunction(map.arguments[0]);
  return task?.body && contains(task.body, waitsOutside) ? listName(map) : undefined;
}

function waitsOutside(node: Node): boolean {
  return node.type === 'AwaitExpression' && contains(node.argument, isOutsideCall);
}

function listName(map: CallNode): string | undefined {
  const name = nameOf(receiverOf(map));
  return name === undefined || /(chunk|batch|page|group|slice|worker)s?$/i.test(name) || /^[A-Z_]+$/.test(name)
    ? undefined
    : name;
}
