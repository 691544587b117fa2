import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const module = new URL('../../src/project/glob.ts', import.meta.url).href;

// Each would take longer than the machine lives if every way to place its stars were tried. In a process of their own: a
// regular expression that does not end cannot be stopped from within.
const hostile: readonly (readonly [glob: string, path: string])[] = [
  [`${'*a'.repeat(30)}b`, 'a'.repeat(200)],
  [`${'*[a-c]'.repeat(30)}d`, 'a'.repeat(200)],
  [`${'*?a'.repeat(30)}b`, 'a'.repeat(200)],
  [`${String.raw`*\*`.repeat(30)}b`, '*'.repeat(200)],
  [`${'**/a/'.repeat(30)}b`, `${'a/'.repeat(200)}c`],
  [`${'**/*a*/'.repeat(30)}b`, `${'aa/'.repeat(200)}c`],
  [`{${'*a'.repeat(30)}b,x}`, 'a'.repeat(200)],
];

for (const [glob, path] of hostile) {
  test(`${glob.slice(0, 16)}… is decided, whoever wrote it`, () => {
    const script = `import { matcher } from '${module}'; process.exit(matcher([process.argv[1]])(process.argv[2]) ? 1 : 7);`;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script, glob, path], {
      timeout: 20_000,
      stdio: 'ignore',
    });
    expect(status).toBe(7);
  });
}
