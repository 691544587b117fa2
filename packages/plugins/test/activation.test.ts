import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createPluginHost, event, folder, hooks, service } from '../src/index.ts';
import type { Plugin, PluginManifest } from '../src/index.ts';
import { entry, gate, hostOf, needs, recorder, states } from './make.ts';
import { packages, recorded, recording } from './packages.ts';

interface Clock {
  now(): number;
}
const Clock = service<Clock>('clock');
const Rung = event<number>('rung');
const price = hooks.waterfall<number>('price');
const first = hooks.bail<string, string>('first');

const onCommand = (id: string): Partial<PluginManifest> => ({
  activation: [`command:${id}`],
  contributes: { commands: [{ id, title: 'Does it' }] },
});
const onService: Partial<PluginManifest> = { provides: ['clock'], activation: ['service:clock'], version: '1.2.0' };
const clock: Plugin = { onInit: (ctx) => void ctx.provide(Clock, { now: () => 7 }) };

test('a plugin that names a moment does not start with the host; its command is listed and starts it', async () => {
  const log: string[] = [];
  const plugin: Plugin = {
    ...recorder(log)('lazy'),
    onInit: (ctx) => {
      log.push('lazy init');
      ctx.command({ id: 'greet', run: (name) => `Hello, ${String(name)}` });
    },
  };
  await using host = await hostOf([entry('lazy', plugin, onCommand('greet'))]);
  await host.start();
  expect(log).toEqual([]);
  expect(states(host)).toEqual({ lazy: 'dormant' });
  const [greet] = host.commands();
  expect(greet).toMatchObject({ id: 'greet', plugin: 'lazy', title: 'Does it' });
  expect(await greet?.run('Ada')).toBe('Hello, Ada');
  expect(log).toEqual(['lazy init', 'lazy start']);
  expect(states(host)).toEqual({ lazy: 'started' });
  expect(await host.commands()[0]?.run('Bob')).toBe('Hello, Bob');
});

test('"start" among its moments starts it with the host, and so does being required', async () => {
  await using host = await hostOf([
    entry('a', {}, { activation: ['event:rung', 'start'] }),
    entry('b', {}, { activation: ['event:rung'], failure: 'required' }),
  ]);
  await host.start();
  expect(states(host)).toEqual({ a: 'started', b: 'started' });
});

test('what a plugin needs that starts with the host starts with it, whatever it says itself', async () => {
  await using host = await hostOf([
    entry('base', {}, { activation: ['event:never'] }),
    entry('top', {}, needs('base')),
    entry('other', {}, { activation: ['event:never'] }),
  ]);
  await host.start();
  expect(states(host)).toEqual({ base: 'started', top: 'started', other: 'dormant' });
});

test('(1) a hundred askers at the same time are one start, and what it needs starts before it', async () => {
  const log: string[] = [];
  const record = recorder(log);
  const slow: Plugin = {
    onInit: async (ctx) => {
      await pause(5);
      log.push('clock init');
      ctx.provide(Clock, { now: () => log.length });
    },
  };
  await using host = await hostOf([
    entry('base', record('base'), { activation: ['event:never'] }),
    entry('clock', slow, { ...onService, ...needs('base') }),
  ]);
  await host.start();
  const asked = Array.from({ length: 100 }, () => host.service(Clock).now());
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 100 }, () => 3));
  expect(log).toEqual(['base init', 'base start', 'clock init']);
});

