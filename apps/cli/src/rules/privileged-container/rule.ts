import type { ProjectView, Rule, RuleFinding } from '../contract.ts';
import { composeServices } from '../syntax/compose.ts';
import { explanation } from '../syntax/explanation.ts';
import { workloads } from '../syntax/kubernetes.ts';
import { asList, asText, pick } from '../syntax/values.ts';
import { locate } from '../syntax/yaml.ts';

export const privilegedContainer: Rule = {
  id: 'SEA-R093',
  title: 'container with the rights of the host',
  category: 'security',
  severity: 'warning',
  version: 1,
  why: 'Whoever takes over the process has the machine and everything else on it.',
  fix: 'Take the right away, or grant only the one capability that is needed.',
  explain: explanation('privileged-container'),
  check: (project) => [...inPods(project), ...inCompose(project)],
};

function inPods(project: ProjectView): readonly RuleFinding[] {
  return workloads(project).flatMap(({ file, document, value, podPath, name, containers }) => {
    const pod = pick(value, ...podPath);
    const shared = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => pick(pod, key) === true);
    const ofPod = shared.map((key) => ({
      file: file.path,
      position: locate(file, document, [...podPath, key]),
      message: `The pods of \`${name}\` have \`${key}\`.`,
    }));
    const ofContainers = containers
      .filter(({ spec }) => pick(spec, 'securityContext', 'privileged') === true)
      .map((container) => ({
        file: file.path,
        position: container.position,
        message: `The container \`${container.name}\` is privileged.`,
      }));
    return [...ofPod, ...ofContainers];
  });
}

function inCompose(project: ProjectView): readonly RuleFinding[] {
  return composeServices(project).flatMap(({ file, document, name, spec, path }) => {
    const at = (key: string, message: string): RuleFinding => ({
      file: file.path,
      position: locate(file, document, [...path, key]),
      message,
    });
    const findings = spec['privileged'] === true ? [at('privileged', `The service \`${name}\` is privileged.`)] : [];
    const hasSocket = asList(spec['volumes']).some((volume) =>
      asText(pick(volume, 'source') ?? volume).includes('docker.sock'),
    );
    return hasSocket
      ? [...findings, at('volumes', `The service \`${name}\` can command Docker on the host.`)]
      : findings;
  });
}
