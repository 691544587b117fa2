import type { Rule } from '../contract.ts';
import { explanation } from '../syntax/explanation.ts';
import { isWorkspaceRoot, manifestFinding, scriptsOf } from '../syntax/manifest.ts';

export const noTestScript: Rule = {
  id: 'SEA-R130',
  title: 'no test script',
  category: 'quality',
  severity: 'warning',
  version: 1,
  why: 'Neither people nor pipelines find out that a change broke something.',
  fix: 'Add tests, and a `test` script that runs them.',
  explain: explanation('no-test-script'),
  check(project) {
    const { manifest, shape } = project;
    const scripts = scriptsOf(project);
    if (!manifest || shape === 'unknown' || isWorkspaceRoot(project) || isPartOfMore(manifest)) return [];
    // Without any script the manifest may have been stripped for publishing.
    if (Object.keys(scripts).length === 0) return [];
    const hasTests = Object.keys(scripts).some((name) => /^test\b|:test\b/.test(name));
    // Without this file it is what was published, from a repository that may test it in another way.
    const severity = project.has('.gitignore') ? 'warning' : 'info';
    if (!hasTests) return [manifestFinding(project, '`npm test` is not defined.', { path: ['scripts'], severity })];
    if (!/no test specified/.test(scripts['test'] ?? '')) return [];
    return [manifestFinding(project, '`npm test` only says that there are no tests.', { path: ['scripts', 'test'] })];
  },
};

/** Whether the package is a folder of a larger repository, whose root may run the tests of all. */
function isPartOfMore(manifest: Readonly<Record<string, unknown>>): boolean {
  const repository = manifest['repository'];
  return typeof repository === 'object' && repository !== null && 'directory' in repository;
}
