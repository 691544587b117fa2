import { describe, expect, test } from 'vitest';
import { Breaker } from '../src/breaker.ts';
import { createPluginHost, folder } from '../src/index.ts';
import type { Plugin, PluginHost, PluginHostOptions, PluginManifest } from '../src/index.ts';
import { hosted } from './isolation/disk.ts';
import { processTier, workerTier } from '../src/index.ts';
import { entry, hostOf, needs, states } from './make.ts';
import { packages, recorded, recording } from './packages.ts';

const fast = { restart: { firstMs: 5, maxMs: 20 } } satisfies Partial<PluginHostOptions>;

/** A plugin whose first starts fail. */
function failing(times: number, log: string[] = []): Plugin {
  let left = times;
  return {
    onInit: ({ id }) => {
      log.push(`${id} init`);
      if (left > 0) {
        left -= 1;
        throw new Error(`${left + 1} to go`);
      }
    },
    onDestroy: ({ id }) => log.push(`${id} destroy`),
  };
}

const breakerOf = (host: PluginHost, id: string): unknown => host.status().find((each) => each.id === id)?.breaker;

describe('the breaker', () => {
  const settings = { firstMs: 100, maxMs: 350, mostRestarts: 3, stableMs: 60_000 };

  test('(1) waits twice as long each time, up to the longest', () => {
    const breaker = new Breaker({ ...settings, mostRestarts: 10 });
    expect([1, 2, 3, 4].map(() => breaker.fail())).toEqual([100, 200, 350, 350]);
    expect(breaker.status()).toMatchObject({ state: 'open', failures: 4, retryInMs: expect.any(Number) });
  });

  test('(2) stays open after the last attempt, and at once when no attempt can help', () => {
    const breaker = new Breaker(settings);
    expect([1, 2, 3, 4].map(() => breaker.fail())).toEqual([100, 200, 350, undefined]);
    expect(breaker.status()).toEqual({ state: 'open', failures: 4 });
    expect(new Breaker(settings).fail({ isLasting: true })).toBeUndefined();
  });

  test('(3) is half open while the plugin proves itself, and as new after a stable run', async () => {
    const breaker = new Breaker({ ...settings, stableMs: 15 });
    breaker.fail();
    breaker.fail();
    breaker.tryAgain();
    breaker.run();
    expect(breaker.status()).toEqual({ state: 'half-open', failures: 2 });
    await expect.poll(() => breaker.status()).toBeUndefined();
    expect(breaker.fail()).toBe(100);
  });
});

test('a plugin that failed is started again by itself, and then those that only waited for it', async () => {
  const log: string[] = [];
  await using host = await hostOf(
    [entry('base', failing(2, log)), entry('top', failing(0, log), needs('base')), entry('far', {}, needs('top'))],
    fast,
  );
  await host.start();
  expect(states(host)).toEqual({ base: 'failed', top: 'skipped', far: 'skipped' });
  expect(breakerOf(host, 'base')).toMatchObject({ state: 'open', failures: 1, retryInMs: expect.any(Number) });
  await expect.poll(() => states(host)).toEqual({ base: 'started', top: 'started', far: 'started' });
  expect(log).toEqual(['base init', 'base init', 'base init', 'top init']);
  expect(breakerOf(host, 'base')).toEqual({ state: 'half-open', failures: 2 });
  expect(host.status().map(({ error, reason }) => error ?? reason)).toEqual([undefined, undefined, undefined]);
});

test('a plugin that never starts is given up, and the others go on', async () => {
  await using host = await hostOf([entry('a', failing(100)), entry('b', {})], {
    restart: { firstMs: 1, mostRestarts: 2 },
  });
  await host.start();
  await expect.poll(() => breakerOf(host, 'a')).toEqual({ state: 'open', failures: 3 });
  expect(states(host)).toEqual({ a: 'failed', b: 'started' });
  expect(host.signal.aborted).toBe(false);
});

test('without restarts, and after unload, nothing comes back', async () => {
  const log: string[] = [];
  await using none = await hostOf([entry('a', failing(1, log))], { restart: { mostRestarts: 0 } });
  await none.start();
  await using host = await hostOf([entry('b', failing(1, log))], { restart: { firstMs: 20 } });
  await host.start();
  await host.unload('b');
  expect(breakerOf(host, 'b')).toEqual({ state: 'open', failures: 1 });
  await using later = await hostOf([entry('c', failing(1, log))], { restart: { firstMs: 60 } });
  await later.start();
  await expect.poll(() => states(later)).toEqual({ c: 'started' });
  expect(log).toEqual(['a init', 'b init', 'c init', 'c init']);
});