describe('(2) the failure of a start', () => {
  const broken: Plugin = { onInit: () => Promise.reject(new Error('out of ink')) };

  test('reaches each asker, with what went wrong', async () => {
    await using host = await hostOf([entry('clock', broken, onService)]);
    await host.start();
    const asked = await Promise.allSettled([host.service(Clock).now(), host.service(Clock).now()]);
    for (const each of asked) {
      expect(each).toMatchObject({
        reason: {
          code: 'seaworthy.plugins.PLUGIN_UNAVAILABLE',
          message:
            'Plugin "clock" is asked for and does not run: Plugin "clock" failed in onInit: out of ink. The cause has the stack. Repair it, or ask again later.',
          cause: { code: 'seaworthy.plugins.HOOK_FAILED' },
        },
      });
    }
    expect(states(host)).toEqual({ clock: 'failed' });
    expect(() => host.service(Clock)).toThrow(expect.objectContaining({ code: 'seaworthy.plugins.SERVICE_MISSING' }));
  });

  test('of one that it needs leaves it waiting, and says which', async () => {
    await using host = await hostOf([
      entry('ink', broken, { activation: ['event:never'] }),
      entry('clock', clock, { ...onService, ...needs('ink') }),
    ]);
    await host.start();
    await expect(host.service(Clock).now()).rejects.toThrow('it needs "ink", which failed');
    expect(states(host)).toEqual({ ink: 'failed', clock: 'dormant' });
  });

  test('lets it wait again after the back-off, and the next asker tries it again', async () => {
    let attempts = 0;
    const flaky: Plugin = {
      onInit: (ctx) => {
        attempts += 1;
        if (attempts === 1) throw new Error('not yet');
        ctx.provide(Clock, { now: () => attempts });
      },
    };
    await using host = await hostOf([entry('clock', flaky, onService)], { restart: { firstMs: 5 } });
    await host.start();
    await expect(host.service(Clock).now()).rejects.toThrow('not yet');
    await expect.poll(() => states(host)).toEqual({ clock: 'dormant' });
    expect(attempts).toBe(1);
    expect(await host.service(Clock).now()).toBe(2);
  });

  test('comes at the deadline of the plugin', async () => {
    const hanging: Plugin = { onInit: () => new Promise(() => {}) };
    await using host = await hostOf([entry('clock', hanging, { ...onService, startTimeoutMs: 20 })]);
    await host.start();
    await expect(host.service(Clock).now()).rejects.toThrow('20 ms after its start it still awaits its own work');
  });
});

test('an asker that gives up does not wait for the start', async () => {
  const { opened, open } = gate();
  const slow: Plugin = { onInit: (ctx) => (ctx.command({ id: 'go', run: () => 1 }), opened) };
  await using host = await hostOf([entry('slow', slow, onCommand('go'))]);
  await host.start();
  const giving = new AbortController();
  const asked = host.commands()[0]?.run(undefined, { signal: giving.signal });
  giving.abort(new Error('changed my mind'));
  await expect(asked).rejects.toThrow('changed my mind');
  open();
  await expect.poll(() => states(host)).toEqual({ slow: 'started' });
});

test('a command or a method that the plugin does not offer after all is an error that says so', async () => {
  await using host = await hostOf([entry('a', {}, onCommand('go')), entry('clock', clock, onService)]);
  await host.start();
  await expect(host.commands()[0]?.run()).rejects.toMatchObject({ code: 'seaworthy.plugins.COMMAND_NOT_OFFERED' });
  const misread = host.service(service<{ tick(): void }>('clock'));
  await expect(misread.tick()).rejects.toMatchObject({ code: 'seaworthy.plugins.SERVICE_METHOD_MISSING' });
});

test('a service that waits is found by its version, and another plugin wakes it in its own start', async () => {
  let seen: unknown;
  const user: Plugin = {
    onInit: async (ctx) => {
      seen = [ctx.has(Clock, '^1'), ctx.has(Clock, '^2'), await ctx.use(Clock, '^1').now()];
    },
  };
  await using host = await hostOf(
    [entry('clock', clock, onService), entry('user', user, { optionalDependencies: { clock: '*' } })],
    { concurrency: 1 },
  );
  await host.start();
  expect(seen).toEqual([true, false, 7]);
});

