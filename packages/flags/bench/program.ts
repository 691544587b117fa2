// One load in a process of its own, as at the start of a program: `node program.ts <side> <flags>` prints ms and bytes.
import { loaders } from './load.ts';

const [name = '', count = ''] = process.argv.slice(2);
const side = loaders(Number(count)).find((loader) => loader.name === name);
if (!side) throw new TypeError(`There is no side "${name}".`);

// The second load is the one that counts: the first also reads the modules that the library loads when it needs them.
await (
  await side.open()
)();
const before = await settled();
const startedAt = process.hrtime.bigint();
const close = await side.open();
const ms = Number(process.hrtime.bigint() - startedAt) / 1e6;
const bytes = (await settled()) - before;
await close();
process.stdout.write(`${JSON.stringify({ ms, bytes })}\n`, () => process.exit());

/** Bytes of heap in use, when all garbage is gone. */
async function settled(): Promise<number> {
  for (let times = 0; times < 4; times += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return process.memoryUsage().heapUsed;
}
