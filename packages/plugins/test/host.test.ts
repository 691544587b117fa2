import { expect, test } from 'vitest';
import { createPluginHost, definePlugin, inline } from '../src/index.ts';
import type { Plugin, PluginSource } from '../src/index.ts';
import { entry, gate, hostOf, needs, recorder, states } from './make.ts';

const failing: Plugin = {
  onInit() {
    throw new Error('no ink');
  },
};

test('no code of a plugin runs before start()', async () => {
  const log: string[] = [];
  const host = await hostOf([entry('a', recorder(log)('a'))]);
  expect(log).toEqual([]);
  expect(states(host)).toEqual({ a: 'waiting' });
  await host.close();
  expect(log).toEqual([]);
});

test('a plugin starts after its dependencies and stops before them', async () => {
  const log: string[] = [];
  const plugin = recorder(log);
  const host = await hostOf([entry('app', plugin('app'), needs('db')), entry('db', plugin('db'))]);
  await host.start();
  await host.close();
  expect(log).toEqual([
    'db init',
    'db start',
    'app init',
    'app start',
    'app stop',
    'app destroy',
    'db stop',
    'db destroy',
  ]);
});

test('plugins that do not depend on each other start at the same time', async () => {
  const both = gate();
  let arrived = 0;
  const plugin = definePlugin({
    async onInit() {
      arrived += 1;
      if (arrived === 2) both.open();
      await both.opened;
    },
  });
  const host = await hostOf([entry('a', plugin), entry('b', plugin)]);
  await host.start();
  expect(states(host)).toEqual({ a: 'started', b: 'started' });
  await host.close();
});

for (const concurrency of [1, 3]) {
  test(`with a concurrency of ${concurrency} never more plugins start at once`, async () => {
    let running = 0;
    let most = 0;
    const plugin = definePlugin({
      async onInit() {
        most = Math.max(most, ++running);
        await new Promise(setImmediate);
        running -= 1;
      },
    });
    const entries = Array.from({ length: 9 }, (_, index) => entry(`p${index}`, plugin));
    const host = await hostOf(entries, { concurrency });
    await host.start();
    expect(most).toBe(concurrency);
    await host.close();
  });
}

test('(3) a failing plugin is isolated and its dependants are skipped with a reason', async () => {
  const host = await hostOf([
    entry('printer', failing),
    entry('poster', {}, needs('printer')),
    entry('wall', {}, needs('poster')),
    entry('shop'),
  ]);
  await host.start();
  const because = 'Plugin "printer" failed in onInit: no ink. The cause has the stack.';
  expect(host.status()).toMatchObject([
    {
      id: 'printer',
      version: '0.0.0',
      state: 'failed',
      error: { code: 'seaworthy.plugins.HOOK_FAILED', message: because },
    },
    { id: 'shop', version: '0.0.0', state: 'started' },
    { id: 'poster', version: '0.0.0', state: 'skipped', reason: `it needs "printer", which failed: ${because}` },
    {
      id: 'wall',
      version: '0.0.0',
      state: 'skipped',
      reason: `it needs "poster", which is skipped: it needs "printer", which failed: ${because}`,
    },
  ]);
  await host.close();
});

test('the status says how long each plugin took to start, takes until now, or took to fail', async () => {
  const { opened, open } = gate();
  const asked = gate();
  const slow = definePlugin({
    async onInit() {
      asked.open();
      await opened;
    },
  });
  const entries = [entry('a', slow), entry('b', failing), entry('c', {}, needs('b'))];
  const host = await hostOf(entries, { restart: { mostRestarts: 0 } });
  const durations = (): unknown[] => host.status().map(({ state, startDurationMs }) => [state, startDurationMs]);
  const some = expect.any(Number);
  expect(durations()).toEqual([
    ['waiting', undefined],
    ['waiting', undefined],
    ['waiting', undefined],
  ]);
  const starting = host.start();
  await asked.opened;
  const [, before] = durations()[0] as [string, number];
  const [, later] = durations()[0] as [string, number];
  expect(later).toBeGreaterThan(before);
  open();
  await starting;
  expect(durations()).toEqual([
    ['started', some],
    ['failed', some],
    ['skipped', undefined],
  ]);
  const [, took] = durations()[0] as [string, number];
  expect(took).toBeGreaterThan(later);
  expect(durations()[0]).toEqual(['started', took]);
  await host.close();
});

