import type { Node, Rule, Severity } from '../contract.ts';
import { nameOf, operandsOf, unwrap } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { isFunction } from '../syntax/functions.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const thrownLiteral: Rule = {
  id: 'SEA-R001',
  title: 'thrown value is not an Error',
  category: 'errors',
  severity: 'warning',
  version: 2,
  scope: 'file',
  why: 'A thrown string or plain object has no stack, so nobody can tell where it came from.',
  fix: 'Throw an Error, or a subclass of it, and put the details in its properties.',
  explain: explanation('thrown-literal'),
  check: (project) =>
    inspect(serverScripts(project), hints, (report) => ({
      ThrowStatement(statement, ancestors) {
        const kind = kindOf(statement.argument);
        if (kind && !isCaughtHere(statement, ancestors))
          report(statement, `This throws ${kind}, which has no stack.`, severityOf(kind));
      },
      CallExpression(call) {
        const [reason] = call.arguments;
        const kind = reason && nameOf(call.callee) === 'Promise.reject' ? kindOf(reason) : undefined;
        if (kind) report(call, `This rejects with ${kind}, which has no stack.`, severityOf(kind));
      },
    })),
};

// Most of what is thrown is made on the spot or has a name: these files need no closer look. What is reported begins as a literal
// does, or has a `+` in it.
const hints = [
  /\bthrow\b(?!\s+(?:new\b|[\w$.]+\s*[;}]))|Promise\.reject/,
  /(?:\bthrow\b|\breject["'`\])!\s]*(?:\?\.)?\()(?!\s*new\b)\s*(?:["'`{(\d/<.+-]|(?:null|true|false|undefined)\b|(?:[\w$.! \t]|\r?\n\s*(?=\.)){1,200}(?:[[(`?<][^;]{0,500})?\s*\+)/,
];

function kindOf(value: Node): string | undefined {
  const bare = unwrap(value);
  if (bare.type === 'Literal') return bare.value === null ? 'null' : `a ${typeof bare.value}`;
  if (bare.type === 'TemplateLiteral') return 'a string';
  if (bare.type === 'BinaryExpression' && bare.operator === '+')
    return operandsOf(bare).some(isText) ? 'a string' : undefined;
  if (bare.type === 'ObjectExpression') return 'an object literal';
  return nameOf(bare) === 'undefined' ? 'undefined' : undefined;
}

/** Without words in it, the value may be a sign between two places of the same program. */
function severityOf(kind: string): Severity {
  return kind === 'a string' || kind === 'an object literal' ? 'warning' : 'info';
}

function isText(operand: Node): boolean {
  return kindOf(operand) === 'a string';
}

/** Whether the same function catches what is thrown: then it is a way to jump, and leaves no trace anywhere. */
function isCaughtHere(thrown: Node, ancestors: readonly Node[]): boolean {
  const around = ancestors.slice(ancestors.findLastIndex(isFunction) + 1);
  return around.some((node) => node.type === 'TryStatement' && node.handler !== null && node.block.end >= thrown.end);
}
