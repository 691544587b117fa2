// What does a tier cost: to start, for each call, and in memory? Memory is measured on the built package: build it first.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { median, tell } from './harness.ts';
import { echoInProcess, echoInThread, startHost, writePlugins, type Echo } from './isolation/subjects.ts';
import { names, tiers, type Name } from './isolation/tiers.ts';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 3 : 15;
const calls = isQuick ? 300 : 3_000;

async function timed(task: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await task();
  return performance.now() - startedAt;
}

/** A host with one plugin, from nothing to started. */
async function measureStart(path: string): Promise<void> {
  const samples = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const name of ['inline', ...names] as const) {
      const tier = name === 'inline' ? undefined : tiers[name](false);
      const startedAt = performance.now();
      const host = await startHost(path, tier);
      const tookMs = performance.now() - startedAt;
      samples.set(name, [...(samples.get(name) ?? []), tookMs]);
      await host.close();
    }
  }
  const inline = median(samples.get('inline') ?? []);
  for (const name of names) {
    const value = median(samples.get(name) ?? []);
    tell({
      case: `start of a host with one plugin, ${name}`,
      peer: 'the same, inline',
      value,
      unit: 'ms',
      ratio: value / inline,
    });
  }
}

/** One call after the other, in turns with the peer. */
async function measureCalls(path: string): Promise<void> {
  const peers: Readonly<Record<Name, readonly [string, () => Promise<Echo>]>> = {
    worker: ['a thread that only echoes', echoInThread],
    process: ['a forked process that only echoes', echoInProcess],
    wasm: ['a thread that only echoes', echoInThread],
  };
  for (const name of names) {
    const host = await startHost(path, tiers[name](false));
    const [peerName, startPeer] = peers[name];
    const peer = await startPeer();
    const [echo] = host.commands();
    const message = { id: 7, text: 'hello', list: [1, 2, 3] };
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = -2; round < rounds; round += 1) {
      const own = await timed(async () => {
        for (let call = 0; call < calls; call += 1) await echo?.run(message);
      });
      const other = await timed(async () => {
        for (let call = 0; call < calls; call += 1) await peer.ask(message);
      });
      if (round >= 0) ours.push((own * 1_000) / calls);
      if (round >= 0) theirs.push((other * 1_000) / calls);
    }
    await host.close();
    await peer.end();
    const value = median(ours);
    tell({
      case: `round trip of a command, ${name}`,
      peer: peerName,
      value,
      unit: 'µs',
      ratio: value / median(theirs),
    });
  }
}

/** In a process of its own, so that no case has the memory of another. */
function measureMemory(): void {
  for (const name of names) {
    const args = ['--expose-gc', join(import.meta.dirname, 'isolation/memory.ts'), name];
    const value = Number(
      execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
    );
    const target = name === 'process' ? { target: 150 } : {};
    tell({ case: `memory that 100 plugins add, ${name}, shared`, value, unit: 'MB', ...target });
  }
}

const { path, remove } = await writePlugins(1);
await measureStart(path);
await measureCalls(path);
measureMemory();
await remove();