/** Throws whatever is done with it. */
const hostile: unknown = new Proxy(
  {},
  {
    get() {
      throw new Error('do not look');
    },
    getPrototypeOf() {
      throw new Error('do not ask');
    },
  },
);
for (const hook of ['onInit', 'onStart'] as const) {
  test(`(3) a plugin that throws in ${hook} what cannot be looked at is isolated like any other`, async () => {
    const plugin = definePlugin({
      [hook]() {
        throw hostile;
      },
    });
    const host = await hostOf([entry('a', plugin), entry('b')], { restart: { mostRestarts: 0 } });
    await host.start();
    expect(states(host)).toEqual({ a: 'failed', b: 'started' });
    expect(host.status()[0]?.error?.message).toBe(
      `Plugin "a" failed in ${hook}: a value that cannot be printed. The cause has the stack.`,
    );
    await host.close();
  });
}

test('what a hook answers is awaited also when it is a function with a `then`', async () => {
  const log: string[] = [];
  const answer = Object.assign(() => {}, {
    // oxlint-disable-next-line unicorn/no-thenable -- what is tried
    then(resolve: () => void) {
      setImmediate(() => {
        log.push('settled');
        resolve();
      });
    },
  });
  const host = await hostOf([entry('a', { onInit: () => answer, onStart: () => log.push('start') })]);
  await host.start();
  expect(log).toEqual(['settled', 'start']);
  await host.close();
});

test('(3) a logger that throws stops nothing', async () => {
  const log = (): never => {
    throw new Error('no disk');
  };
  const host = await hostOf([entry('a', failing), entry('b', {}, needs('a')), entry('c')], {
    logger: { info: log, error: log },
    restart: { mostRestarts: 0 },
  });
  await host.start();
  expect(states(host)).toEqual({ a: 'failed', b: 'skipped', c: 'started' });
  await host.close();
});

test('a plugin starts without an optional dependency that failed', async () => {
  const host = await hostOf([
    entry('printer', failing),
    entry('shop', {}, { optionalDependencies: { printer: '*', absent: '*' } }),
  ]);
  await host.start();
  expect(states(host)).toEqual({ printer: 'failed', shop: 'started' });
  await host.close();
});

const fatal = [
  { name: 'fails', entries: [entry('core', failing, { failure: 'required' })], reason: 'no ink' },
  {
    name: 'is skipped',
    entries: [entry('printer', failing), entry('core', {}, { ...needs('printer'), failure: 'required' })],
    reason: 'it needs "printer"',
  },
];
for (const { name, entries, reason } of fatal) {
  test(`(2) when a required plugin ${name}, everything is stopped and start() rejects`, async () => {
    const log: string[] = [];
    const host = await hostOf([entry('a', recorder(log)('a')), ...entries]);
    await expect(host.start()).rejects.toMatchObject({
      code: 'seaworthy.plugins.REQUIRED_FAILED',
      message: expect.stringContaining(reason),
    });
    expect(log).toEqual(['a init', 'a start', 'a stop', 'a destroy']);
    await host.close();
  });
}

test('when a required plugin fails, those that still start are cancelled and those that wait are not begun', async () => {
  let endedBy: unknown;
  const slow = definePlugin({
    onInit: async (ctx) => {
      await new Promise((resolve) => {
        ctx.signal.addEventListener('abort', resolve);
      });
      endedBy = ctx.signal.reason;
    },
  });
  const host = await hostOf([
    entry('slow', slow),
    entry('core', { onInit: async () => Promise.reject(new Error('no disk')) }, { failure: 'required' }),
    entry('later', {}, needs('slow')),
  ]);
  await expect(host.start()).rejects.toMatchObject({ code: 'seaworthy.plugins.REQUIRED_FAILED' });
  expect(states(host)).toEqual({ slow: 'stopped', core: 'failed', later: 'skipped' });
  expect(endedBy).toMatchObject({ code: 'seaworthy.plugins.REQUIRED_FAILED' });
  await host.close();
});

