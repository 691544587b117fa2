// How often does a health check run, however many ask for it? The program is our lifecycle behind our server.
import { once } from 'node:events';
import { join } from 'node:path';
import { get, start, tell } from './measured.ts';

const program = join(import.meta.dirname, '../../../apps/server/bench/probed-program.ts');
const isQuick = process.argv.includes('--quick');
const lastsMs = isQuick ? 2_000 : 10_000;
const clients = 200;
const ttlMs = 500;

async function askUntil(url: string, endAt: number): Promise<number> {
  let count = 0;
  while (performance.now() < endAt) {
    await get(url, '/health/ready');
    count += 1;
  }
  return count;
}

const probed = await start(program, [String(ttlMs)]);
const startedAt = performance.now();
const counts = await Promise.all(Array.from({ length: clients }, () => askUntil(probed.url, startedAt + lastsMs)));
const elapsedMs = performance.now() - startedAt;
const told = once(probed.child, 'message');
probed.child.send({ kind: 'runs' });
const [{ runs }] = (await told) as [{ readonly runs: number }];
await probed.end();
const probes = counts.reduce((sum, count) => sum + count, 0);
process.stderr.write(
  `${probes} probes of ${clients} clients in ${Math.round(elapsedMs)} ms: the check ran ${runs} times\n`,
);
// One more may run than times that passed: the first.
const most = Math.floor(elapsedMs / ttlMs) + 1;
tell({ case: `checks per ttl under ${clients} clients`, peer: null, value: runs / most, unit: 'runs', target: 1 });
