import type { ProjectFile, Rule, RuleFinding } from '../contract.ts';
import { commandOf, dockerfiles, lastOf, runningImage } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';

export const shellFormStart: Rule = {
  id: 'SEA-R015',
  title: 'container started through a shell',
  category: 'lifecycle',
  severity: 'info',
  version: 1,
  why: 'Depending on the image, the shell stays process 1 and does not pass SIGTERM on to Node.',
  fix: 'Write the command in exec form, as a JSON list.',
  explain: explanation('shell-form-start'),
  check: (project) => dockerfiles(project).flatMap(shellStart),
};

function shellStart(file: ProjectFile): readonly RuleFinding[] {
  const { instructions } = runningImage(file);
  const start = lastOf(instructions, 'ENTRYPOINT') ?? lastOf(instructions, 'CMD');
  if (!start) return [];
  const { words, isShell } = commandOf(start);
  // A package manager is a finding of its own, in either form.
  if (!isShell || /^(exec|npm|npx|yarn|pnpm)$/.test(words[0] ?? '')) return [];
  const message = `${start.keyword} is in shell form: \`${words[0]}\` runs below /bin/sh.`;
  return [{ file: file.path, position: start.position, message }];
}
