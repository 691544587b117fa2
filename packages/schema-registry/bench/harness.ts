// Runs two sides in turns, in one process, and takes medians, because machines and moments differ.

/** Does its work `count` times; the answer is something of the results, so that nothing can be left out. */
export type Side = (count: number) => unknown;

export interface Comparison {
  readonly ours: Side;
  readonly theirs: Side;
  /** What both do in a sample: so little that it takes some milliseconds and is seldom interrupted. */
  readonly count: number;
  /** What one sample is divided by. @default count */
  readonly units?: number;
}

export interface Measured {
  /** In nanoseconds for one unit. */
  readonly ours: number;
  readonly theirs: number;
}

/** Samples before the first that counts. */
const warmUp = 10;

export function measure({ ours, theirs, count, units = count }: Comparison, rounds: number): Measured {
  const sides = [ours, theirs];
  const samples: number[][] = [[], []];
  for (let round = -warmUp; round < rounds; round += 1) {
    if (round % 16 === 0) globalThis.gc?.();
    for (let place = 0; place < 2; place += 1) {
      // Each round begins with the other side, so that none always runs after the same one.
      const index = Math.abs(round + place) % 2;
      const ns = sample(sides[index] as Side, count) / units;
      if (round >= 0) samples[index]?.push(ns);
    }
  }
  return { ours: median(samples[0] ?? []), theirs: median(samples[1] ?? []) };
}

let kept: unknown;

function sample(run: Side, count: number): number {
  const startedAt = process.hrtime.bigint();
  kept = run(count);
  return Number(process.hrtime.bigint() - startedAt);
}

/** What the last sample gave. */
export function lastResult(): unknown {
  return kept;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
