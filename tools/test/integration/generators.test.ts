import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyRepository, type Copy } from '../support/copy.ts';

// Each generator runs in a copy of this repository, and what it made is held to the same nets as everything else.
let copy: Copy;

beforeAll(async () => {
  copy = await copyRepository();
}, 120_000);
afterAll(() => copy?.remove());

/** What a script of the copy prints; when it fails, the code it ends with and all it says. */
async function said(script: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, output } = await copy.npmRun(script, ...args);
  return code === 0 ? stdout : `${script} ends with code ${code}: ${output}`;
}

function read(file: string): string {
  return readFileSync(join(copy.folder, file), 'utf8');
}

describe('new:package', () => {
  const made = 'packages/new-idea';

  test('makes a package with everything a package has', async () => {
    const description = 'Answers that never change are asked for again.';
    expect(await said('new:package', 'new-idea', '--description', description)).not.toContain('ends with code');
    const files = [
      'README.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'api.md',
      'package.json',
      'src/index.ts',
      'test/once.test.ts',
    ];
    expect(files.filter((file) => !existsSync(join(copy.folder, made, file)))).toEqual([]);
    expect(read(`${made}/README.md`)).toContain(description);
    expect(read('tsconfig.json')).toContain(`./${made}`);
    expect(read('package-lock.json')).toContain(`"${made}"`);
  });

  test('its tests and its example pass', async () => {
    expect(await said('test', 'new-idea')).toContain('3 passed');
    expect(await said('test', 'examples', '--testNamePattern=new-idea')).toContain('1 passed');
  });

  const nets: readonly (readonly string[])[] = [
    ['check:api', 'new-idea'],
    ['check:package', 'new-idea'],
    ['check:docs', `${made}/README.md`, `${made}/CONTRIBUTING.md`],
    ['check:layers'],
    ['check:words'],
    ['check:size', 'new-idea'],
    ['check:types', made],
    ['check:lint', made, 'tsconfig.json', '.size-limit.json'],
    ['check:unused'],
    ['check:coverage', 'new-idea'],
  ];
  for (const [net = '', ...args] of nets) {
    test(`${[net, ...args].join(' ')} holds`, async () => {
      expect(await said(net, ...args)).toBe('');
    });
  }

  test('check:api tells a public type that changed without its report', async () => {
    const index = join(copy.folder, made, 'src/index.ts');
    const before = readFileSync(index, 'utf8');
    appendFileSync(index, '\n/** Heavy. */\nexport type Gravity = number;\n');
    expect(await said('check:api', 'new-idea')).toMatch(
      /ends with code 1[^]*new-idea\/api\.md: The public types changed[^]*\+ /,
    );
    writeFileSync(index, before);
  });
});

test('new:rule makes a rule whose fixtures pass and that speaks German, listed in a pack', async () => {
  expect(await said('new:rule', 'no-browser-talk')).toContain('CREATE apps/cli/src/rules/no-browser-talk/rule.ts');
  expect(read('apps/cli/src/rules/packs/code.ts')).toContain('  noBrowserTalk,\n');
  const files = ['fixtures', 'faulty-service', 'german'].map((name) => `apps/cli/test/rules/${name}.test.ts`);
  const names =
    '--testNamePattern=no-browser-talk|exactly one pack|ids are unique|faulty|speaks German|in German|German prose|both languages|not translated';
  const output = await said('test', 'cli', ...files, names);
  expect(output).toMatch(/Tests {2}\d+ passed/);
  expect(await said('check:layers')).toBe('');
});
