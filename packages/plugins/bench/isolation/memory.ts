// The memory that 100 plugins add in a tier, printed in megabytes: the program's own and that of all it has started, as Linux
// divides shared pages among those who share them. It is run on the built package, which is what users have in memory.
import { setTimeout as pause } from 'node:timers/promises';
import { memoryOfAll } from './memory-of.ts';
import { startHost, writePlugins } from './subjects.ts';
import { isTier, tiers } from './tiers.ts';

const many = 100;

const [name] = process.argv.slice(2);
if (!isTier(name)) throw new Error(`Expected a tier, got ${String(name)}.`);
const one = await writePlugins(1);
const all = await writePlugins(many);
// What the host itself loads is not what the tier adds.
await (await startHost(one.path, undefined)).close();
globalThis.gc?.();
const before = memoryOfAll();
const host = await startHost(all.path, tiers[name](true));
// What starting has left behind is collected in a while, here and there.
await pause(1_000);
globalThis.gc?.();
console.log(memoryOfAll() - before);
await host.close();
await one.remove();
await all.remove();
