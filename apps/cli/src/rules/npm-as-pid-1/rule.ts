import type { ProjectFile, ProjectView, Rule, RuleFinding } from '../contract.ts';
import { commandOf, dockerfiles, lastOf, runningImage } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';
import { workloads } from '../syntax/kubernetes.ts';
import { asList } from '../syntax/values.ts';

export const npmAsPid1: Rule = {
  id: 'SEA-R014',
  title: 'package manager as the first process',
  category: 'lifecycle',
  severity: 'warning',
  version: 1,
  why: 'The package manager stands between the platform and Node: signals and exit codes get lost, and memory is wasted.',
  fix: 'Start Node itself, in exec form: ["node", "src/server.js"].',
  explain: explanation('npm-as-pid-1'),
  check: (project) => [...dockerfiles(project).flatMap(inImage), ...inPods(project)],
};

const managers = new Set(['npm', 'npx', 'yarn', 'pnpm', 'bunx']);

function inImage(file: ProjectFile): readonly RuleFinding[] {
  const { instructions } = runningImage(file);
  const start = lastOf(instructions, 'ENTRYPOINT') ?? lastOf(instructions, 'CMD');
  if (!start) return [];
  const [program = ''] = commandOf(start).words;
  if (!managers.has(program)) return [];
  return [{ file: file.path, position: start.position, message: `The container starts ${program} instead of Node.` }];
}

function inPods(project: ProjectView): readonly RuleFinding[] {
  return workloads(project).flatMap(({ file, containers }) =>
    containers.flatMap(({ name, spec, position }) => {
      const [program = ''] = [...asList(spec['command']), ...asList(spec['args'])].map(String);
      const hasOwnEntry = asList(spec['command']).length > 0;
      if (!hasOwnEntry || !managers.has(program)) return [];
      return [{ file: file.path, position, message: `The container \`${name}\` starts ${program} instead of Node.` }];
    }),
  );
}
