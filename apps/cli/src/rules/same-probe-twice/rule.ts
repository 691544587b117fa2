import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { workloads } from '../syntax/kubernetes.ts';
import { pick } from '../syntax/values.ts';

export const sameProbeTwice: Rule = {
  id: 'SEA-R044',
  title: 'liveness and readiness ask the same',
  category: 'health',
  severity: 'info',
  version: 1,
  why: 'When a dependency is down, every pod is restarted again and again instead of waiting for it.',
  fix: 'Give liveness an address of its own that looks at nothing outside the process.',
  explain: explanation('same-probe-twice'),
  check: (project) =>
    workloads(project, 'Deployment', 'StatefulSet', 'DaemonSet').flatMap(({ file, containers }) =>
      containers.flatMap(({ name, spec, position }) => {
        const live = pick(spec, 'livenessProbe', 'httpGet', 'path');
        const ready = pick(spec, 'readinessProbe', 'httpGet', 'path');
        if (typeof live !== 'string' || live !== ready) return [];
        return [{ file: file.path, position, message: `Both probes of \`${name}\` ask \`${live}\`.` }];
      }),
    ),
};
