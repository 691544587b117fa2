// Runs the sides of a comparison in turns, in one process, and takes medians, because machines and moments differ.

/** Does `count` operations. */
export type Side = (count: number) => unknown;

export interface Peer {
  readonly name: string;
  readonly run: Side;
  /** What the peer's result guarantees. */
  readonly gives: string;
  /** Operations of one sample, where the peer is so slow that ours are too many. */
  readonly count?: number;
  /** The most of the peer's time that is allowed, or with `higher` how many times its speed is wanted. */
  readonly target?: number;
}

export interface Comparison {
  readonly name: string;
  readonly ours: Side;
  /** What our result guarantees. */
  readonly gives: string;
  readonly peers: readonly Peer[];
  readonly better?: 'lower' | 'higher';
  /** Operations of one sample: so few that a sample takes about a millisecond and is seldom interrupted. */
  readonly count: number;
  /** A sample leaves so much garbage that each begins with a collection. @default false */
  readonly leavesMuch?: boolean;
}

export interface Measured {
  readonly ours: number;
  /** In the order of the peers. */
  readonly peers: readonly number[];
}

/** Samples before the first that counts. */
const warmUp = 20;

/** Measures all sides in turns: medians in nanoseconds for one operation. */
export function measure(comparison: Comparison, rounds: number): Measured {
  const { ours: run, count, peers: others, leavesMuch = false } = comparison;
  const sides = [{ run, count }, ...others.map((peer) => ({ run: peer.run, count: peer.count ?? count }))];
  const samples: number[][] = sides.map(() => []);
  for (const side of sides) side.run(side.count * (leavesMuch ? 2 : warmUp));
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another side, so that none always runs after the same one.
    for (let turn = 0; turn < sides.length; turn += 1) {
      const index = (round + turn) % sides.length;
      const side = sides[index];
      // No side pays for much that the one before it left behind.
      if (round % 16 === 0 || leavesMuch) globalThis.gc?.();
      if (side !== undefined) samples[index]?.push(sample(side.run, side.count));
    }
  }
  const [ours = NaN, ...peers] = samples.map(median);
  return { ours, peers };
}

function sample(side: Side, count: number): number {
  const startedAt = process.hrtime.bigint();
  side(count);
  return Number(process.hrtime.bigint() - startedAt) / count;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
