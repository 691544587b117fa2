import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { manifestFinding } from '../syntax/manifest.ts';

export const noRunInstructions: Rule = {
  id: 'SEA-R133',
  title: 'README does not say how to run it',
  category: 'quality',
  severity: 'info',
  version: 1,
  why: 'At three in the morning nobody has time to find out how it is started.',
  fix: 'Put the commands to install, run and test it at the top of the README.',
  explain: explanation('no-run-instructions'),
  check(project) {
    if (!project.manifest || (project.shape !== 'service' && project.shape !== 'tool')) return [];
    const readme = project.files('markdown').find(({ path }) => /^readme\.(md|mdx|markdown)$/i.test(path));
    if (!readme) {
      const hasOther = ['README', 'README.txt', 'README.rst', 'README.adoc', 'readme.txt'].some((path) =>
        project.has(path),
      );
      return hasOther ? [] : [manifestFinding(project, 'There is no README.', { severity: 'warning' })];
    }
    if (command.test(readme.text)) return [];
    return [
      { file: readme.path, position: { line: 1, column: 1 }, message: 'No command in this README starts the program.' },
    ];
  },
};

const command = /\b(npm|npx|yarn|pnpm|bun|node|docker|podman|make|just|task|deno)\s+[\w@./-]+|compose up|\.\/[\w-]+/;
