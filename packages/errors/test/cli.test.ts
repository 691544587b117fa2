import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../src/cli.ts';

const shop = join(import.meta.dirname, 'fixtures/shop.mjs');
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name);

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seaworthy-errors-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const stdout = { write: (text: string) => (out += text) };
  const stderr = { write: (text: string) => (err += text) };
  const code = await runCli(args, { directory, stdout, stderr });
  return { code, out, err };
}

test.each(['--help', '-h'])('%s tells the usage on standard output', async (option) => {
  expect(await run(option)).toMatchObject({
    code: 0,
    out: expect.stringContaining('seaworthy-errors explain'),
    err: '',
  });
});

test('a code is explained', async () => {
  const { code, out } = await run('explain', 'shop.FULL', shop);
  expect(code).toBe(0);
  expect(out).toMatch(/^shop\.FULL\n {2}Only \{count\} items fit\n/);
});

const modules = [
  ['common.cjs', 'billing.GONE'],
  ['literal.cjs', 'billing.GONE'],
  ['default.mjs', 'billing.GONE'],
  ['angry.mjs', 'billing.GONE'],
] as const;
for (const [file, code] of modules) {
  test(`the catalogues of ${file} are found`, async () => {
    expect(await run('explain', code, fixture(file))).toMatchObject({ code: 0, err: '' });
  });
}

test('the index is printed, or written to a file', async () => {
  expect((await run('docs', shop)).out).toMatch(/^# Error index\n/);
  expect(await run('docs', shop, '--output', 'errors.md', '--title', 'Ours')).toMatchObject({ code: 0, out: '' });
  expect(await readFile(join(directory, 'errors.md'), 'utf8')).toMatch(/^# Ours\n[\s\S]*## shop\.CLOSED/);
});

test('a check passes against what was just promised', async () => {
  expect(await run('check', shop, '--update')).toMatchObject({
    code: 0,
    err: 'Wrote 2 codes to errors.snapshot.json\n',
  });
  expect(await run('check', shop)).toEqual({ code: 0, out: '', err: '0 breaking of 0 changes to 2 codes\n' });
});

test('a check fails when a code or a parameter was removed', async () => {
  const promise = { params: ['count', 'limit'], httpStatus: 400, exitCode: 70, retryable: false };
  const errors = { 'shop.FULL': promise, 'shop.GONE': { ...promise, params: [] } };
  await writeFile(join(directory, 'promised.json'), JSON.stringify({ version: 1, errors }));
  expect(await run('check', shop, '--snapshot', 'promised.json')).toEqual({
    code: 1,
    out: [
      'breaking   shop.FULL  The parameter "limit" was removed.',
      'breaking   shop.GONE  The code was removed.',
      'compatible shop.CLOSED  The code is new.',
      '',
    ].join('\n'),
    err: '2 breaking of 3 changes to 2 codes\n',
  });
});

const wrong: readonly (readonly [string, readonly string[], number, RegExp])[] = [
  ['no command', [], 2, /There is no command ""/],
  ['an unknown command', ['explode'], 2, /There is no command "explode"/],
  ['an unknown option', ['docs', shop, '--colour'], 2, /--colour/],
  ['an option of another command', ['explain', 'shop.FULL', shop, '--update'], 2, /"explain" has no option --update/],
  ['an option without its value', ['docs', shop, '--output'], 2, /--output/],
  ['an empty option', ['check', shop, '--snapshot='], 2, /--snapshot needs a text/],
  ['a value for a switch', ['check', shop, '--update=yes'], 2, /--update/],
  ['a folder that is not there', ['docs', shop, '--output', 'gone/errors.md'], 3, /errors\.md cannot be written/],
  ['no code', ['explain'], 2, /A code is missing/],
  ['no module', ['docs'], 2, /A module is missing/],
  ['an unknown code', ['explain', 'shop.FUL', shop], 2, /Did you mean shop\.FULL\?/],
  ['a module without catalogue', ['docs', fixture('empty.mjs')], 3, /exports no error catalogue/],
  ['a module that does not load', ['docs', fixture('broken.mjs')], 3, /cannot be read: does not load/],
  ['a module that is not there', ['docs', 'gone.mjs'], 3, /gone\.mjs cannot be read/],
  ['a snapshot that is not there', ['check', shop], 3, /create it with --update/],
];
for (const [title, args, code, message] of wrong) {
  test(`${title} ends with ${code} and says why on standard error`, async () => {
    const result = await run(...args);
    expect(result).toMatchObject({ code, out: '' });
    expect(result.err).toMatch(message);
  });
}

for (const content of ['', '{', '{}', 'null', '{"version":1,"errors":{"shop.FULL":null}}']) {
  test(`a snapshot that holds ${content} ends with 3`, async () => {
    await writeFile(join(directory, 'errors.snapshot.json'), content);
    expect(await run('check', shop)).toMatchObject({ code: 3, err: expect.stringContaining('cannot be read') });
  });
}

test('a snapshot may begin with a byte order mark', async () => {
  await run('check', shop, '--update');
  const file = join(directory, 'errors.snapshot.json');
  await writeFile(file, `\uFEFF${await readFile(file, 'utf8')}`);
  expect(await run('check', shop)).toMatchObject({ code: 0, out: '' });
});

test('a folder in place of a file ends with 3', async () => {
  expect(await run('check', shop, '--snapshot', '.')).toMatchObject({ code: 3, err: expect.stringMatching(/EISDIR/) });
  expect(await run('docs', shop, '--output', '.')).toMatchObject({ code: 3, err: expect.stringMatching(/EISDIR/) });
  expect(await run('docs', '.')).toMatchObject({ code: 3, err: expect.stringMatching(/cannot be read/) });
});

test('a reason that is a sentence ends with one full stop', async () => {
  const { err } = await run('docs', fixture('refused.mjs'));
  expect(err).toMatch(/cannot be read: Expected a problem name in capitals, .* in namespace "billing"\.\n/);
});
