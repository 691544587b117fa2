import type { ProjectView, Rule } from '../contract.ts';
import { nameOf } from '../syntax/expressions.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, isCommandLine, serverScripts } from '../syntax/scripts.ts';
import { asText } from '../syntax/values.ts';

export const processExitInLibrary: Rule = {
  id: 'SEA-R005',
  title: 'library ends the process',
  category: 'errors',
  severity: 'info',
  version: 1,
  scope: 'file',
  why: 'A library that exits takes the whole service down, with requests in flight and logs unwritten.',
  fix: 'Throw an error and let the application decide.',
  explain: explanation('process-exit-in-library'),
  check(project) {
    if (project.shape !== 'library') return [];
    return inspect(importable(project), /process\.(exit|abort)/, (report) => ({
      CallExpression(call) {
        const name = nameOf(call.callee);
        if (name === 'process.exit' || name === 'process.abort') {
          report(call, `\`${name}\` ends the process of whoever imports this.`);
        }
      },
    }));
  },
};

// In a worker thread, `process.exit` ends the thread only.
const isWorker = /\b(parentPort|workerData)\b/;

function importable(project: ProjectView): ReturnType<typeof serverScripts> {
  const bin = project.manifest?.['bin'];
  const targets = typeof bin === 'object' && bin !== null ? Object.values(bin) : [bin];
  const programs = new Set(targets.map((target) => asText(target).replace(/^\.\//, '')));
  return serverScripts(project).filter(
    (file) => !isCommandLine(file) && !programs.has(file.path) && !isWorker.test(file.text),
  );
}
