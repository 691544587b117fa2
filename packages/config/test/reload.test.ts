import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, expectTypeOf, test } from 'vitest';
import {
  configChannels,
  ConfigErrors,
  defineConfig,
  detectEnvironment,
  duration,
  file,
  int,
  object,
  port,
  provider,
  secret,
  string,
  type Config,
  type LoadOptions,
  type Secret,
} from '../src/index.ts';

const environment = detectEnvironment({ env: {}, exists: () => false });
const shape = {
  port: port().default(80),
  pool: { max: int({ min: 1 }).default(10).reloadable(), idleMs: duration().default('30s').reloadable() },
  token: secret().default('first').reloadable(),
};

/** What the sources say; a test changes it. */
let values: object;
let cwd: string;
let heard: { channel: string; message: unknown }[];
const undo: (() => void)[] = [];

beforeEach(async () => {
  values = {};
  heard = [];
  cwd = await mkdtemp(join(tmpdir(), 'config-reload-'));
  for (const name of configChannels) {
    const hear = (message: unknown): unknown => heard.push({ channel: name.replace('seaworthy:config:', ''), message });
    subscribe(name, hear);
    undo.push(() => unsubscribe(name, hear));
  }
});
afterEach(async () => {
  for (const each of undo.splice(0)) each();
  await rm(cwd, { recursive: true });
});

async function load(options: LoadOptions = {}): Promise<Config<typeof shape>> {
  return defineConfig(shape, { env: environment }).load([provider('vault', () => values)], { cwd, ...options });
}

test('a reload takes over reloadable values and reports the others', async () => {
  const cfg = await load();
  const before = cfg.value;
  values = { port: 81, pool: { max: 20 } };
  expect(await cfg.reload()).toEqual({ version: 2, changed: ['pool.max'], restartNeeded: ['port'] });
  expect(cfg.value).toMatchObject({ port: 80, pool: { max: 20, idleMs: 30_000 } });
  expect(before.pool.max).toBe(10);
  expect(cfg.explain('pool.max').source).toBe('vault');
  expect(cfg.status()).toEqual({ ok: true, version: 2, restartNeeded: ['port'] });
  expect(heard).toEqual([
    { channel: 'changed', message: { version: 2, by: 'reload', keys: ['pool.max'], restartNeeded: ['port'] } },
  ]);
});

test('a reload without news makes no version and tells nothing', async () => {
  const cfg = await load();
  expect(await cfg.reload()).toEqual({ version: 1, changed: [], restartNeeded: [] });
  expect(heard).toEqual([]);
});

const sameValues = [
  { how: 'in other lines', text: '{\n\n  "pool": { "max": 20 },\n  "port": 81 }' },
  { how: 'in another order', text: '{ "pool": { "max": 20 }, "port": 81 }' },
  { how: 'as a default that is written out', text: '{ "port": 81, "pool": { "max": 20, "idleMs": 30000 } }' },
];
for (const { how, text } of sameValues) {
  test(`a file that says the same ${how} makes no version and tells nobody, but is where the values come from now`, async () => {
    const write = async (content: string): Promise<void> => writeFile(join(cwd, 'app.json'), content);
    await write('{ "port": 81, "pool": { "max": 20 } }');
    const cfg = await defineConfig(shape, { env: environment }).load([file('app.json')], { cwd });
    const calls: unknown[] = [];
    for (const key of ['port', 'pool.max', 'pool.idleMs', 'token'] as const)
      cfg.onChange(key, (now) => calls.push(now));
    await write(text);
    expect(await cfg.reload()).toEqual({ version: 1, changed: [], restartNeeded: [] });
    expect({ heard, calls, versions: cfg.history().length }).toEqual({ heard: [], calls: [], versions: 1 });
    const [before = ''] = text.split('20');
    const lines = before.split('\n');
    expect(cfg.explain('pool.max').source).toBe(`app.json:${lines.length}:${(lines.at(-1) ?? '').length + 1}`);
  });
}