describe('an event', () => {
  const heard: unknown[] = [];
  const listener = (factor: number): Plugin => ({
    onInit: async (ctx) => {
      ctx.on(Rung, (times) => heard.push(times * factor));
      ctx.on(price, (value) => value * factor);
      ctx.on(price, (value) => value + 1);
      ctx.on(first, (name) => (name === 'me' ? undefined : `no ${name}`));
      ctx.on(first, () => 'last');
      await pause(1);
    },
  });

  test('wakes those that wait for it; each payload reaches each listener once, in order', async () => {
    heard.length = 0;
    await using host = await hostOf([
      entry('eager', listener(1)),
      entry('lazy', listener(10), { activation: ['event:rung'] }),
    ]);
    await host.start();
    heard.length = 0;
    for (const times of [1, 2, 3]) host.emit(Rung, times);
    await expect.poll(() => heard.length).toBe(6);
    host.emit(Rung, 4);
    expect(heard).toEqual([1, 2, 3, 10, 20, 30, 4, 40]);
  });

  test('that is a hook waits for the plugin, and takes its answer', async () => {
    await using host = await hostOf([
      entry('eager', listener(2)),
      entry('lazy', listener(10), { activation: ['event:price', 'event:first'] }),
    ]);
    await host.start();
    expect(await Promise.all([host.call(price, 1), host.call(price, 1)])).toEqual([31, 31]);
    expect(await host.call(price, 1)).toBe(31);
  });

  test('that is asked until somebody answers gets the first answer of the plugin', async () => {
    await using host = await hostOf([entry('lazy', listener(1), { activation: ['event:first'] })]);
    await host.start();
    expect(await host.call(first, 'you')).toBe('no you');
    expect(await host.call(first, 'me')).toBe('last');
  });

  test('whose plugin cannot start is counted as a failure of its callback', async () => {
    await using host = await hostOf([
      entry('lazy', { onInit: () => Promise.reject(new Error('no')) }, { activation: ['event:rung'] }),
    ]);
    await host.start();
    host.emit(Rung, 1);
    await expect.poll(() => host.status()[0]).toMatchObject({ state: 'failed', callbackFailures: 1 });
  });
});

describe('the end', () => {
  test('(3) of a plugin that waits takes back what was promised for it', async () => {
    await using host = await hostOf([entry('a', {}, onCommand('go')), entry('clock', clock, onService)]);
    await host.start();
    const [go] = host.commands();
    const held = host.service(Clock);
    await host.unload('a');
    await host.unload('clock');
    expect(host.commands()).toEqual([]);
    expect(() => host.service(Clock)).toThrow('No running plugin provides');
    await expect(go?.run()).rejects.toMatchObject({ code: 'seaworthy.plugins.PLUGIN_UNAVAILABLE' });
    await expect(held.now()).rejects.toThrow('it was unloaded');
    expect(states(host)).toEqual({ a: 'stopped', clock: 'stopped' });
  });

  test('(4) of what it needs lets nobody wake it meanwhile', async () => {
    const { opened, open } = gate();
    await using host = await hostOf([
      entry('base', { onStop: () => opened }),
      entry('clock', clock, { ...onService, ...needs('base') }),
    ]);
    await host.start();
    const held = host.service(Clock);
    const unloaded = host.unload('base');
    await expect.poll(() => states(host)).toEqual({ base: 'stopping', clock: 'stopped' });
    await expect(held.now()).rejects.toThrow('it needs "base", which was unloaded');
    open();
    await unloaded;
  });

  test('of the host ends a start that somebody waits for', async () => {
    let signal: AbortSignal | undefined;
    const hanging: Plugin = { onInit: (ctx) => ((signal = ctx.signal), new Promise(() => {})) };
    const host = await hostOf([entry('clock', hanging, onService)]);
    await host.start();
    const asked = host.service(Clock).now();
    const failure = asked.catch((error: unknown) => error);
    await expect.poll(() => states(host)).toEqual({ clock: 'starting' });
    await host.close();
    expect(await failure).toMatchObject({ code: 'seaworthy.plugins.PLUGIN_UNAVAILABLE' });
    expect(signal?.aborted).toBe(true);
    expect(states(host)).toEqual({ clock: 'stopped' });
  });
});

test('a plugin on disk that waits costs no import, and is examined again when it is loaded', async () => {
  await using disk = await packages();
  await disk.add('lazy', { activation: ['event:rung'] }, { 'index.js': recording('lazy') });
  let examined = 0;
  const examine = async (): Promise<void> => void (examined += 1);
  await using host = await createPluginHost({
    sources: [folder(disk.path)],
    policy: { examiners: [{ name: 'count', examine }] },
  });
  await host.start();
  expect([recorded('lazy'), examined]).toEqual([[], 1]);
  host.emit(Rung, 1);
  await expect.poll(() => states(host)).toEqual({ lazy: 'started' });
  expect([recorded('lazy'), examined]).toEqual([['import', 'init null', 'start'], 2]);
});
