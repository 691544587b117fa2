import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigErrors, defineConfig, detectEnvironment, file, int, list, port, string } from '../src/index.ts';

const definition = defineConfig(
  { server: { port: port().default(1), host: string().default('x') }, tags: list().default([]), max: int().default(2) },
  { env: detectEnvironment({ env: {}, exists: () => false }) },
);
let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-yaml-'));
});
afterAll(async () => {
  await rm(cwd, { recursive: true });
});

test('YAML is read, and each value knows its line and column', async () => {
  await writeFile(join(cwd, 'app.yaml'), '# ours\nserver:\n  port: 8080\ntags:\n  - a\n  - b\n');
  const loaded = await definition.load([file('app.yaml')], { cwd });
  expect(loaded.value).toEqual({ server: { port: 8080, host: 'x' }, tags: ['a', 'b'], max: 2 });
  expect(loaded.explain('server.port').source).toBe('app.yaml:3:9');
  expect(loaded.explain('tags').source).toBe('app.yaml:5:3');
});

const mistakes = [
  { text: 'server:\n  prt: 5\n', says: 'app.yml:2:3 server.prt unknown key.' },
  { text: 'server:\n  port: many\n', says: 'app.yml:2:9 server.port expected a port' },
  { text: 'max: 1\nmax: 2\n', says: 'app.yml:2:1  not valid YAML (DUPLICATE_KEY).' },
  { text: 'max: [1\n', says: 'not valid YAML' },
  { text: 'max: 1\n---\nmax: 2\n', says: 'not valid YAML (MULTIPLE_DOCS).' },
  { text: '- 1\n', says: 'app.yml  expected an object with keys, got a list of 1.' },
  { text: 'server: 5\n', says: 'app.yml:1:9 server expected an object with keys' },
  {
    text: `a: &a [x, x]\n${'bcdefghij'.replaceAll(/./g, (name, at: number) => `${name}: &${name} [*${'abcdefghij'[at]}, *${'abcdefghij'[at]}]\n`)}`,
    says: 'more aliases than a configuration needs',
  },
];
for (const { text, says } of mistakes) {
  test(`${JSON.stringify(text.slice(0, 40))} is a problem: ${says}`, async () => {
    await writeFile(join(cwd, 'app.yml'), text);
    const error: unknown = await definition.load([file('app.yml')], { cwd }).catch((failure: unknown) => failure);
    if (!ConfigErrors.INVALID.is(error)) throw error;
    expect(error.params.problems.map(({ source, key, message }) => `${source} ${key} ${message}`).join('\n')).toContain(
      says,
    );
  });
}

test('null in YAML takes back what lower layers said', async () => {
  await writeFile(join(cwd, 'low.yaml'), 'max: 7\n');
  await writeFile(join(cwd, 'high.yaml'), 'max:\n');
  expect((await definition.load([file('low.yaml'), file('high.yaml')], { cwd })).value.max).toBe(2);
});
