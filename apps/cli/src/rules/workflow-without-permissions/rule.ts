import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { workflows } from '../syntax/workflows.ts';

export const workflowWithoutPermissions: Rule = {
  id: 'SEA-R087',
  title: 'workflow without permissions',
  category: 'security',
  severity: 'warning',
  version: 1,
  why: 'Its token gets what the repository grants by default, which may be the right to push code.',
  fix: 'Add `permissions: { contents: read }` at the top, and more only to the job that needs it.',
  explain: explanation('workflow-without-permissions'),
  check: (project) =>
    workflows(project).flatMap(({ file, value, jobs, at }) => {
      if (value['permissions'] !== undefined) return [];
      const open = jobs.filter(({ spec }) => spec['permissions'] === undefined);
      const [first] = open;
      if (!first) return [];
      const names = open.map(({ name }) => `\`${name}\``).join(', ');
      const message = `Nothing limits the token of ${open.length === 1 ? 'the job' : 'the jobs'} ${names}.`;
      return [{ file: file.path, position: at(first.path), message }];
    }),
};
