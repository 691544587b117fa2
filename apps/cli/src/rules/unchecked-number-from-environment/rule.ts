import type { Node, ProjectFile, Rule } from '../contract.ts';
import { type CallNode, lastNameOf, nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const uncheckedNumberFromEnvironment: Rule = {
  id: 'SEA-R051',
  title: 'number from the environment unchecked',
  category: 'configuration',
  severity: 'info',
  version: 1,
  scope: 'file',
  why: 'A missing or mistyped variable becomes NaN, which passes silently through timeouts, limits and sizes.',
  fix: 'Check the value at start and name the variable in the error.',
  explain: explanation('unchecked-number-from-environment'),
  check: (project) =>
    inspect(serverScripts(project), /process\.env/, (report, file) => ({
      CallExpression(call, ancestors) {
        const variable = variableIn(call);
        if (variable && !hasDefault(call, ancestors) && !isCheckedAround(file, ancestors)) {
          report(call, `\`${variable}\` becomes NaN when it is missing or mistyped.`);
        }
      },
    })),
};

function variableIn(call: CallNode): string | undefined {
  if (!/^(Number|parseInt|parseFloat|Number\.parseInt|Number\.parseFloat)$/.test(nameOf(call.callee) ?? ''))
    return undefined;
  const name = nameOf(call.arguments[0]) ?? '';
  return name.startsWith('process.env.') ? name.slice('process.env.'.length) : undefined;
}

/** `||` replaces NaN, `??` does not. A call around it may well check. */
function hasDefault(call: CallNode, ancestors: readonly Node[]): boolean {
  const parent = ancestors.findLast(({ type }) => type !== 'ParenthesizedExpression');
  if (parent?.type === 'LogicalExpression') return parent.operator === '||' && parent.left.end >= call.end;
  return (
    parent?.type === 'CallExpression' &&
    /valid|check|assert|isNaN|isInteger|isFinite/i.test(lastNameOf(parent.callee) ?? '')
  );
}

function isCheckedAround(file: ProjectFile, ancestors: readonly Node[]): boolean {
  const choice = ancestors.findLast(({ type }) => type === 'ConditionalExpression' || type === 'IfStatement');
  const isChoice = choice?.type === 'ConditionalExpression' || choice?.type === 'IfStatement';
  if (isChoice && /isNaN|isInteger|isFinite|process\.env/.test(file.text.slice(choice.test.start, choice.test.end)))
    return true;
  const declarator = ancestors.findLast(({ type }) => type === 'VariableDeclarator');
  const name = declarator?.type === 'VariableDeclarator' ? nameOf(declarator.id) : undefined;
  return (
    name !== undefined && new RegExp(String.raw`(isNaN|isInteger|isFinite|isSafeInteger)\(\s*${name}\b`).test(file.text)
  );
}
