import type { Position, ProjectView, Rule, RuleFinding } from '../contract.ts';
import { composeServices } from '../syntax/compose.ts';
import { baseImages, dockerfiles } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';
import { workloads } from '../syntax/kubernetes.ts';
import { locate } from '../syntax/yaml.ts';

export const floatingImageTag: Rule = {
  id: 'SEA-R081',
  title: 'image without a fixed version',
  category: 'security',
  severity: 'warning',
  version: 1,
  why: 'The same file builds or runs something else tomorrow, and nobody can go back to what ran yesterday.',
  fix: 'Name a version, better with its digest.',
  explain: explanation('floating-image-tag'),
  check: (project) => [...inDockerfiles(project), ...inCompose(project), ...inPods(project)],
};

function inDockerfiles(project: ProjectView): readonly RuleFinding[] {
  return dockerfiles(project).flatMap((file) =>
    baseImages(file)
      .filter(({ isStage }) => !isStage)
      .flatMap(({ image, instruction }) => look(file.path, image, () => instruction.position)),
  );
}

function inCompose(project: ProjectView): readonly RuleFinding[] {
  return composeServices(project).flatMap(({ file, document, spec, path }) =>
    spec['build'] === undefined ? look(file.path, spec['image'], () => locate(file, document, [...path, 'image'])) : [],
  );
}

function inPods(project: ProjectView): readonly RuleFinding[] {
  // Kustomize fills in the tags of images that are named here without one.
  const isKustomized = project
    .files('yaml', 'kubernetes')
    .some(({ path, text }) => /kustomization\.ya?ml$/.test(path) && /^images:/m.test(text));
  if (isKustomized) return [];
  return workloads(project).flatMap(({ file, containers }) =>
    containers.flatMap(({ spec, position }) => look(file.path, spec['image'], () => position)),
  );
}

function look(file: string, image: unknown, position: () => Position): readonly RuleFinding[] {
  if (typeof image !== 'string' || image === '' || image === 'scratch' || image.includes('@')) return [];
  const [, tag] = /:([^:/]+)$/.exec(image) ?? [];
  if (tag === undefined ? /[${]/.test(image) : !floats.test(tag)) return [];
  return [
    { file, position: position(), message: `The image \`${image}\` ${tag ? 'floats with its tag' : 'has no tag'}.` },
  ];
}

// Tags that name no version: a channel, or only the system below.
const floats =
  /^(latest|lts|current|stable|edge|nightly|canary|(latest|lts|current|stable)?-?(alpine|slim|bookworm|bullseye|trixie)(-slim)?)$/;
