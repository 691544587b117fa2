import type { Node, ProjectFile, Rule } from '../contract.ts';
import { lastNameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, type Report, serverScripts } from '../syntax/scripts.ts';
import { contains } from '../syntax/walk.ts';

export const retryWithoutPause: Rule = {
  id: 'SEA-R072',
  title: 'retry without a pause',
  category: 'resilience',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'It hits a service that is already failing as fast as it can, and keeps it down.',
  fix: 'Wait between attempts, longer each time and with some chance in it.',
  explain: explanation('retry-without-pause'),
  check: (project) =>
    inspect(
      serverScripts(project),
      [/attempt|retr(y|ies)|\btries\b/i, /\bawait\b/, /(?<!\.)\bcatch\b/],
      (report, file) => ({
        ForStatement: (loop) => look(loop, loop.body, file, report),
        WhileStatement: (loop) => look(loop, loop.body, file, report),
        DoWhileStatement: (loop) => look(loop, loop.body, file, report),
      }),
    ),
};

function look(loop: Node, body: Node, file: ProjectFile, report: Report): void {
  const head = file.text.slice(loop.start, body.start) + file.text.slice(body.end, loop.end);
  if (!/attempt|retr(y|ies)|tries/i.test(head) || !triesAgain(body) || pauses(body)) return;
  report(loop, 'This loop tries again at once.');
}

/** Whether an awaited call fails into a catch block that lets the loop go on. */
function triesAgain(body: Node): boolean {
  return contains(body, (node) => {
    if (node.type !== 'TryStatement' || !node.handler) return false;
    const last = node.handler.body.body.at(-1)?.type ?? '';
    const goesOn = !['ThrowStatement', 'ReturnStatement', 'BreakStatement'].includes(last);
    return goesOn && contains(node.block, ({ type }) => type === 'AwaitExpression');
  });
}

function pauses(body: Node): boolean {
  return contains(
    body,
    (node) =>
      node.type === 'CallExpression' &&
      /delay|sleep|wait|timeout|backoff|pause|immediate/i.test(lastNameOf(node.callee) ?? ''),
  );
}
