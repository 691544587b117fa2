import type { Rule } from '../contract.ts';
import { statementRemoval } from '../syntax/edits.ts';
import { explanation } from '../syntax/explanation.ts';
import { inspect, serverScripts } from '../syntax/scripts.ts';

export const debuggerStatement: Rule = {
  id: 'SEA-R136',
  title: 'debugger statement left',
  category: 'quality',
  severity: 'warning',
  version: 2,
  scope: 'file',
  why: 'With an inspector attached the whole process stops here, for every user.',
  fix: 'Take the statement away.',
  explain: explanation('debugger-statement'),
  check: (project) =>
    inspect(serverScripts(project), /\bdebugger\b/, (report, file) => ({
      DebuggerStatement: (statement, ancestors) =>
        report(
          statement,
          'This stops the process when an inspector is attached.',
          undefined,
          statementRemoval(file, statement, ancestors),
        ),
    })),
};
