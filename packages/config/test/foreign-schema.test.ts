// A Standard Schema is foreign code: it may throw, hang, and make something else of what it reads.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import {
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  env,
  file,
  int,
  list,
  object,
  secret,
  standard,
  type LoadOptions,
  type StandardSchema,
} from '../src/index.ts';

const run = promisify(execFile);
const environment = detectEnvironment({ env: {}, exists: () => false });
let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'config-foreign-'));
});
afterEach(async () => rm(cwd, { recursive: true }));

function schema(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

async function problems(work: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!ConfigErrors.INVALID.is(error)) throw error;
  return error.params.problems.map(({ key, source, message }) => `${key} | ${source} | ${message}`);
}

const throwing = schema((value) => {
  throw new RangeError(`no such value: ${String(value)}`);
});
const rejecting = schema(async (value) => Promise.reject(new RangeError(`no such value: ${String(value)}`)));
const hanging = schema(async () => new Promise(() => {}));

test('a validator that throws is a problem among the others, and its message, which may quote a value, is not shown', async () => {
  const shape = { a: throwing, b: secret(rejecting), c: int(), d: throwing };
  const loading = defineConfig(shape, { env: environment }).load([object({ a: 'hunter2', b: 'hunter2', c: 'x' })]);
  expect(await problems(loading)).toEqual([
    'a | object | expected a value that fits its schema, and could not be checked (RangeError).',
    'b | object | expected a value that fits its schema, and could not be checked (RangeError).',
    'c | object | expected a whole number, got "x" (string).',
    'd | default | expected a value that fits its schema, and could not be checked (RangeError).',
  ]);
});

test('an asynchronous check of zod that throws at a reload ends no process, and is asked once for each value', async () => {
  const fixture = join(import.meta.dirname, 'fixtures/failing-refinement.ts');
  const { stdout } = await run(process.execPath, ['--conditions=@seaworthy/source', fixture]);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'a', ok: false, atStart: 4 });
  expect(stdout).toContain('could not be checked (Error)');
  expect(stdout).not.toContain('is gone');
});

const dropped = join(import.meta.dirname, 'fixtures/dropped-rejections.ts');

// Node 22 follows asynchronous work in the older way.
for (const flag of ['--async-context-frame', '--no-async-context-frame']) {
  test(`a rejection that a schema drops, at once or late, ends no process (${flag})`, async () => {
    const { stdout } = await run(process.execPath, [flag, '--conditions=@seaworthy/source', dropped]);
    const { late, message } = JSON.parse(stdout) as { late: string; message: string };
    expect(late).toBe('v1');
    expect(message.match(/could not be checked \(Error\)/g)).toHaveLength(5);
  });
}

test('a rejection that the program drops meanwhile ends it, as ever', async () => {
  const running = run(process.execPath, ['--conditions=@seaworthy/source', dropped, 'own']);
  await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('of the program') });
});

test('a validator that hangs is given up, at the start, in an update and in a rollback', async () => {
  const definition = defineConfig({ a: standard(hanging).optional().reloadable() }, { env: environment });
  const late = 'expected a value that fits its schema, and could not be checked (no answer within 20 ms).';
  expect(await problems(definition.load([object({ a: 1 })], { timeoutMs: 20 }))).toEqual([`a | object | ${late}`]);
  const config = await definition.load([], { timeoutMs: 20 });
  expect(await problems(config.update({ a: 1 }))).toEqual([`a | update | ${late}`]);
  await config.close();
});

test('an abort ends loading while a validator hangs', async () => {
  const loading = defineConfig({ a: hanging }, { env: environment }).load([object({ a: 1 })], {
    signal: AbortSignal.timeout(20),
  });
  await expect(loading).rejects.toMatchObject({ name: 'TimeoutError' });
});

// What comes out of these cannot be read again.
const shape = {
  hosts: standard(z.string().transform((text) => text.split(','))).reloadable(),
  doubled: standard(z.number().transform((number) => number * 2)).reloadable(),
  words: standard(
    z
      .string()
      .default('a,b')
      .transform((text) => text.split(',')),
  ).reloadable(),
  big: standard(z.coerce.bigint()).reloadable(),
  sizes: list(standard(z.string().transform((text) => text.length))).reloadable(),
  count: standard(z.number()).reloadable(),
  optional: int().optional().reloadable(),
};
const definition = defineConfig(shape, { env: environment });
const given = { hosts: 'x,y', doubled: 4, big: '90071992547409931', sizes: ['a', 'bb'] };
const read = {
  hosts: ['x', 'y'],
  doubled: 8,
  words: ['a', 'b'],
  big: 90_071_992_547_409_931n,
  sizes: [1, 2],
  count: 7,
  optional: undefined,
};
const load = async (options: LoadOptions = {}) =>
  definition.load([object(given), env('APP', { variables: { APP_COUNT: '7' } })], { cwd, ...options });

test('a backup of values that a schema made of others can be loaded again', async () => {
  const config = await load();
  expect(config.value).toEqual(read);
  expect(await config.backup(join(cwd, 'backup.json'))).toEqual({ omitted: [] });
  expect(JSON.parse(await readFile(join(cwd, 'backup.json'), 'utf8'))).toEqual({ ...given, count: 7 });
  expect((await definition.load([file('backup.json')], { cwd })).value).toEqual(read);
});

test('a rollback of another process restores them too, and what was not set, byte for byte', async () => {
  const history = { path: join(cwd, 'history') };
  const first = await load({ history });
  await first.backup(join(cwd, 'before.json'));
  const changes = { hosts: 'z', doubled: 5, words: 'c', big: '1', sizes: [], count: 8, optional: 1 };
  await first.update(changes);
  await first.close();

  const second = await load({ history });
  await second.update(changes);
  await second.rollback(1);
  expect(second.value).toEqual(read);
  await second.backup(join(cwd, 'after.json'));
  expect(await readFile(join(cwd, 'after.json'))).toEqual(await readFile(join(cwd, 'before.json')));
});

test('a form shows what a patch may have in its place', async () => {
  const config = await load();
  const fields = config.formModel().flatMap(({ fields: all }) => all);
  expect(fields.map(({ key, value }) => [key, value])).toEqual([
    ['hosts', 'x,y'],
    ['doubled', 4],
    ['words', undefined],
    ['big', '90071992547409931'],
    ['sizes', ['a', 'bb']],
    ['count', 7],
    ['optional', undefined],
  ]);
});

test('defaults that JSON does not have spoil no document', () => {
  const documents = defineConfig({
    big: standard(z.bigint()).default(5n),
    made: standard(z.unknown()).default(() => 1),
  });
  expect(documents.jsonSchema()).toMatchObject({ properties: { big: { default: '5' }, made: {} } });
  expect(JSON.stringify([documents.jsonSchema(), documents.formModel()])).toContain('"default":"5"');
  expect(documents.markdown().split('\n').slice(2)).toEqual([
    '| `big` | a value that fits its schema | "5" |  |',
    '| `made` | a value that fits its schema | a function |  |',
  ]);
});
