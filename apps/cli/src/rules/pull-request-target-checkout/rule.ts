import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { isStartedBy, workflows } from '../syntax/workflows.ts';
import { asText, pick } from '../syntax/values.ts';

export const pullRequestTargetCheckout: Rule = {
  id: 'SEA-R092',
  title: 'code of strangers checked out with secrets',
  category: 'security',
  severity: 'error',
  version: 1,
  why: 'A pull request from anybody then runs its own code with the secrets and the token of this repository.',
  fix: 'Use `pull_request` for everything that touches the code of the pull request.',
  explain: explanation('pull-request-target-checkout'),
  check: (project) =>
    workflows(project).flatMap((workflow) => {
      if (!isStartedBy(workflow, 'pull_request_target', 'workflow_run')) return [];
      return workflow.jobs.flatMap(({ steps }) =>
        steps.flatMap(({ spec, path }) => {
          const ref = `${asText(pick(spec, 'with', 'ref'))} ${asText(pick(spec, 'with', 'repository'))}`;
          if (!asText(spec['uses']).startsWith('actions/checkout@') || !strange.test(ref)) return [];
          const position = workflow.at([...path, 'uses']);
          return [
            {
              file: workflow.file.path,
              position,
              message: 'This checks out the code of the pull request, with secrets at hand.',
            },
          ];
        }),
      );
    }),
};

const strange = /github\.head_ref|pull_request\.head\.|pull_request\.number|workflow_run\.head_/;
