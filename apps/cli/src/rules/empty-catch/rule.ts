import type { Node, Rule, Severity } from '../contract.ts';
import { isCleanup } from '../syntax/cleanup.ts';
import { lastNameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { hasComment, hasCommentBeside, inspect, serverScripts } from '../syntax/scripts.ts';
import { contains, within } from '../syntax/walk.ts';

export const emptyCatch: Rule = {
  id: 'SEA-R002',
  title: 'empty catch block',
  category: 'errors',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'An error that is dropped here shows up later, somewhere else, as wrong data.',
  fix: 'Handle the error, rethrow it, or say in a comment why it may be dropped.',
  explain: explanation('empty-catch'),
  check: (project) =>
    inspect(serverScripts(project), hint, (report, file) => ({
      TryStatement({ block, handler, start }) {
        if (!handler || handler.body.body.length > 0) return;
        if (hasComment(file, handler.body) || hasCommentBeside(file, { start, end: start })) return;
        const severity = severityOf(block, handler.param);
        if (severity) report(handler, 'This catch block drops every error without a word.', severity);
      },
    })),
};

// A clause, and not the method of a promise, with nothing in its block.
const hint = /(?<!\.)\bcatch\b[^;{}]{0,300}(?:\{[^;{}]{0,300}\}[^;{}]{0,300}){0,3}\{\s*\}/;

// A question to which an error is the answer "no".
const questions =
  /^(parse|decodeURI(Component)?|require|resolve|URL|(stat|lstat|access|exists|realpath|readlink|readFile|readdir)(Sync)?)$/;

function severityOf(block: Node, caught: Node | null): Severity | undefined {
  const called = callees(block);
  if (called.length > 0 && called.every(isCleanup)) return undefined;
  const isQuestion = called.length > 0 && called.every((name) => name !== undefined && questions.test(name));
  // Without a wait it is mostly a look at what the platform can do, with another way to go on below.
  const isWork = contains(block, ({ type }) => type === 'AwaitExpression');
  return isQuestion || !isWork || saysIgnored(caught) ? 'info' : 'warning';
}

function callees(block: Node): readonly (string | undefined)[] {
  return [...within(block)].flatMap((node) => {
    if (node.type === 'CallExpression' || node.type === 'NewExpression') return [lastNameOf(node.callee)];
    return node.type === 'ImportExpression' ? ['require'] : [];
  });
}

function saysIgnored(caught: Node | null): boolean {
  return caught === null || (caught.type === 'Identifier' && /^_|ignore/i.test(caught.name));
}
