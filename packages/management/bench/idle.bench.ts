// What does a management server cost while nobody asks it? Compared with the same process without one.
import { join } from 'node:path';
import { median, start, tell, type Measured, type Usage } from './measured.ts';

const program = join(import.meta.dirname, 'program.ts');
const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 1 : 5;
const idleMs = isQuick ? 3_000 : 5_000;
const kinds = ['none', 'in-process', 'worker'] as const;
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
for (const [index, kind] of kinds.entries()) {
  if (kind === 'none') continue;
  const more = (read: (cost: Cost) => number): number =>
    median(costs.map((round) => read(round[index] ?? nothing) - read(round[0] ?? nothing)));
  const peer = 'the same process without a server';
  const [percent, megabytes] = [more((cost) => cost.percent), more((cost) => cost.megabytes)];
  tell({ case: `idle, ${kind}: CPU more than`, peer, value: percent, unit: '%', target: mostPercent });
  tell({ case: `idle, ${kind}: memory more than`, peer, value: megabytes, unit: 'MB', target: mostMegabytes });
}
