import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCli } from '../src/cli.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url));
const [v1, v2, broken, edited] = ['subjects-v1', 'subjects-v2', 'subjects-broken', 'subjects-edited'].map(fixture) as [
  string,
  string,
  string,
  string,
];

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seaworthy-schema-cli-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
  const written = { out: '', err: '' };
  const code = await runCli(args, {
    directory,
    stdout: { write: (text) => (written.out += text) },
    stderr: { write: (text) => (written.err += text) },
  });
  return { code, ...written };
}

describe('check and update', () => {
  test('a life of a lock', async () => {
    expect(await run('check', v1)).toMatchObject({ code: 3, err: expect.stringContaining('it does not exist') });
    expect(await run('update', v1)).toMatchObject({ code: 0, err: expect.stringContaining('Wrote 1 versions') });
    expect(await run('check', v1)).toMatchObject({ code: 0, out: expect.stringContaining('passed') });
    expect(await run('check', v2)).toMatchObject({ code: 0, out: expect.stringContaining('not-locked') });
    expect(await run('check', v2, '--strict')).toMatchObject({ code: 1 });
    expect(await run('check', broken)).toMatchObject({ code: 1, out: expect.stringContaining('required-added') });
    expect(await run('check', broken, '--mode', 'NONE')).toMatchObject({ code: 0 });
    expect(await run('check', edited)).toMatchObject({ code: 1, out: expect.stringContaining('edited-version') });
    expect(await run('update', v2)).toMatchObject({ code: 0 });
    expect(await run('check', v2, '--strict')).toMatchObject({ code: 0 });
    expect(await run('check', v1)).toMatchObject({ code: 1, out: expect.stringContaining('removed-version') });
  });

  test('an update that would break what was published changes nothing', async () => {
    await run('update', v1);
    const before = await readFile(join(directory, 'schemas.lock.json'), 'utf8');
    expect(await run('update', edited)).toMatchObject({ code: 1, out: expect.stringContaining('edited-version') });
    expect(await run('update', broken)).toMatchObject({ code: 1 });
    expect(await readFile(join(directory, 'schemas.lock.json'), 'utf8')).toBe(before);
  });

  test('formats and another lock are chosen', async () => {
    await run('update', v1, '--lock', 'other.json');
    const check = (format: string) => run('check', broken, '--lock', 'other.json', '--format', format);
    expect((await check('github')).out).toMatch(/^::error /);
    expect((await check('junit')).out).toMatch(/^<\?xml /);
    expect(JSON.parse((await check('json')).out)).toHaveProperty('passed', false);
  });
});

describe('show and diff', () => {
  test('show writes a version as JSON Schema', async () => {
    const { code, out } = await run('show', v2, 'shop.order', '1');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ type: 'object', required: ['id'] });
    expect((await run('show', v2, 'shop.order')).out).toContain('"qty"');
  });

  test('diff tells both directions, and fails on what breaks', async () => {
    expect(await run('diff', v2, 'shop.order', '1', '2')).toMatchObject({
      code: 0,
      out: expect.stringContaining('compatible: 2 differences'),
    });
    expect(await run('diff', broken, 'shop.order', '1', '2')).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^breaking {2}backward {2}qty {2}required-added {2}\{/),
    });
  });
});

describe('wrong usage exits with 2 and says what is wrong', () => {
  const wrong: readonly (readonly [args: readonly string[], says: string])[] = [
    [[], 'no command ""'],
    [['frobnicate'], 'no command "frobnicate"'],
    [['check'], 'takes other words'],
    [['check', v1, '--frob'], '--frob'],
    [['update', v1, '--strict'], '"update" has no option --strict'],
    [['check', v1, '--format', 'pdf'], 'no format "pdf"'],
    [['update', v1, '--mode', 'SIDEWARD'], 'SIDEWARD'],
    [['show', v1, 'shop.ordr'], 'shop.order'],
    [['show', v1, 'shop.order', '7'], 'no version 7'],
    [['diff', v1, 'shop.order', '1', 'two'], 'no version NaN'],
  ];
  for (const [args, says] of wrong) {
    test(args.map((word) => word.split('/').at(-1)).join(' ') || 'no words', async () => {
      expect(await run(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(says) });
    });
  }
});

describe('what cannot be looked at exits with 3', () => {
  test('a module that is not there', async () => {
    expect(await run('update', 'nowhere.ts')).toMatchObject({ code: 3, err: expect.stringContaining('did not load') });
  });

  test('a module without subjects', async () => {
    const module = fileURLToPath(new URL('../src/canonical.ts', import.meta.url));
    expect(await run('update', module)).toMatchObject({ code: 3, err: expect.stringContaining('exports no subject') });
  });
});

test('help is told on standard output', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') });
});

test('the program writes the report and ends with its code', async () => {
  await run('update', v1);
  const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url));
  const args = ['--conditions=@seaworthy/source', bin, 'check', broken];
  const child = spawn(process.execPath, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const [code] = await once(child, 'close');
  expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('failed: 1 errors') });
});