test('a change of several keys is told once, when all of them are in force', async () => {
  const cfg = await load();
  const calls: unknown[] = [];
  const look = (): unknown => calls.push([cfg.value.pool.max, cfg.value.pool.idleMs, cfg.value.token.reveal()]);
  for (const key of ['pool.max', 'pool.idleMs', 'token'] as const) cfg.onChange(key, look);
  values = { pool: { max: 20, idleMs: '1m' }, token: 'second' };
  await cfg.reload();
  await cfg.reload();
  const inForce = [20, 60_000, 'second'];
  expect(calls).toEqual([inForce, inForce, inForce]);
  const keys = ['pool.max', 'pool.idleMs', 'token'];
  expect(heard).toEqual([{ channel: 'changed', message: { version: 2, by: 'reload', keys, restartNeeded: [] } }]);
});

test('(2) an invalid reading changes nothing, and is told until a valid one comes', async () => {
  values = { pool: { max: 5 } };
  const cfg = await load();
  values = { pool: { max: 0 }, token: 'second' };
  await expect(cfg.reload()).rejects.toMatchObject({ code: 'seaworthy.config.INVALID' });
  expect(cfg.value.pool.max).toBe(5);
  expect(cfg.value.token.reveal()).toBe('first');
  expect(cfg.status()).toMatchObject({ ok: false, version: 1, error: { code: 'seaworthy.config.INVALID' } });
  expect(heard).toMatchObject([{ channel: 'rejected', message: { version: 1, by: 'reload' } }]);
  values = { pool: { max: 6 } };
  await cfg.reload();
  expect(cfg.status()).toEqual({ ok: true, version: 2, restartNeeded: [] });
});

test('a rotated secret is noticed, and its values are in no history', async () => {
  const cfg = await load();
  values = { token: 'second' };
  expect(await cfg.reload()).toMatchObject({ changed: ['token'] });
  expect(cfg.value.token.reveal()).toBe('second');
  expect(cfg.history().at(-1)?.changes).toEqual([{ key: 'token', was: '[redacted]', now: '[redacted]' }]);
});

test('listeners hear the new value and the old one, until they are undone', async () => {
  const cfg = await load();
  const calls: unknown[] = [];
  const off = cfg.onChange('pool.max', (now, was) => {
    expectTypeOf(now).toEqualTypeOf<number>();
    calls.push([now, was, cfg.value.pool.max]);
  });
  await cfg.update({ pool: { max: 11 } });
  off();
  await cfg.update({ pool: { max: 12 } });
  expect(calls).toEqual([[11, 10, 11]]);
});

test('a listener that throws keeps none from hearing', async () => {
  const cfg = await load();
  const calls: unknown[] = [];
  cfg.onChange('pool.max', () => {
    throw new TypeError('no');
  });
  cfg.onChange('pool.max', (now) => calls.push(now));
  await cfg.update({ pool: { max: 11 } });
  expect(calls).toEqual([11]);
  expect(heard).toContainEqual({
    channel: 'listener-failed',
    message: { key: 'pool.max', error: new TypeError('no') },
  });
});

test('a listener may be undone, given again and given twice, also by a listener', async () => {
  const cfg = await load();
  const calls: string[] = [];
  let off = (): void => {};
  const again = (now: number): void => {
    calls.push(`again ${now}`);
    if (calls.length > 20) throw new Error('endless');
    off();
    off = cfg.onChange('pool.max', again);
  };
  off = cfg.onChange('pool.max', again);
  const offLast = cfg.onChange('pool.max', (now) => {
    calls.push(`last ${now}`);
    offNever();
  });
  const offNever = cfg.onChange('pool.max', (now) => calls.push(`never ${now}`));
  await cfg.update({ pool: { max: 11 } });
  offLast();
  const twice = (now: number): unknown => calls.push(`twice ${now}`);
  const offTwice = cfg.onChange('pool.max', twice);
  cfg.onChange('pool.max', twice);
  offTwice();
  offTwice();
  await cfg.update({ pool: { max: 12 } });
  expect(calls).toEqual(['again 11', 'last 11', 'again 12', 'twice 12']);
});

