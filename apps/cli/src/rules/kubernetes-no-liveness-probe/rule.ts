import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { workloads } from '../syntax/kubernetes.ts';

export const kubernetesNoLivenessProbe: Rule = {
  id: 'SEA-R043',
  title: 'no liveness probe',
  category: 'health',
  severity: 'info',
  version: 1,
  why: 'A process that hangs is never restarted.',
  fix: 'Add a livenessProbe that asks an address which needs nothing but the process itself.',
  explain: explanation('kubernetes-no-liveness-probe'),
  check: (project) =>
    workloads(project, 'Deployment', 'StatefulSet', 'DaemonSet').flatMap(({ file, name: workload, containers }) =>
      containers
        .filter(({ spec }) => spec['livenessProbe'] === undefined)
        .map(({ name, position }) => ({
          file: file.path,
          position,
          message: `The container \`${name}\` of \`${workload}\` has no livenessProbe.`,
        })),
    ),
};
