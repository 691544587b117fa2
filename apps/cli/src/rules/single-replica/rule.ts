import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { resources, workloads } from '../syntax/kubernetes.ts';
import { pick } from '../syntax/values.ts';
import { locate } from '../syntax/yaml.ts';

export const singleReplica: Rule = {
  id: 'SEA-R113',
  title: 'single replica',
  category: 'deployment',
  severity: 'info',
  version: 1,
  why: 'Every node drain and every crash is an outage.',
  fix: 'Run at least two replicas, on two nodes.',
  explain: explanation('single-replica'),
  check(project) {
    const scaled = new Set(
      resources(project).map(({ kind, value }) =>
        scalers.test(kind) ? pick(value, 'spec', 'scaleTargetRef', 'name') : '',
      ),
    );
    return workloads(project, 'Deployment').flatMap(({ file, document, name, value, containers }) => {
      const replicas = pick(value, 'spec', 'replicas') ?? 1;
      const isAlone = pick(value, 'spec', 'strategy', 'type') === 'Recreate';
      if (replicas !== 1 || scaled.has(name) || isAlone || containers.length === 0) return [];
      const position = locate(file, document, ['spec', 'replicas']);
      return [{ file: file.path, position, message: `\`${name}\` runs as one pod.` }];
    });
  },
};

const scalers = /^(HorizontalPodAutoscaler|ScaledObject)$/;