test('a listener may reload, update, roll back and close: all others hear of its change first', async () => {
  const cfg = await load();
  const calls: unknown[] = [];
  const ended = new Promise((resolve) => {
    const react: (now: number) => unknown = async (now) => {
      await cfg.reload();
      if (now === 11) await cfg.update({ pool: { max: 12 } });
      if (now === 12) await cfg.rollback(1);
      if (now === 10) resolve(await cfg.close());
    };
    cfg.onChange('pool.max', react);
  });
  cfg.onChange('pool.max', (now, was) => calls.push([was, now]));
  await cfg.update({ pool: { max: 11 } });
  await ended;
  expect(calls).toEqual([
    [10, 11],
    [11, 12],
    [12, 10],
  ]);
  expect(cfg.history().map(({ by }) => by)).toEqual(['load', 'update', 'update', 'rollback to 1']);
});

test('a rollback that is asked for during a slow reload comes after it', async () => {
  const asked = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  let isSlow = false;
  const slow = provider('slow', async () => {
    asked.resolve();
    if (isSlow) await answered.promise;
    return values;
  });
  const cfg = await defineConfig(shape, { env: environment }).load([slow]);
  isSlow = true;
  values = { pool: { max: 20 } };
  const reloading = cfg.reload();
  const rolling = cfg.rollback(1);
  await asked.promise;
  answered.resolve();
  expect([(await reloading).version, (await rolling).version]).toEqual([2, 3]);
  expect([cfg.value.pool.max, cfg.explain('pool.max').source]).toEqual([10, 'rollback to 1']);
});

test('a listener that fails later is told of like one that throws', async () => {
  const cfg = await load();
  const failed: unknown[] = [];
  const onFailed = (event: unknown): number => failed.push(event);
  subscribe('seaworthy:config:listener-failed', onFailed);
  const boom = new Error('boom');
  const later: () => unknown = async () => Promise.reject(boom);
  cfg.onChange('pool.max', later);
  await cfg.update({ pool: { max: 20 } });
  await new Promise(setImmediate);
  unsubscribe('seaworthy:config:listener-failed', onFailed);
  expect(failed).toEqual([{ key: 'pool.max', error: boom }]);
});

test('null takes an update back: the value is what the sources say, of a key and of a group', async () => {
  const cfg = await load();
  await cfg.update({ pool: { max: 20, idleMs: 5 }, token: 'other' });
  expect(await cfg.update({ pool: { max: null } })).toMatchObject({ changed: ['pool.max'] });
  expect([cfg.value.pool.max, cfg.value.pool.idleMs]).toEqual([10, 5]);
  await cfg.update({ pool: null, token: null });
  expect([cfg.value.pool, cfg.value.token.reveal()]).toEqual([{ max: 10, idleMs: 30_000 }, 'first']);
  await expect(cfg.update({ port: null })).rejects.toThrow('port: cannot change while the program runs.');
});

test('an update is validated like any value, and all its problems are listed', async () => {
  const cfg = await load();
  const failed = cfg.update({ port: 81, pool: { max: 0 }, tokn: 'x' }, { by: 'ada' });
  await expect(failed).rejects.toMatchObject({
    params: {
      problems: [
        { key: 'tokn', source: 'ada', message: 'unknown key.', suggestion: 'Did you mean "token"?' },
        { key: 'port', source: 'ada', message: expect.stringContaining('cannot change while the program runs') },
        { key: 'pool.max', source: 'ada', message: 'expected a whole number of at least 1, got 0 (number).' },
      ],
    },
  });
  expect(cfg.status()).toEqual({ ok: true, version: 1, restartNeeded: [] });
});

test('an update knows who made it', async () => {
  const cfg = await load();
  await cfg.update({ pool: { idleMs: '1m' } }, { by: 'ada' });
  expect(cfg.explain('pool.idleMs')).toMatchObject({ value: 60_000, source: 'ada' });
  expect(cfg.history()).toEqual([
    { version: 1, at: expect.any(String), by: 'load', changes: [] },
    { version: 2, at: expect.any(String), by: 'ada', changes: [{ key: 'pool.idleMs', was: 30_000, now: 60_000 }] },
  ]);
});

