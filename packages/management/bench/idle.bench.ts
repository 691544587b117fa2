// What does a management server cost while nobody asks it? Compared with the same process without one.
import { join } from 'node:path';
import { median, start, tell, type Measured, type Usage } from './measured.ts';

const program = join(import.meta.dirname, 'program.ts');
const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 1 : 5;
const idleMs = isQuick ? 3_000 : 5_000;
const kinds = ['none', 'in-process', 'listening-worker', 'worker'] as const;
const mostPercent = 1;
const mostMegabytes = 5;

interface Cost {
  readonly percent: number;
  readonly megabytes: number;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** All kinds side by side, so that each meets the same moments of the machine. */
async function measureRound(): Promise<readonly Cost[]> {
  const all: Measured[] = [];
  for (const kind of kinds) all.push(await start(program, [kind]));
  await pause(1_500);
  const before = await Promise.all(all.map(({ usage }) => usage()));
  await pause(idleMs);
  const after = await Promise.all(all.map(({ usage }) => usage()));
  await Promise.all(all.map(({ end }) => end()));
  return after.map((now, index) => costOf(now, before[index] ?? now));
}

function costOf(now: Usage, before: Usage): Cost {
  const percent = ((now.cpuMs - before.cpuMs) / (now.atMs - before.atMs)) * 100;
  return { percent, megabytes: now.rssBytes / 1e6 };
}

const nothing: Cost = { percent: 0, megabytes: 0 };
const costs: (readonly Cost[])[] = [];
for (let round = 0; round < rounds; round += 1) costs.push(await measureRound());
const plain = 'the same process without a server';
const listening = 'the same process with a worker that only listens';

/** How much more one kind takes than another, as the median of the rounds. */
function more(kind: number, than: number, read: (cost: Cost) => number): number {
  return median(costs.map((round) => read(round[kind] ?? nothing) - read(round[than] ?? nothing)));
}
const percent = ({ percent: value }: Cost): number => value;
const megabytes = ({ megabytes: value }: Cost): number => value;

const cpu = 'idle: CPU that is added';
const memory = 'idle: memory that is added';
tell({ case: `${cpu}, in process`, peer: plain, value: more(1, 0, percent), unit: '%', target: mostPercent });
tell({ case: `${cpu}, in a worker`, peer: plain, value: more(3, 0, percent), unit: '%', target: mostPercent });
tell({ case: `${memory}, in process`, peer: plain, value: more(1, 0, megabytes), unit: 'MB', target: mostMegabytes });
tell({
  case: `${memory}, in a worker`,
  peer: listening,
  value: more(3, 2, megabytes),
  unit: 'MB',
  target: mostMegabytes,
});
// A thread of its own is a heap of its own, and an empty one is already larger than the target (decision 13): these say what
// choosing the worker costs.
const inWorker = more(3, 0, megabytes);
const empty = more(2, 0, megabytes);
tell({ case: `${memory}, in a worker and by its thread`, peer: plain, value: inWorker, unit: 'MB', target: null });
tell({ case: `${memory}, by a worker that only listens`, peer: plain, value: empty, unit: 'MB', target: null });
