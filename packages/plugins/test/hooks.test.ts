import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { hooks } from '../src/index.ts';
import type { HookRef, PluginContext, PluginEntry, PluginHost } from '../src/index.ts';
import { entry, gate, hostOf, needs } from './make.ts';

const placed = hooks.series<string[]>('order.placed');
const counted = hooks.parallel<string[]>('order.counted');
const price = hooks.waterfall<number>('order.price');
const carrier = hooks.bail<string, string>('order.carrier');

/** A plugin that listens with what it is given. */
function listening(id: string, onInit: (ctx: PluginContext) => unknown, manifest: object = {}): PluginEntry {
  return entry(id, { onInit: (ctx) => void onInit(ctx) }, manifest);
}

async function started(entries: readonly PluginEntry[], errors: object[] = []): Promise<PluginHost> {
  const logger = { info() {}, error: (fields: object) => void errors.push(fields) };
  const host = await hostOf(entries, { logger });
  await host.start();
  return host;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('(1) the order is pre, normal, post, then dependencies, then ids', async () => {
  const all = (id: string, manifest?: object): PluginEntry =>
    listening(
      id,
      (ctx) => {
        for (const order of ['post', 'normal', 'pre'] as const) {
          ctx.on(placed, (heard) => void heard.push(`${order} ${id}`), { order });
        }
      },
      manifest,
    );
  const host = await started([all('a', needs('z')), all('z'), all('b')]);
  const heard: string[] = [];
  await host.call(placed, heard);
  expect(heard).toEqual(['pre', 'normal', 'post'].flatMap((order) => [`${order} b`, `${order} z`, `${order} a`]));
  await host.close();
});

test('a series waits for each listener before the next, whether it answers at once or later', async () => {
  const host = await started([
    listening('a', (ctx) => ctx.on(placed, (heard) => void heard.push('a'))),
    listening('b', (ctx) =>
      ctx.on(placed, async (heard) => {
        await turn();
        heard.push('b');
      }),
    ),
    listening('c', (ctx) => ctx.on(placed, (heard) => void heard.push('c'))),
    listening('d', (ctx) => ctx.on(placed, async (heard) => void heard.push('d'))),
  ]);
  const heard: string[] = [];
  await host.call(placed, heard);
  expect(heard).toEqual(['a', 'b', 'c', 'd']);
  await host.close();
});

test('parallel begins all listeners and waits for the last', async () => {
  const both = gate();
  const host = await started([
    listening('a', (ctx) =>
      ctx.on(counted, async (heard) => {
        await both.opened;
        heard.push('a');
      }),
    ),
    listening('b', (ctx) => ctx.on(counted, () => both.open())),
  ]);
  const heard: string[] = [];
  await host.call(counted, heard);
  expect(heard).toEqual(['a']);
  await host.close();
});

test('a waterfall hands on what each returns; undefined leaves the value as it is', async () => {
  const host = await started([
    listening('a', (ctx) => ctx.on(price, (value) => value * 2)),
    listening('b', (ctx) => ctx.on(price, () => undefined)),
    listening('c', (ctx) => ctx.on(price, async (value) => value + 1)),
  ]);
  expect(await host.call(price, 20)).toBe(41);
  await host.close();
});

test('bail takes the first answer and asks nobody after it', async () => {
  const asked: string[] = [];
  const answering = (id: string, answer: string | undefined): PluginEntry =>
    listening(id, (ctx) =>
      ctx.on(carrier, async (parcel) => {
        asked.push(`${id} ${parcel}`);
        return answer;
      }),
    );
  const host = await started([answering('a', undefined), answering('b', 'bike'), answering('c', 'ship')]);
  expect(await host.call(carrier, 'lamp')).toBe('bike');
  expect(asked).toEqual(['a lamp', 'b lamp']);
  await host.close();
});

test('hooks that nobody listens to answer at once', async () => {
  const host = await started([]);
  expect(await host.call(price, 3)).toBe(3);
  expect(await host.call(carrier, 'lamp')).toBeUndefined();
  await host.call(placed, []);
  await host.call(counted, []);
  await host.close();
});

const refs: readonly HookRef<unknown, unknown>[] = [
  hooks.series('h'),
  hooks.parallel('h'),
  hooks.waterfall('h'),
  hooks.bail('h'),
];
const faults: readonly { readonly name: string; readonly listener: () => unknown }[] = [
  {
    name: 'throws',
    listener() {
      throw new Error('deaf');
    },
  },
  { name: 'rejects', listener: () => Promise.reject(new Error('deaf')) },
  { name: 'throws undefined', listener: () => Promise.reject() },
];
for (const ref of refs) {
  for (const { name, listener } of faults) {
    test(`(2) ${ref.mode}: a listener that ${name} reaches nobody else and is told`, async () => {
      const heard: unknown[] = [];
      const errors: object[] = [];
      const host = await started(
        [
          listening('a', (ctx) => ctx.on(ref, listener)),
          listening('b', (ctx) => ctx.on(ref, (value) => void heard.push(value))),
        ],
        errors,
      );
      await host.call(ref, 7);
      expect(heard).toEqual([7]);
      expect(errors).toMatchObject([{ plugin: 'a', what: 'h' }]);
      expect(host.status()[0]?.callbackFailures).toBe(1);
      await host.close();
    });
  }

  test(`(2) ${ref.mode}: a listener that never answers is late, and the others are heard`, async () => {
    const heard: unknown[] = [];
    const errors: { readonly err?: Error }[] = [];
    const host = await started(
      [
        listening('a', (ctx) => ctx.on(ref, () => new Promise(() => {}))),
        listening('b', (ctx) => ctx.on(ref, (value) => void heard.push(value))),
      ],
      errors,
    );
    await host.call(ref, 7, { timeoutMs: 20 });
    expect(heard).toEqual([7]);
    expect(errors[0]?.err?.message).toContain('The listener of plugin "a" to "h" did not answer within 20 ms');
    await host.close();
  });

  test(`${ref.mode}: the caller's signal ends the call, before and while a listener is awaited`, async () => {
    const begun = gate();
    const waiting = () => {
      begun.open();
      return new Promise(() => {});
    };
    const errors: object[] = [];
    const host = await started([listening('a', (ctx) => ctx.on(ref, waiting))], errors);
    await expect(host.call(ref, 7, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
    const controller = new AbortController();
    const call = host.call(ref, 7, { signal: controller.signal });
    await begun.opened;
    controller.abort(new Error('too long'));
    await expect(call).rejects.toThrow('too long');
    expect(errors).toEqual([]);
    await host.close();
  });

  test(`${ref.mode}: nobody waits for the listener of a plugin that is unloaded meanwhile`, async () => {
    const begun = gate();
    const errors: object[] = [];
    const heard: unknown[] = [];
    const waiting = (): Promise<never> => {
      begun.open();
      return new Promise(() => {});
    };
    const host = await started(
      [
        listening('a', (ctx) => ctx.on(ref, waiting)),
        listening('b', (ctx) => ctx.on(ref, (value) => void heard.push(value))),
      ],
      errors,
    );
    const call = host.call(ref, 7);
    await begun.opened;
    await host.unload('a');
    await call;
    expect(heard).toEqual([7]);
    expect(errors).toEqual([]);
    await host.close();
  });
}

test('(3) a listener added while a hook runs waits for the next call; one removed is not called', async () => {
  const heard: string[] = [];
  const host = await started([
    listening('a', (ctx) => {
      ctx.on(placed, () => {
        ctx.on(placed, () => void heard.push('added'), { order: 'post' });
        removed[Symbol.dispose]();
      });
      const removed = ctx.on(placed, () => void heard.push('removed'));
    }),
  ]);
  await host.call(placed, []);
  expect(heard).toEqual([]);
  await host.call(placed, []);
  expect(heard).toEqual(['added']);
  await host.close();
});

test('a hook that calls itself ends, each call with the listeners of its beginning', async () => {
  const depth = hooks.series<number>('depth');
  const heard: number[] = [];
  const host = await started([
    listening('a', (ctx) =>
      ctx.on(depth, async (level) => {
        heard.push(level);
        if (level < 3) await ctx.call(depth, level + 1);
      }),
    ),
  ]);
  await host.call(depth, 0);
  expect(heard).toEqual([0, 1, 2, 3]);
  await host.close();
});

test('functions that are held see listeners that come and go', async () => {
  const pinged = hooks.notify<number>('pinged');
  const heard: number[] = [];
  const host = await hostOf([
    listening('a', (ctx) => {
      ctx.on(pinged, (value) => void heard.push(value));
      ctx.on(price, (value) => value + 1);
    }),
  ]);
  const emit = host.emitter(pinged);
  const call = host.caller(price);
  emit(1);
  expect(await call(1)).toBe(1);
  await host.start();
  emit(2);
  expect(await call(1)).toBe(2);
  await host.unload('a');
  emit(3);
  expect(heard).toEqual([2]);
  await host.close();
});

test('whatever listeners are added, removed and failing, those that are left are called, in order', async () => {
  const orders = ['pre', 'normal', 'post'] as const;
  const listener = fc.record({
    order: fc.constantFrom(...orders),
    plugin: fc.nat({ max: 3 }),
    isRemoved: fc.boolean(),
    fails: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(listener, { maxLength: 20 }), async (given) => {
      const ref = hooks.series<null>('any');
      const heard: number[] = [];
      const plugins = Array.from({ length: 4 }, (_, plugin) =>
        listening(`p${plugin}`, (ctx) => {
          for (const [index, each] of given.entries()) {
            if (each.plugin !== plugin) continue;
            const added = ctx.on(
              ref,
              () => {
                heard.push(index);
                if (each.fails) throw new Error('no');
              },
              { order: each.order },
            );
            if (each.isRemoved) added[Symbol.dispose]();
          }
        }),
      );
      const host = await started(plugins);
      await host.call(ref, null);
      await host.close();
      const expected = Array.from(given.entries())
        .filter(([, { isRemoved }]) => !isRemoved)
        .toSorted(
          ([i, a], [j, b]) => orders.indexOf(a.order) - orders.indexOf(b.order) || a.plugin - b.plugin || i - j,
        );
      expect(heard).toEqual(expected.map(([index]) => index));
    }),
    { numRuns: 30 },
  );
});