test('(5) an update outlives a reload, until the source says something new', async () => {
  const cfg = await load();
  await cfg.update({ pool: { max: 11 } });
  values = { pool: { idleMs: 1 } };
  await cfg.reload();
  expect(cfg.value.pool).toEqual({ max: 11, idleMs: 1 });
  values = { pool: { max: 12 } };
  await cfg.reload();
  expect(cfg.value.pool.max).toBe(12);
});

test('a rollback brings back the values of a version, secrets too', async () => {
  const cfg = await load();
  await cfg.update({ pool: { max: 11 }, token: 'second' });
  await cfg.update({ pool: { max: 12 } });
  expect(await cfg.rollback(1)).toMatchObject({ version: 4, changed: ['pool.max', 'token'] });
  expect(cfg.value.pool.max).toBe(10);
  expect(cfg.value.token.reveal()).toBe('first');
  expect(cfg.explain('pool.max').source).toBe('rollback to 1');
});

test('a rollback to an unknown version is an error that names the known ones', async () => {
  const cfg = await load();
  await cfg.update({ pool: { max: 11 } });
  await expect(cfg.rollback(7)).rejects.toThrow(
    'There is no configuration version 7 to go back to. Choose one of 1, 2.',
  );
});

test('the history is bounded', async () => {
  const cfg = await load({ history: { keep: 2 } });
  for (const max of [1, 2, 3]) await cfg.update({ pool: { max } });
  expect(cfg.history().map(({ version }) => version)).toEqual([3, 4]);
});

test('(4) changes happen in the order they were asked for', async () => {
  const cfg = await load();
  const reports = await Promise.all([1, 2, 3].map((max) => cfg.update({ pool: { max } })));
  expect(reports.map(({ version }) => version)).toEqual([2, 3, 4]);
  expect(cfg.value.pool.max).toBe(3);
});

test('the history outlives the process in files that hold no secret', async () => {
  const path = join(cwd, 'state/history');
  const first = await load({ history: { path } });
  await first.update({ pool: { max: 11 }, token: 'hunter2' });
  expect((await readdir(path)).toSorted()).toEqual(['1.json', '2.json']);
  expect(await readFile(join(path, '2.json'), 'utf8')).not.toContain('hunter2');
  expect((await stat(join(path, '2.json'))).mode & 0o777).toBe(0o600);
  const second = await load({ history: { path } });
  expect(second.history()).toMatchObject([{ version: 1 }, { version: 2 }, { version: 3, by: 'load' }]);
  expect(second.history().at(-1)?.changes).toEqual([{ key: 'pool.max', was: 11, now: 10 }]);
  await second.rollback(2);
  expect(second.value.pool.max).toBe(11);
  expect(second.value.token.reveal()).toBe('first');
});

test('the same values after a restart are no new version', async () => {
  const path = join(cwd, 'history');
  await load({ history: { path } });
  expect((await load({ history: { path } })).history()).toHaveLength(1);
});

for (const text of ['{', '[{"version":"x"}]', '{}', '{"plain":5}']) {
  test(`a version file with ${JSON.stringify(text)} is put aside, and its number is not given out again`, async () => {
    const path = join(cwd, 'history');
    await mkdir(path);
    await writeFile(join(path, '7.json'), text);
    expect((await load({ history: { path } })).history()).toMatchObject([{ version: 8, by: 'load' }]);
    expect(await readFile(join(path, '7.json.damaged'), 'utf8')).toBe(text);
  });
}

test('a kept value that no longer fits is not brought back', async () => {
  const path = join(cwd, 'history');
  await mkdir(path);
  await writeFile(
    join(path, '1.json'),
    JSON.stringify({ at: '', by: 'x', changes: [], plain: { 'pool.max': 'many' } }),
  );
  const cfg = await load({ history: { path } });
  await expect(cfg.rollback(1)).rejects.toThrow('pool.max: expected a whole number of at least 1');
});

