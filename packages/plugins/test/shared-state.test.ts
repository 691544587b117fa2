import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderState } from '../src/index.ts';
import type { KeptState, Plugin, PluginContext, PluginHost, StateStore } from '../src/index.ts';
import { entry, hostOf } from './make.ts';

const signal = new AbortController().signal;
const timeout = 60_000;
const processes: ChildProcess[] = [];
let path = '';

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'seaworthy-shared-'));
});
afterEach(async () => {
  for (const child of processes.splice(0)) await ended(child);
  await rm(path, { recursive: true, force: true });
});

/** A process that does one of the things of `fixtures/state-writer.ts`, and the lines that it says. */
function writer(...args: readonly string[]): {
  readonly child: ChildProcess;
  readonly says: (line: string) => Promise<void>;
} {
  const program = join(import.meta.dirname, 'fixtures', 'state-writer.ts');
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', program, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const says = async (line: string): Promise<void> => {
    await expect.poll(() => said, { timeout }).toContain(`${line}\n`);
  };
  return { child, says };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function kept(store: StateStore = folderState(path)): Promise<KeptState['values'] | undefined> {
  return (await store.read('a', { signal }))?.values;
}

/** A host with one plugin, and the `ctx` of that. */
async function hostWith(
  state: StateStore,
  plugin: Plugin = {},
  manifest: object = {},
): Promise<{ readonly host: PluginHost; readonly ctx: PluginContext }> {
  let ctx: PluginContext | undefined;
  const own: Plugin = { ...plugin, onInit: (given) => void (ctx = given) };
  const host = await hostOf([entry('a', own, manifest)], { state, restart: { mostRestarts: 0 } });
  await host.start();
  if (!ctx) throw new Error(host.status()[0]?.error?.message);
  return { host, ctx };
}

describe('two hosts of one folder', () => {
  test('do not lose what the other has set, and see it', { timeout }, async () => {
    const [one, two] = [await hostWith(folderState(path)), await hostWith(folderState(path))];
    await one.ctx.state.set('a', 1);
    await two.ctx.state.set('b', 2);
    await Promise.all([one.ctx.state.set('c', 3), two.ctx.state.set('d', 4), two.ctx.state.delete('a')]);
    expect(await kept()).toEqual({ b: 2, c: 3, d: 4 });
    expect(await one.ctx.state.keys()).toEqual(await two.ctx.state.keys());
    expect(await one.ctx.state.get('d')).toBe(4);
    await Promise.all([one.host.close(), two.host.close()]);
  });

  test('in processes of their own keep all that each has set', { timeout }, async () => {
    const writers = ['one', 'two', 'three'].map((name) => writer('keys', name, '15'));
    await Promise.all(writers.map(({ says }) => says('done')));
    expect(Object.keys((await kept()) ?? {})).toHaveLength(45);
  });

  test('migrate once: what the first has made is kept', { timeout }, async () => {
    const store = folderState(path);
    await store.write('a', { version: 1, values: { n: 1 } }, { signal });
    const plugin: Plugin = {
      async onMigrate({ state }) {
        await state.set('n', 20);
        // Another host is faster, and its plugin has written since.
        await store.write('a', { version: 2, values: { n: 2, more: true } }, { signal });
      },
    };
    const { host, ctx } = await hostWith(folderState(path), plugin, { stateVersion: 2 });
    expect([await ctx.state.get('n'), await kept()]).toEqual([2, { n: 2, more: true }]);
    await host.close();
  });

  test('do not migrate over what an older plugin has written meanwhile', { timeout }, async () => {
    const store = folderState(path);
    await store.write('a', { version: 1, values: { n: 1 } }, { signal });
    const plugin: Plugin = {
      onMigrate: () => store.write('a', { version: 1, values: { n: 1, late: true } }, { signal }),
    };
    const manifest = { stateVersion: 2 };
    await using host = await hostOf([entry('a', plugin, manifest)], { state: store, restart: { mostRestarts: 0 } });
    await host.start();
    expect(host.status()[0]?.error?.code).toBe('seaworthy.plugins.STATE_CHANGED');
    expect(await kept()).toEqual({ n: 1, late: true });
  });

  test('stop writing when a newer plugin has migrated it', { timeout }, async () => {
    const { host, ctx } = await hostWith(folderState(path));
    await ctx.state.set('a', 1);
    await folderState(path).write('a', { version: 2, values: {} }, { signal });
    await expect(ctx.state.set('b', 2)).rejects.toMatchObject({ code: 'seaworthy.plugins.STATE_NEWER' });
    await host.close();
  });
});

