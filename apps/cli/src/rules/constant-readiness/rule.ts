import type { Node, Rule } from '../contract.ts';
import { keyOf, nameOf, textOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { enclosingFunction, type FunctionNode } from '../syntax/functions.ts';
import { routeOf } from '../syntax/routes.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';
import { within } from '../syntax/walk.ts';

export const constantReadiness: Rule = {
  id: 'SEA-R041',
  title: 'health answer is a constant',
  category: 'health',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'It says "ready" while the database is gone, so requests keep coming and keep failing.',
  fix: 'Look at what the service needs before answering, with a short timeout.',
  explain: explanation('constant-readiness'),
  check: (project) =>
    inspect(serverScripts(project), hint, (report) => ({
      CallExpression(call) {
        const route = routeOf(call, 'get', 'all', 'use');
        const handler = route?.handler;
        if (!route || !handler?.body || !asks(route.path) || !isConstant(handler.body, handler)) return;
        report(call, `\`${route.path}\` answers the same whatever happens.`, severityOf(route.path));
      },
      IfStatement(choice, ancestors) {
        const path = comparedPath(choice.test);
        const around = enclosingFunction(ancestors);
        if (path === undefined || !asks(path) || !around || !isConstant(choice.consequent, around)) return;
        report(choice, `\`${path}\` answers the same whatever happens.`, severityOf(path));
      },
    })),
};

// The end of an address that asks, with the quote behind it.
const hint = /(?:readyz?|readiness|health(?:z|check)?)["'`]/i;

/** A liveness address may well be a constant; an address that asks for readiness may not. */
function asks(path: string): boolean {
  return /^\/?([\w-]+\/)*_?(ready|readyz|readiness|health|healthz|healthcheck)$/i.test(path);
}

function severityOf(path: string): 'warning' | 'info' {
  return /ready|readiness/i.test(path) ? 'warning' : 'info';
}

function comparedPath(test: Node): string | undefined {
  if (test.type === 'LogicalExpression') return comparedPath(test.left) ?? comparedPath(test.right);
  return test.type === 'BinaryExpression' && test.operator === '==='
    ? (textOf(test.right) ?? textOf(test.left))
    : undefined;
}

const harmless = new Set(['JSON', 'Date', 'process', 'undefined', 'Promise', 'String', 'Number']);

/** Whether nothing is used but the parameters of the handler and words that say nothing about the service. */
function isConstant(body: Node, { params }: FunctionNode): boolean {
  const known = new Set(params.flatMap((parameter) => [...within(parameter)].map((node) => nameOf(node))));
  const labels = new Set<Node>();
  for (const node of within(body)) {
    if (node.type === 'AwaitExpression' || node.type === 'ThisExpression') return false;
    if (node.type === 'MemberExpression' && !node.computed) labels.add(node.property);
    if (node.type === 'Property' && keyOf(node) !== undefined && !node.shorthand) labels.add(node.key);
    if (node.type === 'Identifier' && !labels.has(node) && !known.has(node.name) && !harmless.has(node.name))
      return false;
  }
  return true;
}
