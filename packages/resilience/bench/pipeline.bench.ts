// What does protection cost a call that succeeds, and what does an outage cost the other side?
// Standard output carries one line of JSON for each case.
import { circuitBreaker, createResilience, retry, timeout, type Policy } from '@seaworthy/resilience';
import { createFakeClock } from '@seaworthy/resilience/testing';

const isQuick = process.argv.includes('--quick');
const rounds = isQuick ? 5 : 41;
const callsEachRound = isQuick ? 2_000 : 10_000;

type Side = () => Promise<unknown>;

const task = async (): Promise<number> => 1;
const through =
  (policy: Pick<Policy, 'execute'>): Side =>
  async () =>
    policy.execute(task);

const r = createResilience();
const everything = { totalTimeoutMs: 3_000, retry: { max: 3 }, breaker: {}, attemptTimeoutMs: 800 };
const sides: readonly (readonly [name: string, side: Side])[] = [
  ['a call without protection', task],
  ['a pipeline without layers', through(r.pipeline('empty'))],
  ['a breaker', through(circuitBreaker())],
  ['retries', through(retry())],
  ['a time limit', through(timeout(1_000))],
  ['time limits, retries and a breaker', through(r.pipeline('full', everything))],
];

for (const [index, ns] of (await measure(sides.map(([, side]) => side))).entries()) {
  tell({ case: `pass through ${sides[index]?.[0] ?? ''}`, value: Math.round(ns), unit: 'ns' });
}
await r.close();

const attempts = await attemptsInOutage(1_000);
tell({ case: 'attempts for each call in an outage', value: attempts, unit: 'attempts', target: 1.3 });

/** Medians in nanoseconds for one call; the sides take turns, because a shared machine drifts. */
async function measure(runs: readonly Side[]): Promise<readonly number[]> {
  const samples: number[][] = runs.map(() => []);
  for (let round = -2; round < rounds; round += 1) {
    for (const [index, run] of runs.entries()) {
      const before = cpuNs();
      for (let call = 0; call < callsEachRound; call += 1) await run();
      if (round >= 0) samples[index]?.push((cpuNs() - before) / callsEachRound);
    }
  }
  return samples.map((each) => each.toSorted((a, b) => a - b)[Math.floor(each.length / 2)] ?? Number.NaN);
}

/** The time this process has had: on a shared machine the time that has passed says little. */
function cpuNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1_000;
}

/** How often the other side is called for each call of ours, when everything fails. */
async function attemptsInOutage(calls: number): Promise<number> {
  const clock = createFakeClock();
  const pipeline = createResilience({ clock }).pipeline('outage', { retry: { max: 3, firstMs: 1 } });
  let attempted = 0;
  const down = (): never => {
    attempted += 1;
    throw new Error('down');
  };
  for (let call = 0; call < calls; call += 1) {
    const settled = Promise.allSettled([pipeline.execute(down)]);
    await clock.advance(8);
    await settled;
  }
  return attempted / calls;
}

interface Told {
  readonly case: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: number;
}

function tell({ target, ...told }: Told): void {
  const holds = target === undefined || told.value <= target;
  const line = { package: 'resilience', peer: null, ratio: null, better: 'lower', ...told };
  console.log(JSON.stringify({ ...line, target: target ?? null, holds }));
}
