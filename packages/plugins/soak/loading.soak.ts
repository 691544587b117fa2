// Does memory come back when a hundred plugins are loaded and unloaded fifty times, in process and in each tier? A host keeps one
// plugin, the others come and go. Each line of standard output is one finding; nothing on it means that all is well.
import { setTimeout as pause } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createPluginHost, folder, inline, processTier, service, wasmTier, workerTier } from '../src/index.ts';
import type { Plugin, PluginEntry, PluginHost, Tier, TierName } from '../src/index.ts';
import { writePlugins } from '../bench/isolation/subjects.ts';
import { memoryOfAll } from '../bench/isolation/memory-of.ts';

const many = 100;
const rounds = 50;
const mostGrowth = 0.05;
const [minutes = '5'] = process.argv.slice(2);
const endsAt = Date.now() + Number(minutes) * 60_000;
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const tiers: Readonly<Record<Exclude<TierName, 'inline'>, () => Tier>> = {
  worker: () => workerTier({ pluginsPerWorker: 32 }),
  process: () => processTier({ publisherOf: () => 'one' }),
  wasm: () => wasmTier(),
};

const { path, remove } = await writePlugins(many);
try {
  await report('inline', inlineRound);
  for (const [name, makeTier] of Object.entries(tiers)) await report(name, () => tierRound(path, makeTier()));
} finally {
  await remove();
}

/** After ten rounds the machine has what it keeps; from there nothing may be added. */
async function report(name: string, round: () => Promise<void>): Promise<void> {
  let settled = NaN;
  let count = 0;
  while (count < rounds && Date.now() < endsAt) {
    await round();
    count += 1;
    if (count === 10) settled = await memory();
  }
  if (count <= 10) {
    process.stdout.write(`${name}: time for ${count} rounds only; give it more minutes\n`);
    return;
  }
  const after = await memory();
  const growth = after / settled - 1;
  const said = `${name}: ${settled.toFixed(1)} MB after 10 rounds of ${many} plugins, ${after.toFixed(1)} MB after ${count}`;
  const resident = memoryOfAll('Anonymous').toFixed(0);
  process.stderr.write(`${said} (${(growth * 100).toFixed(1)} %); the system gives it ${resident} MB\n`);
  if (growth > mostGrowth) process.stdout.write(`${said}: it grew by ${(growth * 100).toFixed(1)} %\n`);
}

async function inlineRound(): Promise<void> {
  const entries = Array.from({ length: many }, (_, index) => plugin(`p${index}`, index));
  await loadAndUnload(await createPluginHost({ sources: [inline(entries)] }));
}

async function tierRound(path: string, tier: Tier): Promise<void> {
  const host = await createPluginHost({
    sources: [folder(path)],
    tiers: [tier],
    policy: { isolation: tier.name },
  });
  await loadAndUnload(host);
}

async function loadAndUnload(host: PluginHost): Promise<void> {
  await host.start();
  const commands = host.commands();
  if (commands.length !== many) process.stdout.write(`${commands.length} of ${many} plugins have started\n`);
  await Promise.all(commands.map((command) => command.run({ some: 'data' })));
  for (const { id } of host.status()) await host.unload(id);
  await host.close();
}

/** A plugin of a megabyte that registers one of each. */
function plugin(id: string, index: number): PluginEntry {
  const own: Plugin = {
    onInit(ctx) {
      const kept = Buffer.alloc(1_048_576, index);
      ctx.provide(service(`service of ${id}`), { size: () => kept.length });
      ctx.command({ id: `${id}.echo`, run: (args) => [args, kept.length] });
      ctx.on({ kind: 'event', id: 'tick' }, () => kept.length);
      ctx.setInterval(() => kept.length, 60_000);
      ctx.signal.addEventListener('abort', () => kept.length);
    },
  };
  return { manifest: { id }, plugin: own };
}

/** What is used. V8 keeps pages that it has emptied, sometimes and for a while: what the system sees says little. */
async function memory(): Promise<number> {
  for (let count = 0; count < 5; count += 1) {
    collectGarbage();
    await pause(200);
  }
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_048_576;
}
