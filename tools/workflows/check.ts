import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowTemplate } from '@actions/workflow-parser';
import type { Problem } from '../check/problem.ts';
import { listFiles } from '../repository/files.ts';
import { loadParser } from './parser.ts';

// A workflow prepares a machine and then runs npm scripts: whatever CI does, `npm run` does on any desk.
const preparation = ['actions/checkout', 'actions/setup-node', 'actions/upload-artifact'];

/** Workflows that GitHub would refuse, or that hold logic of their own. */
export async function workflowProblems(root: string): Promise<readonly Problem[]> {
  const files = await listFiles(root, '.github/workflows/*.yml', '.github/workflows/*.yaml');
  if (files.length === 0) return [{ where: '.github/workflows', message: 'There is no workflow.' }];
  const problems: Problem[] = [];
  for (const file of files) problems.push(...(await fileProblems(file, readFileSync(join(root, file), 'utf8'))));
  return problems;
}

/** What is wrong with one workflow. */
export async function fileProblems(name: string, content: string): Promise<readonly Problem[]> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await loadParser();
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  const refused = context.errors.getErrors().map((error) => ({
    where: error.range ? `${name}:${error.range.start.line}` : name,
    message: error.rawMessage,
  }));
  if (value === undefined || refused.length > 0) return refused;
  const workflow = await convertWorkflowTemplate(context, value);
  const converted = (workflow.errors ?? []).map(({ Message: message }) => ({ where: name, message }));
  const permitted = /^permissions:/m.test(content)
    ? []
    : [{ where: name, message: 'Set "permissions" for the whole workflow.' }];
  return [...converted, ...permitted, ...workflow.jobs.flatMap((job) => foreignSteps(name, job))];
}

function foreignSteps(name: string, job: WorkflowTemplate['jobs'][number]): readonly Problem[] {
  const steps = job.type === 'job' ? job.steps : [];
  return steps.flatMap((step, index) => {
    const message = whyForeign(step);
    return message === undefined ? [] : [{ where: `${name} (${job.id.value}, step ${index + 1})`, message }];
  });
}

type Step = Extract<WorkflowTemplate['jobs'][number], { type: 'job' }>['steps'][number];

function whyForeign(step: Step): string | undefined {
  if ('uses' in step) {
    const [action = '', version = ''] = step.uses.value.split('@');
    if (!preparation.includes(action)) return `"${action}" is not one of ${preparation.join(', ')}.`;
    // A tag can be moved to other code; a commit cannot.
    return /^[0-9a-f]{40}$/.test(version) ? undefined : `"${step.uses.value}" is not pinned to a commit.`;
  }
  if (!('run' in step)) return 'A step runs an npm script or prepares the machine.';
  const lines = step.run.toString().trim().split('\n');
  const foreign = lines.find((line) => !/^npm (run [\w:-]+|test|start)( -- [^;&|`$]*)?$/.test(line.trim()));
  return foreign === undefined ? undefined : `\`${foreign.trim()}\` is not an npm script of this repository.`;
}
