import type { Rule } from '../contract.ts';
import { composeServices } from '../syntax/compose.ts';
import { explanation } from '../syntax/explanation.ts';
import { asMapping, pick } from '../syntax/values.ts';
import { locate } from '../syntax/yaml.ts';

export const composeWaitsForStartOnly: Rule = {
  id: 'SEA-R045',
  title: 'waits for start, not for health',
  category: 'health',
  severity: 'info',
  version: 1,
  why: 'The service starts while the database is still starting, and fails on its first query.',
  fix: 'Give the dependency a healthcheck and wait for `condition: service_healthy`.',
  explain: explanation('compose-waits-for-start-only'),
  check: (project) =>
    composeServices(project).flatMap(({ file, document, name, spec, path }) =>
      startOnly(spec['depends_on']).map((dependency) => ({
        file: file.path,
        position: locate(file, document, [...path, 'depends_on']),
        message: `\`${name}\` waits until \`${dependency}\` has started, not until it is healthy.`,
      })),
    ),
};

function startOnly(dependsOn: unknown): readonly string[] {
  if (Array.isArray(dependsOn)) return dependsOn.map(String);
  return Object.entries(asMapping(dependsOn))
    .filter(([, wait]) => (pick(wait, 'condition') ?? 'service_started') === 'service_started')
    .map(([name]) => name);
}
