import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { manifestFinding } from '../syntax/manifest.ts';

export const noLicence: Rule = {
  id: 'SEA-R132',
  title: 'no licence',
  category: 'quality',
  severity: 'warning',
  version: 1,
  why: 'Without one nobody may use it, and companies refuse to install it.',
  fix: 'Add a LICENSE file and name it in package.json, or set `private`.',
  explain: explanation('no-licence'),
  check(project) {
    const { manifest } = project;
    if (!manifest || manifest['private'] === true || project.shape === 'unknown') return [];
    const isNamed = typeof manifest['license'] === 'string' || manifest['licenses'] !== undefined;
    if (isNamed || files.some((path) => project.has(path))) return [];
    return [manifestFinding(project, 'Neither package.json nor a file names a licence.')];
  },
};

const files = ['LICENSE', 'LICENCE', 'License', 'license', 'COPYING', 'UNLICENSE'].flatMap((name) => [
  name,
  `${name}.md`,
  `${name}.txt`,
]);
