import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { resources, workloads } from '../syntax/kubernetes.ts';
import { pick } from '../syntax/values.ts';

export const noResourceLimits: Rule = {
  id: 'SEA-R111',
  title: 'no resource limits',
  category: 'deployment',
  severity: 'warning',
  version: 1,
  why: 'One leaking pod takes the memory of its node, and the pods of others are killed for it.',
  fix: 'Set requests for cpu and memory, and a limit for memory.',
  explain: explanation('no-resource-limits'),
  check(project) {
    // A LimitRange gives every container of the namespace its defaults.
    if (resources(project).some(({ kind }) => kind === 'LimitRange')) return [];
    return workloads(project).flatMap(({ file, containers }) =>
      containers.flatMap(({ name, spec, position }) => {
        const missing = wanted.filter(([group, key]) => pick(spec, 'resources', group, key) === undefined);
        if (missing.length === 0) return [];
        const names = missing.map(([group, key]) => `${group}.${key}`).join(', ');
        return [{ file: file.path, position, message: `The container \`${name}\` does not set ${names}.` }];
      }),
    );
  },
};

const wanted = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'memory'],
] as const;
