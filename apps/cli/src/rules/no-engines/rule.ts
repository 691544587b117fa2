import type { Rule } from '../contract.ts';
import { baseImages, dockerfiles } from '../syntax/docker.ts';
import { explanation } from '../syntax/explanation.ts';
import { manifestFinding } from '../syntax/manifest.ts';

export const noEngines: Rule = {
  id: 'SEA-R054',
  title: 'no Node version named',
  category: 'configuration',
  severity: 'warning',
  version: 1,
  why: 'It runs on whatever Node happens to be installed, and fails where that is another one.',
  fix: 'Name the versions you test with in engines.node of package.json.',
  explain: explanation('no-engines'),
  check(project) {
    const { manifest, shape } = project;
    if (!manifest || shape === 'unknown') return [];
    const engines = manifest['engines'];
    if (typeof engines === 'object' && engines !== null && 'node' in engines) return [];
    const isPinned =
      // A library runs on the Node that its users have.
      shape === 'library' ||
      ['.nvmrc', '.node-version', '.tool-versions', 'mise.toml'].some((path) => project.has(path)) ||
      manifest['volta'] !== undefined ||
      manifest['devEngines'] !== undefined ||
      dockerfiles(project).some((file) => baseImages(file).some(({ image }) => /(^|\/)node:\d/.test(image)));
    return [
      manifestFinding(project, 'package.json names no Node version.', { severity: isPinned ? 'info' : 'warning' }),
    ];
  },
};
