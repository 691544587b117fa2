import type { ProjectFile, ProjectView, Rule, RuleFinding } from '../contract.ts';
import { baseImages, dockerfiles, runningImage } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';
import { manifestFinding } from '../syntax/manifest.ts';
import { workflows } from '../syntax/workflows.ts';
import { asText, pick } from '../syntax/values.ts';
import { highestMajor } from './ranges.ts';
import { endOf, majorOf } from './releases.ts';

export const nodeEndOfLife: Rule = {
  id: 'SEA-R055',
  title: 'Node version past its end of life',
  category: 'configuration',
  severity: 'warning',
  version: 1,
  why: 'It gets no security fixes any more.',
  fix: 'Move to a version with long-term support.',
  explain: explanation('node-end-of-life'),
  check: (project) => [
    ...dockerfiles(project).flatMap(inImages),
    ...inVersionFiles(project),
    ...inEngines(project),
    ...inWorkflows(project),
  ],
};

function inImages(file: ProjectFile): readonly RuleFinding[] {
  const { stages } = runningImage(file);
  return baseImages(file).flatMap(({ image, instruction }) => {
    const [, version] = /(?:^|\/)node:(\d+|lts-[a-z]+)/.exec(image) ?? [];
    const severity = stages.includes(instruction.stage) ? 'error' : 'warning';
    return past(majorOf(version?.replace('lts-', 'lts/'))).map((message) => ({
      file: file.path,
      position: instruction.position,
      message,
      severity,
    }));
  });
}

function inVersionFiles(project: ProjectView): readonly RuleFinding[] {
  return ['.nvmrc', '.node-version'].flatMap((path) => {
    const file = project.file(path);
    return past(majorOf(file?.text)).map((message) => ({ file: path, position: { line: 1, column: 1 }, message }));
  });
}

/** A library may support old versions; a service runs on the newest one that its range allows. */
function inEngines(project: ProjectView): readonly RuleFinding[] {
  const range = pick(project.manifest, 'engines', 'node');
  if (project.shape === 'library' || typeof range !== 'string') return [];
  return past(highestMajor(range)).map((message) => manifestFinding(project, message, { path: ['engines', 'node'] }));
}

function inWorkflows(project: ProjectView): readonly RuleFinding[] {
  return workflows(project).flatMap(({ file, jobs, at }) =>
    jobs.flatMap(({ steps }) =>
      steps.flatMap(({ spec, path }) => {
        if (!asText(spec['uses']).startsWith('actions/setup-node@')) return [];
        const version = pick(spec, 'with', 'node-version');
        const position = at([...path, 'with', 'node-version']);
        // A library may test on old versions that its users still have.
        const severity = project.shape === 'library' ? 'info' : 'warning';
        return past(majorOf(version)).map((message) => ({ file: file.path, position, message, severity }));
      }),
    ),
  );
}

function past(major: number | undefined): readonly string[] {
  const end = major === undefined ? undefined : endOf(major);
  return end === undefined ? [] : [`Node ${major} has had no fixes since ${end}.`];
}
