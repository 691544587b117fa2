import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { processTier, wasmTier, workerTier } from '../../src/index.ts';
import type { AuditEntry, GrantLimits, GuestLost, PluginCode, PluginLimits, Tier } from '../../src/index.ts';
import { withLimits } from '../../src/isolation/limits.ts';
import { hosted, trying } from './disk.ts';

const regex = `return /^(a+)+$/.test('a'.repeat(40) + 'b')`;
const heap = `const all = []; for (;;) all.push(new Array(1e5).fill(all.length))`;
const buffers = `const all = []; for (;;) { all.push(new Uint8Array(8e6).fill(1)); await new Promise((resolve) => setTimeout(resolve, 1)); }`;

interface Case {
  readonly what: string;
  readonly body: string;
  readonly says: RegExp;
  /** For what takes memory, which takes its time on a busy machine. */
  readonly isPatient?: boolean;
}

const computing = /it computed for \d+ ms without a pause/;

const tiers: readonly {
  readonly name: string;
  readonly open: (unresponsiveMs: number) => Tier;
  readonly cases: readonly Case[];
}[] = [
  {
    name: 'worker',
    open: (unresponsiveMs) => workerTier({ unresponsiveMs, pluginsPerWorker: 1, resourceLimits: { memoryMb: 32 } }),
    cases: [
      { what: 'an endless loop', body: 'for (;;);', says: computing },
      { what: 'a catastrophic regular expression', body: regex, says: computing },
      { what: 'too much JavaScript memory', body: heap, says: /out of memory|memory limit/, isPatient: true },
      {
        what: 'an exception that nobody catches',
        body: `setTimeout(() => { throw new Error('oh'); }, 1); await new Promise(() => undefined);`,
        says: /oh/,
      },
      { what: 'the end of its thread', body: 'process.exit(7)', says: /exit code 7/ },
    ],
  },
  {
    name: 'process',
    open: (unresponsiveMs) => processTier({ unresponsiveMs, memoryMb: 128 }),
    cases: [
      { what: 'an endless loop', body: 'for (;;);', says: computing },
      { what: 'a catastrophic regular expression', body: regex, says: computing },
      {
        what: 'a wait that blocks',
        body: 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)',
        says: computing,
      },
      { what: 'too much JavaScript memory', body: heap, says: /heap out of memory|MB of memory/, isPatient: true },
      {
        what: 'too much memory outside of the heap',
        body: buffers,
        says: /it took \d+ MB of memory, and may take 128 MB/,
        isPatient: true,
      },
      {
        what: 'an exception that nobody catches',
        body: `ctx.emit({ id: 'x' }); setTimeout(() => { throw new Error('oh'); }, 1); await new Promise(() => undefined);`,
        says: /exit code 1, saying .*oh/,
      },
    ],
  },
  {
    name: 'wasm',
    open: () => wasmTier({ cpuMs: 200, memoryMb: 8 }),
    cases: [
      { what: 'an endless loop', body: 'for (;;);', says: computing },
      {
        what: 'a loop that catches what ends it',
        body: 'for (;;) try { for (;;); } catch {} finally { for (;;); }',
        says: computing,
      },
      { what: 'a catastrophic regular expression', body: regex, says: computing },
      {
        what: 'endless work in promises',
        body: 'const again = () => Promise.resolve().then(again); await again();',
        says: computing,
      },
    ],
  },
];

for (const { name, open, cases } of tiers) {
  describe(`in the tier "${name}"`, () => {
    for (const { what, body, says, isPatient = false } of cases) {
      test(`${what} ends the plugin that did it, by name, and no other`, async () => {
        const lost: GuestLost[] = [];
        const audit: AuditEntry[] = [];
        const listener = (event: unknown): void => void lost.push(event as GuestLost);
        subscribe('seaworthy:plugins:guest-lost', listener);
        await using it = await hosted(
          open(isPatient ? 60_000 : 2_000),
          { bad: trying('bad', body), good: trying('good', 'return 1') },
          { policy: { audit: { record: (entry) => audit.push(entry) } } },
        );
        await expect(it.run('bad.try')).rejects.toMatchObject({
          code: 'seaworthy.plugins.GUEST_LOST',
          message: expect.stringMatching(says),
        });
        await expect
          .poll(() => it.host.status())
          .toMatchObject([
            { id: 'bad', state: 'failed', error: { code: 'seaworthy.plugins.PLUGIN_CRASHED' } },
            { id: 'good', state: 'started' },
          ]);
        expect(await it.run('good.try')).toBe(1);
        expect(lost).toEqual([{ tier: name, plugins: ['bad'], reason: expect.stringMatching(says) }]);
        expect(audit.filter(({ event }) => event === 'crashed')).toMatchObject([{ plugin: 'bad' }]);
        unsubscribe('seaworthy:plugins:guest-lost', listener);
      });
    }
  });
}

test('in the tier "wasm" too much memory is an error of the plugin, which goes on', async () => {
  const body = `return args === 1 ? 'still here' : new Uint8Array(args).length`;
  await using it = await hosted(wasmTier({ memoryMb: 8 }), { a: trying('a', body) });
  await expect(it.run('a.try', 1e9)).rejects.toThrow(/out of memory/);
  await expect(it.run('a.try', 9e6)).rejects.toThrow(/out of memory/);
  expect(await it.run('a.try', 1)).toBe('still here');
});

