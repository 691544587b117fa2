import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Problem } from '../check/problem.ts';
import type { Manifest, Project } from '../repository/projects.ts';
import { whyForbidden, wrongFloor } from './floors.ts';

const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** What is wrong with the package.json of a project and with the references of its tsconfig.build.json. */
export function manifestProblems(root: string, projects: readonly Project[], project: Project): readonly Problem[] {
  const where = `${project.folder}/package.json`;
  const wrong = [wrongFloor(project), ...projects.map((other) => forbiddenDependency(project, other))];
  return [
    ...wrong.filter((message) => message !== undefined).map((message) => ({ where, message })),
    ...referenceProblems(root, projects, project),
  ];
}

function forbiddenDependency(project: Project, other: Project): string | undefined {
  const group = groups.find((name) => other.name in (project.manifest[name] ?? {}));
  if (group === undefined || other === project) return undefined;
  const why = whyForbidden(project, other);
  return why && `"${group}": ${why}`;
}

/** `tsc -b` builds in the order of the references: one for each of our packages that the sources may import. */
function referenceProblems(root: string, projects: readonly Project[], project: Project): readonly Problem[] {
  const file = `${project.folder}/tsconfig.build.json`;
  const settings: { references?: readonly { path: string }[] } = JSON.parse(readFileSync(join(root, file), 'utf8'));
  const has = (settings.references ?? []).map(({ path }) => posix.join(project.folder, path));
  const needs = projects
    .filter((other) => other !== project && isDependency(project.manifest, other.name))
    .map((other) => `${other.folder}/tsconfig.build.json`);
  const lacks = needs.filter((path) => !has.includes(path)).map((path) => `a reference to ${path} is missing`);
  const stale = has.filter((path) => !needs.includes(path)).map((path) => `the reference to ${path} has no dependency`);
  return [...lacks, ...stale].map((message) => ({ where: file, message }));
}

function isDependency({ dependencies, optionalDependencies, peerDependencies }: Manifest, name: string): boolean {
  return [dependencies, optionalDependencies, peerDependencies].some((group) => name in (group ?? {}));
}