test('a backup is a file that can be loaded again', async () => {
  const cfg = await load();
  await cfg.update({ pool: { max: 11 } });
  expect(await cfg.backup(join(cwd, 'backup.json'))).toEqual({ omitted: ['token'] });
  const again = await defineConfig(shape, { env: environment }).load([file('backup.json')], { cwd });
  expect(again.value).toMatchObject({ port: 80, pool: { max: 11, idleMs: 30_000 } });
});

test('a rollback restores what a backup writes, byte for byte', async () => {
  values = { pool: { max: 3, idleMs: '1h30m' }, port: 81 };
  const cfg = await load();
  const bytes = async (name: string): Promise<Buffer> => {
    await cfg.backup(join(cwd, name));
    return readFile(join(cwd, name));
  };
  const before = await bytes('before.json');
  for (const max of [4, 5, 6]) await cfg.update({ pool: { max, idleMs: max } });
  expect((await bytes('between.json')).equals(before)).toBe(false);
  await cfg.rollback(1);
  expect((await bytes('after.json')).equals(before)).toBe(true);
});

test('a followed secret is always the one in force; those in a snapshot never change', async () => {
  const cfg = await load();
  const followed = cfg.secret('token');
  expectTypeOf(followed).toEqualTypeOf<Secret>();
  const { token } = cfg.value;
  values = { token: 'second' };
  await cfg.reload();
  expect([followed.reveal(), cfg.value.token.reveal(), token.reveal()]).toEqual(['second', 'second', 'first']);
  expect(String(followed)).toBe('[redacted]');
  // @ts-expect-error only secrets are followed
  expect(() => cfg.secret('port')).toThrow(ConfigErrors.NOT_SECRET);
});

test('a history or a backup that cannot be kept is a coded error, and changes nothing', async () => {
  await writeFile(join(cwd, 'file'), '');
  const failed = { code: 'seaworthy.config.FILE_FAILED', meta: { exitCode: 74 } };
  await expect(load({ history: { path: join(cwd, 'file') } })).rejects.toMatchObject({
    ...failed,
    params: { done: 'read', reason: 'it is a file, and a folder is needed' },
  });
  await expect(load({ history: { path: join(cwd, 'missing/../file/x') } })).rejects.toMatchObject(failed);
  const cfg = await load();
  await expect(cfg.backup(join(cwd, 'file/x.json'))).rejects.toMatchObject({ ...failed, params: { done: 'written' } });
  expect(cfg.history()).toHaveLength(1);
});

test('a version that could not be kept is in no history, and its number is used again', async () => {
  const folder = join(cwd, 'state');
  const cfg = await load({ history: { path: join(folder, 'history') } });
  await rm(folder, { recursive: true });
  await writeFile(folder, 'in the way');
  await expect(cfg.update({ pool: { max: 11 } })).rejects.toThrow(ConfigErrors.FILE_FAILED);
  expect([cfg.value.pool.max, cfg.status().version, cfg.history().length]).toEqual([10, 1, 1]);
  await rm(folder);
  expect(await cfg.update({ pool: { max: 12 } })).toMatchObject({ version: 2 });
});

test('after close nothing changes any more', async () => {
  const cfg = await load();
  await cfg.close();
  await cfg[Symbol.asyncDispose]();
  await expect(cfg.update({ pool: { max: 11 } })).rejects.toMatchObject({ code: ConfigErrors.CLOSED.code });
  expect(cfg.value.pool.max).toBe(10);
});

test('an abort of a reload is no failure of the configuration', async () => {
  const cfg = await load();
  await expect(cfg.reload({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  expect(cfg.status().ok).toBe(true);
  expect(heard).toEqual([]);
});

test('only keys of the shape can be listened to', async () => {
  const cfg = await defineConfig({ name: string().default('x') }, { env: environment }).load([object({})]);
  // @ts-expect-error there is no such key
  expect(() => cfg.onChange('nam', () => {})).toThrow('Did you mean "name"?');
});
