import { describe, expect, test } from 'vitest';
import { contributionPoint, createPluginHost, event, folder, hooks, service, workerTier } from '../src/index.ts';
import type { Plugin, PluginContext, PluginManifest } from '../src/index.ts';
import { entry, hostOf, needs } from './make.ts';
import { packages } from './packages.ts';

interface Box {
  keep(value: unknown, options?: { readonly signal: AbortSignal }): unknown;
}
const Box = service<Box>('box');
const Rung = event<unknown>('rung');
const change = hooks.waterfall<unknown>('change');
const Things = contributionPoint<unknown>('things');

/** A plugin that keeps what reaches it, and answers with the same object. */
class Keeping {
  readonly kept: unknown[] = [];
  keep(value: unknown, { signal }: { readonly signal?: AbortSignal } = {}): unknown {
    this.kept.push(signal?.aborted ? signal.reason : value);
    return value;
  }
}

async function run(body: (ctx: PluginContext) => unknown, manifest: Partial<PluginManifest> = {}, clone = true) {
  const box = new Keeping();
  const config = { list: [1] };
  const answers: unknown[] = [];
  const provider: Plugin = {
    onInit(ctx) {
      ctx.provide(Box, box);
      ctx.on(Rung, (payload) => box.keep(payload));
      ctx.on(change, (payload) => box.keep(payload));
    },
  };
  const user: Plugin = { onInit: async (ctx) => void answers.push(await body(ctx)) };
  const user2 = { ...entry('user', user, { ...needs('box'), ...manifest }), config };
  await using host = await hostOf([entry('box', provider, manifest), user2], { clone, restart: { mostRestarts: 0 } });
  await host.start();
  const error = host.status().find(({ id }) => id === 'user')?.error;
  return { kept: box.kept, answer: answers[0], error, config, contributions: host.contributions(Things) };
}

const value = { list: [1], at: new Date(0) };

describe('with `clone` a plugin in process', () => {
  test('gives and gets copies, through services, events, hooks, contributions and its config', async () => {
    const { kept, answer, config, contributions } = await run(async (ctx) => {
      const own: unknown[] = [value];
      const box = ctx.use(Box);
      ctx.emit(Rung, value);
      ctx.contribute(Things, own);
      own.push('later');
      return [await box.keep(value), await ctx.call(change, value), ctx.config];
    });
    expect(kept).toEqual([value, value, value]);
    expect(answer).toEqual([value, value, { list: [1] }]);
    for (const each of [...kept, ...(answer as unknown[])]) expect(each).not.toBe(value);
    expect((answer as unknown[])[2]).not.toBe(config);
    expect(contributions).toEqual([{ plugin: 'user', value: [value] }]);
  });

  test('passes signals on', async () => {
    const aborted = AbortSignal.abort(new Error('enough'));
    const { kept } = await run((ctx) => ctx.use(Box).keep(1, { signal: aborted }));
    expect(kept).toEqual([new Error('enough')]);
  });

  const refused: readonly (readonly [string, (ctx: PluginContext) => unknown])[] = [
    ['an argument', (ctx) => ctx.use(Box).keep(() => 1)],
    ['the payload of an event', (ctx) => ctx.emit(Rung, () => 1)],
    ['the payload of a hook', (ctx) => ctx.call(change, () => 1)],
    ['a contribution', (ctx) => ctx.contribute(Things, () => 1)],
  ];
  for (const [what, body] of refused) {
    test(`is refused a function as ${what}, by name`, async () => {
      const { error } = await run(body);
      expect(error?.message).toMatch(/A value for .*(box\.keep|rung|change|things).* cannot cross to the tier/);
    });
    test(`may pass it as ${what} when it says inlineOnly`, async () => {
      expect((await run(body, { inlineOnly: true })).error).toBeUndefined();
    });
  }

  test('has no list of contributions at once, as nowhere else', async () => {
    const { error } = await run((ctx) => ctx.contributions(Things));
    expect(error?.message).toContain('answers at once');
  });

  test('answers its commands with copies, and fails them where that cannot be', async () => {
    const plugin: Plugin = {
      onInit(ctx) {
        ctx.command({ id: 'same', run: (args) => args });
        ctx.command({ id: 'function', run: () => () => 1 });
        ctx.command({ id: 'signal', run: (_args, { signal }) => signal.aborted });
      },
    };
    await using host = await hostOf([entry('a', plugin)], { clone: true });
    await host.start();
    const [same, callable, signal] = host.commands();
    expect(await same?.run(value)).toEqual(value);
    expect(await same?.run(value)).not.toBe(value);
    expect(await signal?.run()).toBe(false);
    await expect(callable?.run()).rejects.toMatchObject({ code: 'seaworthy.plugins.NOT_CLONEABLE' });
  });
});

test('without `clone` nothing is copied', async () => {
  const { kept } = await run((ctx) => ctx.use(Box).keep(value), {}, false);
  expect(kept[0]).toBe(value);
});

test('a plugin that says inlineOnly does not run elsewhere', async () => {
  await using disk = await packages();
  await disk.add('a', { inlineOnly: true }, { 'index.js': 'export default {};' });
  const policy = { isolation: 'worker' } as const;
  await using host = await createPluginHost({ sources: [folder(disk.path)], tiers: [workerTier()], policy });
  await host.start();
  expect(host.status()[0]).toMatchObject({ state: 'failed', error: { code: 'seaworthy.plugins.TIER_REFUSED' } });
});

for (const manifest of [{ inlineOnly: 'yes' }, { inlineOnly: true, isolation: { minimum: 'worker' } }]) {
  test(`a manifest with ${JSON.stringify(manifest)} is refused`, async () => {
    const given = manifest as unknown as Partial<PluginManifest>;
    await expect(hostOf([entry('a', {}, given)])).rejects.toThrow('`inlineOnly`');
  });
}