test('what no attempt can change is not attempted again: a refusal, a missing tier, a module that failed', async () => {
  await using disk = await packages();
  await disk.add('refused', {}, { 'index.js': recording('refused') });
  await disk.add('strict', { isolation: { minimum: 'wasm' } }, { 'index.js': '' });
  await disk.add('broken', {}, { 'index.js': 'throw new Error("no")' });
  const examine = ({ id }: { readonly id: string }): Promise<void> =>
    id === 'refused' ? Promise.reject(new Error('no')) : Promise.resolve();
  await using host = await createPluginHost({
    sources: [folder(disk.path)],
    policy: { examiners: [{ name: 'taste', examine }] },
    ...fast,
  });
  await host.start();
  expect(host.status().map(({ state, breaker }) => [state, breaker])).toEqual(
    Array.from({ length: 3 }, () => ['failed', { state: 'open', failures: 1 }]),
  );
  expect(recorded('refused')).toEqual([]);
});

describe('a required plugin', () => {
  const required: Partial<PluginManifest> = { failure: 'required' };

  test('that fails in the start of the host stops it, without another attempt', async () => {
    const log: string[] = [];
    const host = await hostOf([entry('a', failing(1, log), required)], fast);
    await expect(host.start()).rejects.toMatchObject({ code: 'seaworthy.plugins.REQUIRED_FAILED' });
    expect(log).toEqual(['a init']);
  });

  test('that is lost and comes back does not stop the host', async () => {
    const crash = `setTimeout(() => { throw new Error('lost') }, 0)`;
    const code = `export default { onInit(ctx) { ctx.command({ id: 'crash', run: () => { ${crash} } }); } };`;
    await using it = await hosted(workerTier(), { a: { code, manifest: required } }, fast);
    await it.run('crash').catch(() => {});
    await expect
      .poll(() => it.host.status()[0], { timeout: 5_000 })
      .toMatchObject({ state: 'started', breaker: { state: 'half-open', failures: 1 } });
    expect(it.host.signal.aborted).toBe(false);
    expect(it.host.commands().map(({ id }) => id)).toEqual(['crash']);
  });

  test('that is lost and does not come back closes the host, which says why', async () => {
    const code = `export default { onInit(ctx) { ctx.command({ id: 'end', run: () => process.exit(3) }); } };`;
    // In a thread of its own.
    const pure = { code: 'export default {};', manifest: { limits: { memoryMb: 64 } } };
    await using it = await hosted(
      workerTier(),
      { a: { code, manifest: required }, b: pure },
      {
        restart: { mostRestarts: 0 },
      },
    );
    await it.run('end').catch(() => {});
    await expect.poll(() => it.host.signal.aborted, { timeout: 5_000 }).toBe(true);
    expect(it.host.signal.reason).toMatchObject({
      code: 'seaworthy.plugins.REQUIRED_FAILED',
      message: expect.stringContaining('The required plugin "a" is not running'),
    });
    await it.host.close();
    expect(states(it.host)).toEqual({ a: 'failed', b: 'stopped' });
  });
});

test('a process that was killed is started again for all its plugins, and for those that need them', async () => {
  const code = `export default { onInit(ctx) {
    ctx.command({ id: ctx.id + '.spin', run: () => { for (;;); } });
    ctx.command({ id: ctx.id + '.say', run: () => 'here' });
  } };`;
  const plugins = { a: code, b: code, c: { code, manifest: needs('a') } };
  const tier = processTier({ publisherOf: () => 'us', unresponsiveMs: 200 });
  await using it = await hosted(tier, plugins, fast);
  await expect(it.run('a.spin')).rejects.toMatchObject({ code: 'seaworthy.plugins.GUEST_LOST' });
  await expect.poll(() => states(it.host), { timeout: 10_000 }).toEqual({ a: 'started', b: 'started', c: 'started' });
  expect(breakerOf(it.host, 'b')).toEqual({ state: 'half-open', failures: 1 });
  expect(await Promise.all([it.run('a.say'), it.run('b.say'), it.run('c.say')])).toEqual(['here', 'here', 'here']);
});
