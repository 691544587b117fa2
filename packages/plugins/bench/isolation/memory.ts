// The memory that 100 plugins add in a tier, printed in megabytes: the program's own and that of all it has started, as Linux
// divides shared pages among those who share them. It is run on the built package, which is what users have in memory.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startHost, writePlugins } from './subjects.ts';
import { isTier, tiers } from './tiers.ts';

const many = 100;

function memoryMb(): number {
  const all = [process.pid, ...childrenOf(process.pid)];
  return all.reduce((sum, pid) => sum + proportionalKb(pid), 0) / 1_024;
}

function proportionalKb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
}

function childrenOf(pid: number): readonly number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const own = threads.flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
  return own.flatMap((child) => [child, ...childrenOf(child)]);
}

const [name] = process.argv.slice(2);
if (!isTier(name)) throw new Error(`Expected a tier, got ${String(name)}.`);
const one = await writePlugins(1);
const all = await writePlugins(many);
// What the host itself loads is not what the tier adds.
await (await startHost(one.path, undefined)).close();
globalThis.gc?.();
const before = memoryMb();
const host = await startHost(all.path, tiers[name](true));
// What starting has left behind is collected in a while, here and there.
await pause(1_000);
globalThis.gc?.();
console.log(memoryMb() - before);
await host.close();
await one.remove();
await all.remove();
