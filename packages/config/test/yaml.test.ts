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
  { text: 'max: *nowhere\n', says: 'app.yml:1:6  is an alias of an anchor that is not there above it.' },
  { text: 'server: { host: !secret password }\n', says: 'app.yml:1:17  has a tag that is not known here.' },
  { text: 'server: { port: !env PORT }\n', says: 'app.yml:1:17  has a tag that is not known here.' },
  { text: 'server: { host: !!timestamp 2026-01-02 }\n', says: 'server.host expected a string, got an object.' },
  { text: 'server: &s\n  port: many\n  <<: *s\n', says: 'or one that leads to itself' },
  { text: '? [hunter2, b]\n: 1\n', says: 'unknown key.' },
  { text: '__proto__: { max: 5 }\n', says: 'app.yml:1:1 __proto__ unknown key.' },
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

const meant = [
  {
    text: 'tags: [no, NO, on, yes, y]\n',
    what: 'country codes and words',
    gives: { tags: ['no', 'NO', 'on', 'yes', 'y'] },
  },
  { text: 'server: { host: 2026-01-02 }\n', what: 'a date', gives: { server: { host: '2026-01-02' } } },
  { text: 'server: { host: 12:30:00 }\n', what: 'a time', gives: { server: { host: '12:30:00' } } },
  { text: 'max: 014\n', what: 'a leading zero', gives: { max: 14 } },
  { text: 'max: 0o14\n', what: 'an octal number', gives: { max: 12 } },
  { text: 'server:\n  host: |\n    a\n    b\n', what: 'a block of text', gives: { server: { host: 'a\nb\n' } } },
  { text: '\uFEFFmax: 5\n', what: 'a byte order mark', gives: { max: 5 } },
];
for (const { text, what, gives } of meant) {
  test(`${what} is read as YAML 1.2 has it: ${JSON.stringify(text)}`, async () => {
    await writeFile(join(cwd, 'meant.yaml'), text);
    expect((await definition.load([file('meant.yaml')], { cwd })).value).toMatchObject(gives);
  });
}

const pair = () => ({ host: string().optional(), port: int().optional() });
const pairs = defineConfig({ a: pair(), b: pair(), c: pair() }, { env: detectEnvironment({ env: {} }) });

test('anchors and merges are followed, and each value knows where it is written', async () => {
  await writeFile(join(cwd, 'anchors.yaml'), 'a: &a\n  host: x\n  port: 1\nb: *a\nc:\n  <<: [*a]\n  host: y\n');
  const loaded = await pairs.load([file('anchors.yaml')], { cwd });
  expect(loaded.value).toEqual({ a: { host: 'x', port: 1 }, b: { host: 'x', port: 1 }, c: { host: 'y', port: 1 } });
  expect(['b.host', 'c.host', 'c.port'].map((key) => loaded.explain(key).source)).toEqual([
    'anchors.yaml:2:9',
    'anchors.yaml:7:9',
    'anchors.yaml:3:9',
  ]);
});

test('a parser that warns writes nothing to standard error', async () => {
  const warned: unknown[] = [];
  const hear = (warning: unknown): number => warned.push(warning);
  process.on('warning', hear);
  await writeFile(join(cwd, 'warns.yaml'), '? [hunter2]\n: 1\nmax: !who 5\n');
  await expect(definition.load([file('warns.yaml')], { cwd })).rejects.toThrow('tag');
  await writeFile(join(cwd, 'warns.yaml'), '? [hunter2]\n: 1\n');
  await expect(definition.load([file('warns.yaml')], { cwd })).rejects.toThrow('unknown key');
  await new Promise(setImmediate);
  process.off('warning', hear);
  expect(warned).toEqual([]);
});
