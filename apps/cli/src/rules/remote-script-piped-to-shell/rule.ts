import type { ProjectView, Rule, RuleFinding } from '../contract.ts';
import { dockerfiles } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';
import { workflows } from '../syntax/workflows.ts';
import { asText } from '../syntax/values.ts';

export const remoteScriptPipedToShell: Rule = {
  id: 'SEA-R088',
  title: 'script from the network run unseen',
  category: 'security',
  severity: 'warning',
  version: 1,
  why: 'The build runs whatever that address answers on that day, as root and with its secrets.',
  fix: 'Download a fixed version, check its checksum, then run it, or install the tool as a package.',
  explain: explanation('remote-script-piped-to-shell'),
  check: (project) => [...inDockerfiles(project), ...inWorkflows(project)],
};

const piped =
  /\b(curl|wget)\b[^|;&\n]*https?:[^|;&\n]*\|\s*(sudo\s+(-\S+\s+)*)?(env\s+)?(\w+=\S+\s+)*(\/bin\/|\/usr\/bin\/)?(ba|z|da|a)?sh\b/;
const substituted = /\b(ba|z|da)?sh\s+(-c\s+)?["']?(<\(|\$\()\s*(curl|wget)\b/;

function isUnseen(command: string): boolean {
  return piped.test(command) || substituted.test(command);
}

function inDockerfiles(project: ProjectView): readonly RuleFinding[] {
  return dockerfiles(project).flatMap((file) =>
    file
      .docker()
      .instructions.filter(({ keyword, arguments: command }) => keyword === 'RUN' && isUnseen(command))
      .map(({ position }) => ({ file: file.path, position, message })),
  );
}

function inWorkflows(project: ProjectView): readonly RuleFinding[] {
  return workflows(project).flatMap(({ file, jobs, at }) =>
    jobs.flatMap(({ steps }) =>
      steps
        .filter(({ spec }) => isUnseen(asText(spec['run'])))
        .map(({ path }) => ({ file: file.path, position: at([...path, 'run']), message })),
    ),
  );
}

const message = 'A script is downloaded and run without being checked.';