const greedy = { limits: { cpuMs: 1e9, memoryMb: 1e6, messageBytes: 1e9 } };
const short: readonly (readonly [name: string, tier: Tier, says: RegExp])[] = [
  ['process', processTier({ unresponsiveMs: 400 }), /it computed for 400 ms/],
  ['wasm', wasmTier({ cpuMs: 50 }), /it computed for 50 ms/],
];
for (const [name, tier, says] of short) {
  test(`in the tier "${name}" a manifest cannot ask for more time than the tier gives`, async () => {
    const code = 'export default { onInit() { for (;;); } };';
    await using it = await hosted(tier, { a: { code, manifest: greedy } }, { restart: { mostRestarts: 0 } });
    expect(it.host.status()).toMatchObject([{ state: 'failed', error: { message: expect.stringMatching(says) } }]);
  });
}

const given = { memoryMb: 512, cpuMs: 1_000, messageBytes: 4_096 };
const asked: { limits?: PluginLimits; has: PluginLimits }[] = [
  { has: given },
  { limits: { memoryMb: 64 }, has: { ...given, memoryMb: 64 } },
  {
    limits: { memoryMb: 1_024, cpuMs: 999, messageBytes: 4_097, callTimeoutMs: 60_000 },
    has: { ...given, cpuMs: 999, callTimeoutMs: 60_000 },
  },
];
const asking = (limits?: PluginLimits): PluginCode => {
  const directory = new URL('file:///plugins/a/');
  const manifest = { id: 'a', ...(limits && { limits }) };
  return { id: 'a', version: '1.0.0', directory, entry: new URL('index.js', directory), manifest };
};
for (const { limits, has } of asked) {
  test(`a plugin that asks for ${JSON.stringify(limits ?? {})} has ${JSON.stringify(has)}`, () => {
    expect(withLimits(asking(limits), given).manifest.limits).toEqual(has);
  });
}

test('a host grants more to those that it knows', async () => {
  const grantLimits: GrantLimits = (limits, { id }) => (id === 'a' ? limits : {});
  const tier = wasmTier({ memoryMb: 8, grantLimits });
  const plugin = { code: trying('a', 'return new Uint8Array(9e6).length'), manifest: { limits: { memoryMb: 32 } } };
  const other = { ...plugin, code: trying('b', 'return new Uint8Array(9e6).length') };
  await using it = await hosted(tier, { a: plugin, b: other });
  expect(await it.run('a.try')).toBe(9e6);
  await expect(it.run('b.try')).rejects.toThrow(/out of memory/);
});

for (const hook of ['onStart', 'onStop'] as const) {
  test(`a plugin that is not trusted cannot ask for more time than the host gives for ${hook}`, async () => {
    const code = `export default { ${hook}: () => new Promise(() => undefined) };`;
    const manifest = { startTimeoutMs: 60_000, stopTimeoutMs: 60_000 };
    const times = {
      startTimeoutMs: hook === 'onStart' ? 200 : 20_000,
      stopTimeoutMs: 200,
      restart: { mostRestarts: 0 },
    };
    const it = await hosted(wasmTier(), { a: { code, manifest } }, times);
    const failure = await it[Symbol.asyncDispose]().then(undefined, (error: unknown) => error);
    const said = hook === 'onStart' ? it.host.status()[0]?.error : failure;
    expect(said).toMatchObject({ message: expect.stringContaining(`did not finish ${hook}: 200 ms after`) });
  });
}

test('a loop while its module is loaded fails the start of the plugin', async () => {
  await using it = await hosted(processTier({ unresponsiveMs: 2_000 }), {
    bad: 'for (;;);',
    good: trying('good', 'return 1'),
  });
  expect(it.host.status()).toMatchObject([
    { id: 'bad', state: 'failed', error: { message: expect.stringMatching(computing) } },
    { id: 'good', state: 'started' },
  ]);
});

for (const [name, tier, share] of [
  ['worker', () => workerTier({ unresponsiveMs: 60_000 }), 'process.exit(3)'],
  [
    'process',
    () => processTier({ publisherOf: () => 'us' }),
    `setTimeout(() => { throw new Error('all'); }, 1); await new Promise(() => undefined);`,
  ],
] as const) {
  test(`plugins that share a ${name} fail together, and the next one gets a new ${name}`, async () => {
    const shared = tier();
    const kept: Tier = { name: shared.name, open: (code, options) => shared.open(code, options) };
    const plugins = { one: trying('one', share), two: trying('two', 'return 2') };
    await using it = await hosted(kept, plugins, { restart: { mostRestarts: 0 } });
    await expect(it.run('one.try')).rejects.toMatchObject({ code: 'seaworthy.plugins.GUEST_LOST' });
    await expect.poll(() => it.host.status().map(({ state }) => state)).toEqual(['failed', 'failed']);
    await using next = await hosted(kept, { three: trying('three', 'return 3') });
    expect(await next.run('three.try')).toBe(3);
    await shared.close?.();
  });
}

test('no process and no thread is left after the host was closed, nor after a start that failed', async () => {
  const mark = `seaworthy-left-${process.pid}`;
  const tier = processTier({ pluginsPerProcess: 1 });
  const it = await hosted(tier, {
    one: { code: trying('one', 'return 1'), manifest: { permissions: { fs: { read: [`/tmp/${mark}`] } } } },
    two: {
      code: `export default { onInit() { throw new Error('no') } }`,
      manifest: { permissions: { fs: { read: [`/tmp/${mark}`] } } },
    },
  });
  const running = (): number => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split(mark).length - 1;
  expect(running()).toBeGreaterThan(0);
  await it[Symbol.asyncDispose]();
  expect(running()).toBe(0);
  expect(process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap')).toEqual([]);
});
