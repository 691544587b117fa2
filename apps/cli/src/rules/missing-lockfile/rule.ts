import type { ProjectView, Rule } from '../contract.ts';
import { dockerfiles } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';
import { manifestFinding } from '../syntax/manifest.ts';

export const missingLockfile: Rule = {
  id: 'SEA-R082',
  title: 'no lockfile',
  category: 'security',
  severity: 'warning',
  version: 1,
  why: 'Every installation takes the newest versions of hundreds of packages, tested by nobody.',
  fix: 'Commit the lockfile of your package manager, and install with `npm ci`.',
  explain: explanation('missing-lockfile'),
  check(project) {
    if (project.shape !== 'service' || !installsSomething(project) || isLocked(project)) return [];
    // Without this file it is no checkout but an archive, or a folder of one whose root holds the lockfile.
    const isCheckout = project.has('.gitignore') || project.has('.github');
    if (!isCheckout && dockerfiles(project).length === 0) return [];
    return [
      manifestFinding(project, 'The dependencies of package.json are not locked.', {
        severity: isCheckout ? 'warning' : 'info',
      }),
    ];
  },
};

const locks = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
];

function isLocked(project: ProjectView): boolean {
  return locks.some((path) => project.has(path));
}

function installsSomething({ manifest }: ProjectView): boolean {
  return ['dependencies', 'devDependencies'].some((key) => Object.keys(Object(manifest?.[key])).length > 0);
}
