import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { workflows } from '../syntax/workflows.ts';

export const jobWithoutTimeout: Rule = {
  id: 'SEA-R117',
  title: 'workflow job without a timeout',
  category: 'deployment',
  severity: 'info',
  version: 1,
  why: 'A test that hangs blocks the queue and is paid for six hours.',
  fix: 'Set `timeout-minutes` to twice what the job usually takes.',
  explain: explanation('job-without-timeout'),
  check: (project) =>
    workflows(project).flatMap(({ file, jobs, at }) =>
      jobs
        .filter(({ spec, steps }) => steps.length > 0 && spec['timeout-minutes'] === undefined)
        .filter(({ steps }) => !steps.every((step) => step.spec['timeout-minutes'] !== undefined))
        .map(({ name, path }) => ({
          file: file.path,
          position: at(path),
          message: `The job \`${name}\` may run for six hours.`,
        })),
    ),
};
