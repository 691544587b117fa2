import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { resources, workloads } from '../syntax/kubernetes.ts';
import { asMapping, pick } from '../syntax/values.ts';
import { locate } from '../syntax/yaml.ts';

export const noDisruptionBudget: Rule = {
  id: 'SEA-R114',
  title: 'no disruption budget',
  category: 'deployment',
  severity: 'info',
  version: 1,
  why: 'When nodes are drained for an upgrade, all replicas may go at the same time.',
  fix: 'Add a PodDisruptionBudget that keeps at least one of them.',
  explain: explanation('no-disruption-budget'),
  check(project) {
    const budgets = resources(project).filter(({ kind }) => kind === 'PodDisruptionBudget');
    return workloads(project, 'Deployment', 'StatefulSet').flatMap(({ file, document, name, value }) => {
      const replicas = pick(value, 'spec', 'replicas');
      const labels = asMapping(pick(value, 'spec', 'template', 'metadata', 'labels'));
      const isKept = budgets.some((budget) =>
        matches(asMapping(pick(budget.value, 'spec', 'selector', 'matchLabels')), labels),
      );
      if (typeof replicas !== 'number' || replicas < 2 || isKept) return [];
      const position = locate(file, document, ['spec', 'replicas']);
      return [{ file: file.path, position, message: `No PodDisruptionBudget selects the pods of \`${name}\`.` }];
    });
  },
};

function matches(selector: Readonly<Record<string, unknown>>, labels: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}
