import type { Node, ProjectView, Rule, Severity } from '../contract.ts';
import { nameOf, textOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const codeFromText: Rule = {
  id: 'SEA-R083',
  title: 'text run as code',
  category: 'security',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Whoever can put something into the text can do anything the process can.',
  fix: 'Parse the text as data, or look the function up in a table.',
  explain: explanation('code-from-text'),
  check(project) {
    const severity = severityIn(project);
    return inspect(serverScripts(project), hint, (report) => ({
      CallExpression(call) {
        const name = nameOf(call.callee) ?? '';
        const isMade = /^(eval|Function|globalThis\.eval)$/.test(name) && isVariable(call.arguments);
        const isTimer = /^set(Timeout|Interval)$/.test(name) && textOf(call.arguments[0]) !== undefined;
        if (isMade || isTimer) report(call, `\`${name}\` runs a text as code.`, severity);
      },
      NewExpression(created) {
        if (nameOf(created.callee) === 'Function' && isVariable(created.arguments))
          report(created, '`new Function` runs a text as code.', severity);
      },
    }));
  },
};

// A call of what makes code, or of a timer with a text.
const hint =
  /\b(?:eval|Function)\b[\s!)?.]*(?:[(/]|as\b|satisfies\b)|\bset(?:Timeout|Interval)\b[\s!)?.]*(?:\((?:\s*\()*\s*["'`</]|\/|as\b|satisfies\b)/;

/** Whether something that is not written here goes into the text. */
function isVariable(texts: readonly Node[]): boolean {
  return texts.some((text) => textOf(text) === undefined);
}

/** Libraries and tools for templates, schemas or routes compile code on purpose, from text that they have checked. */
function severityIn({ shape }: ProjectView): Severity {
  return shape === 'service' ? 'warning' : 'info';
}