test('with onProblems "skip" only the plugins in a problem and their dependants are left out', async () => {
  const entries = [
    entry('a', {}, needs('b')),
    entry('b', {}, needs('a')),
    entry('on-top', {}, needs('a')),
    entry('lonely', {}, needs('gone')),
    entry('fine'),
  ];
  const host = await hostOf(entries, { onProblems: 'skip' });
  await host.start();
  expect(states(host)).toEqual({ fine: 'started', a: 'skipped', b: 'skipped', lonely: 'skipped', 'on-top': 'skipped' });
  expect(host.problems.map(({ kind }) => kind)).toEqual(['missing-dependency', 'cycle']);
  await host.close();
});

test('with onProblems "skip" a problem of a required plugin is still refused', async () => {
  const entries = [entry('core', {}, { ...needs('gone'), failure: 'required' })];
  await expect(hostOf(entries, { onProblems: 'skip' })).rejects.toMatchObject({
    code: 'seaworthy.plugins.RESOLVE_FAILED',
  });
});

test('several sources are put together', async () => {
  const later: PluginSource = { name: 'later', discover: async () => [entry('b')] };
  const host = await createPluginHost({ sources: [inline([entry('a', {}, needs('b'))]), later] });
  expect(host.status().map(({ id }) => id)).toEqual(['b', 'a']);
  await host.close();
});

const sources: readonly { readonly name: string; readonly source: PluginSource; readonly says: string }[] = [
  {
    name: 'throws',
    source: {
      name: 'disk',
      discover() {
        throw new Error('unreadable');
      },
    },
    says: 'The source "disk" failed: unreadable.',
  },
  {
    name: 'hands over nonsense',
    source: { name: 'disk', discover: () => JSON.parse('[null]') },
    says: 'The source "disk" failed: it handed over an entry without a manifest.',
  },
  {
    name: 'hangs',
    source: { name: 'disk', discover: () => new Promise(() => {}) },
    says: 'The source "disk" failed: it did not answer within 20 ms.',
  },
];
for (const { name, source, says } of sources) {
  test(`a source that ${name} is a problem like the others`, async () => {
    const options = { sources: [source, inline([entry('a', {}, needs('gone'))])], startTimeoutMs: 20 };
    await expect(createPluginHost(options)).rejects.toThrow(`- ${says}\n- Plugin "a" needs "gone"`);
  });
}

const options: readonly { readonly given: Record<string, unknown>; readonly says: string }[] = [
  { given: { startTimeoutMs: 0 }, says: 'Expected `startTimeoutMs` to be a number of milliseconds' },
  { given: { stopTimeoutMs: Infinity }, says: 'got `Infinity (number)`' },
  { given: { concurrency: 1.5 }, says: 'Expected `concurrency` to be a whole number above 0, got `1.5 (number)`.' },
  { given: { onProblems: 'ignore' }, says: 'Expected `onProblems` to be "reject" or "skip"' },
  { given: { sources: 'all' }, says: 'Expected `sources` to be a list of plugin sources' },
];
for (const { given, says } of options) {
  test(`refuses the options ${JSON.stringify(given)}`, async () => {
    await expect(hostOf([], given)).rejects.toMatchObject({
      code: 'seaworthy.plugins.INVALID_OPTION',
      message: expect.stringContaining(says),
    });
  });
}

test('starting twice is starting once', async () => {
  const log: string[] = [];
  const host = await hostOf([entry('a', recorder(log)('a'))]);
  await Promise.all([host.start(), host.start()]);
  expect(log).toEqual(['a init', 'a start']);
  await host.close();
});

test('a thousand plugins, in chains and side by side, all start and stop', async () => {
  const log: string[] = [];
  const plugin = recorder(log);
  const entries = Array.from({ length: 1000 }, (_, index) =>
    entry(`p${index}`, plugin(`p${index}`), index % 10 === 0 ? {} : needs(`p${index - 1}`)),
  );
  const host = await hostOf(entries);
  await host.start();
  await host.close();
  expect(log).toHaveLength(4000);
  expect(log.indexOf('p8 start')).toBeLessThan(log.indexOf('p9 init'));
  expect(log.indexOf('p9 destroy')).toBeLessThan(log.indexOf('p8 stop'));
});
