import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { workloads } from '../syntax/kubernetes.ts';
import { asList } from '../syntax/values.ts';

export const kubernetesNoReadinessProbe: Rule = {
  id: 'SEA-R042',
  title: 'no readiness probe',
  category: 'health',
  severity: 'warning',
  version: 1,
  why: 'Kubernetes sends requests as soon as the process has started, and goes on while it cannot answer.',
  fix: 'Add a readinessProbe that asks an address which looks at what the service needs.',
  explain: explanation('kubernetes-no-readiness-probe'),
  check: (project) =>
    workloads(project, 'Deployment', 'StatefulSet').flatMap(({ file, name: workload, containers }) =>
      containers
        .filter(({ spec }) => asList(spec['ports']).length > 0 && spec['readinessProbe'] === undefined)
        .map(({ name, position }) => ({
          file: file.path,
          position,
          message: `The container \`${name}\` of \`${workload}\` has ports and no readinessProbe.`,
        })),
    ),
};
