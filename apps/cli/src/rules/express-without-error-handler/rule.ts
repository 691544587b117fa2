import type { Node, ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { type CallNode, lastNameOf, nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isFunction } from '../syntax/functions.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';
import { contains } from '../syntax/walk.ts';

export const expressWithoutErrorHandler: Rule = {
  id: 'SEA-R004',
  title: 'Express application without an error handler',
  category: 'errors',
  severity: 'warning',
  version: 1,
  why: 'Without one, Express answers errors as HTML, with the stack unless NODE_ENV is production, and logs them its own way.',
  fix: 'Add, after all routes, a middleware with the four parameters (error, request, response, next).',
  explain: explanation('express-without-error-handler'),
  check(project) {
    if (project.shape !== 'service' || !project.dependencies.has('express')) return [];
    const scripts = serverScripts(project);
    return scripts.some(handlesErrors) ? [] : applications(scripts).slice(0, 1);
  },
};

function applications(scripts: readonly ProjectFile[]): readonly RuleFinding[] {
  return inspect(scripts, /\bexpress\b/, (report) => ({
    CallExpression(call) {
      if (nameOf(call.callee) === 'express') report(call, 'No error-handling middleware is added to this application.');
    },
  }));
}

function handlesErrors(file: ProjectFile): boolean {
  if (/ErrorRequestHandler|setupExpressErrorHandler/.test(file.text)) return true;
  return contains(file.script().program, (node) => {
    if (isFunction(node)) return node.params.length === 4;
    return node.type === 'CallExpression' && lastNameOf(node.callee) === 'use' && addsErrorHandler(node);
  });
}

function addsErrorHandler(call: CallNode): boolean {
  return call.arguments.some((argument: Node) => {
    const name = argument.type === 'CallExpression' ? nameOf(argument.callee) : nameOf(argument);
    return name !== undefined && /err|problem|boom|fault|sentry/i.test(name);
  });
}
