// How long does `/diagnostics/stack` take while the main thread is stuck for four seconds?
// The peer is the same server in process: it can only answer when the main thread is free again.
import { once } from 'node:events';
import { join } from 'node:path';
import { get, median, start, tell, type Measured } from './measured.ts';

const program = join(import.meta.dirname, 'program.ts');
const isQuick = process.argv.includes('--quick');
const blocks = isQuick ? 1 : 5;
const blockMs = 4_000;
const questions = 10;
const mostMs = 200;

/** The milliseconds of each answer that came, and named the function, while the main thread was stuck. */
async function askWhileStuck(measured: Measured, times: number): Promise<readonly number[]> {
  const { child, url } = measured;
  const stuck = once(child, 'message');
  child.send({ kind: 'block', ms: blockMs });
  await stuck;
  const free = once(child, 'message');
  await new Promise((resolve) => setTimeout(resolve, 200));
  const taken: number[] = [];
  for (let count = 0; count < times; count += 1) {
    const startedAt = performance.now();
    const text = await get(url, '/diagnostics/stack');
    const isNamed = text.includes('addUpTheYear');
    // An answer that does not say what the thread does is none.
    taken.push(isNamed || times === 1 ? performance.now() - startedAt : blockMs);
  }
  await free;
  return taken;
}

const worker = await start(program, ['worker']);
const inProcess = await start(program, ['in-process']);
const ours: number[] = [];
const theirs: number[] = [];
for (let block = 0; block < blocks; block += 1) {
  ours.push(...(await askWhileStuck(worker, questions)));
  theirs.push(...(await askWhileStuck(inProcess, 1)));
}
await Promise.all([worker.end(), inProcess.end()]);
const name = '/diagnostics/stack during a block of 4 s';
const peer = 'the same server in process';
tell({ case: `${name}, slowest of ${ours.length}`, peer: null, value: Math.max(...ours), unit: 'ms', target: mostMs });
const ratio = median(ours) / median(theirs);
tell({ case: `${name}, median`, peer, value: median(ours), unit: 'ms', ratio, target: mostMs });
process.stderr.write(`${peer}: ${Math.round(median(theirs))} ms, and names nothing but itself\n`);
