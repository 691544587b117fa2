import { fork } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createPluginHost, folder, type PluginHost, type Tier } from '@seaworthy/plugins';

const plugin = `export default {
  onInit(ctx) {
    ctx.command({ id: ctx.id + '.echo', run: (args) => args });
  },
};
`;

/** Writes packages of one publisher, each with a command that answers what it is given. */
export async function writePlugins(count: number): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'seaworthy-bench-'));
  for (let n = 0; n < count; n += 1) {
    await mkdir(join(path, `p${n}`));
    const content = { name: `p${n}`, version: '1.0.0', type: 'module', seaworthy: { api: '*' } };
    await writeFile(join(path, `p${n}/package.json`), JSON.stringify(content));
    await writeFile(join(path, `p${n}/index.js`), plugin);
  }
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** A started host, all of whose plugins run in one tier. */
export async function startHost(path: string, tier: Tier | undefined): Promise<PluginHost> {
  const host = await createPluginHost({
    sources: [folder(path)],
    ...(tier && { tiers: [tier] }),
    policy: { isolation: tier?.name ?? 'inline' },
  });
  await host.start();
  const failed = host.status().find(({ state }) => state !== 'started');
  if (failed) throw new Error(`${failed.id}: ${failed.error?.message ?? failed.state}`);
  return host;
}

/** Something that answers one message at a time. */
export interface Echo {
  ask(message: unknown): Promise<unknown>;
  end(): Promise<void>;
}

const program = join(import.meta.dirname, 'echo.mjs');

export async function echoInThread(): Promise<Echo> {
  const worker = new Worker(program);
  await new Promise((resolve) => worker.once('online', resolve));
  return {
    ask: (message) =>
      new Promise((resolve) => {
        worker.once('message', resolve);
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
        worker.postMessage(message);
      }),
    end: async () => void (await worker.terminate()),
  };
}

export async function echoInProcess(): Promise<Echo> {
  const child = fork(program, { serialization: 'advanced' });
  await new Promise((resolve) => child.once('spawn', resolve));
  return {
    ask: (message) =>
      new Promise((resolve) => {
        child.once('message', resolve);
        child.send(message as object);
      }),
    async end() {
      child.kill();
      await new Promise((resolve) => child.once('exit', resolve));
    },
  };
}
