import type { Rule } from '../contract.ts';
import { nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { runsAtImport } from '../syntax/functions.ts';
import { inspect, isCommandLine, serverScripts } from '../syntax/scripts.ts';

export const importTimeTimer: Rule = {
  id: 'SEA-R011',
  title: 'timer started on import and never cleared',
  category: 'lifecycle',
  severity: 'warning',
  version: 1,
  scope: 'file',
  why: 'Such a timer keeps the process alive after everything else has stopped, so a shutdown ends in a kill.',
  fix: 'Start the timer in a function, keep what setInterval returns, and clear it on shutdown.',
  explain: explanation('import-time-timer'),
  check(project) {
    if (project.shape === 'tool') return [];
    const scripts = serverScripts(project).filter((file) => !isCommandLine(file));
    return inspect(scripts, /\bsetInterval\b/, (report) => ({
      CallExpression(call, ancestors) {
        const isInterval = /^(globalThis\.|global\.)?setInterval$/.test(nameOf(call.callee) ?? '');
        const isDropped = ancestors.at(-1)?.type === 'ExpressionStatement';
        if (isInterval && isDropped && runsAtImport(ancestors)) {
          report(call, 'This timer starts when the module is imported, and nothing can clear it.');
        }
      },
    }));
  },
};
