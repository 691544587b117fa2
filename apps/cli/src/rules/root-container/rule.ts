import type { ProjectFile, ProjectView, Rule, RuleFinding, Severity } from '../contract.ts';
import { dockerfiles, lastOf, runningImage } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';

export const rootContainer: Rule = {
  id: 'SEA-R080',
  title: 'container runs as root',
  category: 'security',
  severity: 'warning',
  version: 1,
  why: 'Whoever takes over the process owns everything in the container, and is one fault away from the host.',
  fix: 'Add `USER node`, or another user without rights, before the start command.',
  explain: explanation('root-container'),
  check: (project) => dockerfiles(project).flatMap((file) => look(file, project)),
};

// Official images, whose user is root. Of any other image nobody but its author knows.
const rootImages =
  /^(docker\.io\/)?(library\/)?(node|alpine|debian|ubuntu|bun|oven\/bun|denoland\/deno|nginx|python|busybox|fedora|rockylinux|amazonlinux)(:|@|$)/;

function look(file: ProjectFile, project: ProjectView): readonly RuleFinding[] {
  const { base, instructions } = runningImage(file);
  const start = lastOf(instructions, 'CMD') ?? lastOf(instructions, 'ENTRYPOINT');
  const user = lastOf(instructions, 'USER');
  if (!start || /nonroot|rootless|unprivileged/.test(base)) return [];
  if (user && !/^(root|0)(:|$)/.test(user.arguments.trim())) return [];
  const severity = user || rootImages.test(base) ? severityIn(project) : 'info';
  const message = user ? 'USER sets the user to root.' : `No USER is set, and the user of \`${base}\` stays.`;
  return [{ file: file.path, position: (user ?? start).position, message, severity }];
}

function severityIn(project: ProjectView): Severity {
  const isForbidden = project
    .files('kubernetes')
    .some(({ text }) => /runAsNonRoot:\s*true|runAsUser:\s*[1-9]/.test(text));
  return isForbidden ? 'info' : 'warning';
}
