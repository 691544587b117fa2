import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { workflows } from '../syntax/workflows.ts';
import { asText, pick } from '../syntax/values.ts';

export const workflowScriptInjection: Rule = {
  id: 'SEA-R091',
  title: 'text of strangers in a workflow script',
  category: 'security',
  severity: 'error',
  version: 1,
  why: 'Whoever opens an issue or names a branch can run commands in the workflow, with its secrets.',
  fix: 'Put the value into an environment variable, and use that in the script.',
  explain: explanation('workflow-script-injection'),
  check: (project) =>
    workflows(project).flatMap(({ file, jobs, at }) =>
      jobs.flatMap(({ steps }) =>
        steps.flatMap(({ spec, path }) => {
          const isScript = asText(spec['uses']).startsWith('actions/github-script@');
          const place = isScript ? ['with', 'script'] : ['run'];
          const [, value] = untrusted.exec(asText(pick(spec, ...place))) ?? [];
          if (value === undefined) return [];
          return [
            { file: file.path, position: at([...path, ...place]), message: `\`${value}\` becomes part of the script.` },
          ];
        }),
      ),
    ),
};

const untrusted =
  /\$\{\{[^}]*?\b(github\.(?:head_ref|event\.(?:issue\.(?:title|body)|pull_request\.(?:title|body|head\.(?:ref|label|repo\.default_branch))|(?:comment|review|review_comment)\.body|discussion\.(?:title|body)|head_commit\.(?:message|author\.(?:name|email))|commits\S*\.(?:message|author\.(?:name|email))|pages\S*\.page_name|workflow_run\.head_branch)))\b/;