describe('a process that has the lock', () => {
  test('and is killed holds nobody up, and leaves nothing', { timeout }, async () => {
    await folderState(path).write('a', { version: 1, values: { before: 1 } }, { signal });
    const { child, says } = writer('hold');
    await says('held');
    await ended(child);
    await folderState(path, { lockTimeoutMs: 20_000 }).write('a', { version: 1, values: { after: 1 } }, { signal });
    expect(await kept()).toEqual({ after: 1 });
    expect(await readdir(path, { recursive: true })).toEqual(['.locks', 'a.json']);
  });

  test('killed at any moment of its writes, leaves the old or the new state whole', { timeout }, async () => {
    for (const count of [1, 3, 7]) {
      const { child, says } = writer('count');
      await says(String(count));
      await ended(child);
      const { n, same } = (await kept()) ?? {};
      expect(n).toBeGreaterThanOrEqual(count);
      expect(same).toEqual(Array.from({ length: 1_000 }, () => n));
    }
    await folderState(path, { lockTimeoutMs: 20_000 }).write('a', { version: 1, values: {} }, { signal });
    expect(await readdir(join(path, '.locks'))).toEqual([]);
  });

  test('and does not move is named when the time is over; what was kept is still there', { timeout }, async () => {
    const store = folderState(path, { lockTimeoutMs: 100 });
    await store.write('a', { version: 1, values: { before: 1 } }, { signal });
    const { child, says } = writer('hold');
    await says('held');
    const { host, ctx } = await hostWith(store);
    await expect(ctx.state.set('b', 2)).rejects.toMatchObject({
      code: 'seaworthy.plugins.STATE_LOCKED',
      params: { holder: expect.stringMatching(new RegExp(`^process ${child.pid} on `)), timeoutMs: 100 },
    });
    expect(await kept()).toEqual({ before: 1 });
    // Another plugin has a lock of its own.
    await store.write('b', { version: 1, values: {} }, { signal });
    await ended(child);
    await ctx.state.set('c', 3);
    expect(await kept()).toEqual({ before: 1, b: 2, c: 3 });
    await host.close();
  });

  test('and has not moved for long does not count, and keeps nothing when it goes on', { timeout }, async () => {
    const store = folderState(path);
    const { says } = writer('hold');
    await says('held');
    const [flag = ''] = await readdir(join(path, '.locks'));
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(path, '.locks', flag), longAgo, longAgo);
    await store.write('a', { version: 1, values: { other: 1 } }, { signal });
    const late = store.update?.(
      'a',
      () => {
        // As another process does that takes it for one that does not move.
        for (const name of readdirSync(join(path, '.locks'))) rmSync(join(path, '.locks', name));
        return { version: 1, values: { late: 1 } };
      },
      { signal },
    );
    await expect(late).rejects.toMatchObject({ code: 'seaworthy.plugins.STATE_LOCKED' });
    expect(await kept()).toEqual({ other: 1 });
  });

  test('ends its wait when the signal of the other aborts', { timeout }, async () => {
    const { says } = writer('hold');
    await says('held');
    const over = AbortSignal.timeout(50);
    const waiting = folderState(path).write('a', { version: 1, values: {} }, { signal: over });
    await expect(waiting).rejects.toThrow(/abort/i);
  });
});

test('a lock timeout that no timer takes is refused', () => {
  expect(() => folderState(path, { lockTimeoutMs: 0 })).toThrow(/Expected `lockTimeoutMs`/);
});
