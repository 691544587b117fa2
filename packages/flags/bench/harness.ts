// Runs the sides of a comparison in turns, in one process, and takes medians, because machines and moments differ.

/** Does `count` evaluations; the answer says how many were on, so that nothing can be left out. */
export type Side = (count: number) => number | Promise<number>;

export interface Peer {
  readonly name: string;
  readonly run: Side;
  /** What the peer's answer guarantees. */
  readonly gives: string;
  /** How many times the peer's speed is wanted. */
  readonly target?: number;
}

export interface Comparison {
  readonly name: string;
  readonly ours: Side;
  /** What our answer guarantees. */
  readonly gives: string;
  readonly peers: readonly Peer[];
  /** Evaluations of one sample of a peer: so few that a sample takes some milliseconds and is seldom interrupted. */
  readonly count: number;
  /** How many times as many ours does in a sample, so that its samples are not too short for the clock. */
  readonly more?: number;
}

export interface Measured {
  readonly ours: number;
  /** In the order of the peers. */
  readonly peers: readonly number[];
}

/** Samples before the first that counts. */
const warmUp = 10;

/** Measures all sides in turns: medians in nanoseconds for one evaluation. */
export async function measure({ ours, peers, count, more = 4 }: Comparison, rounds: number): Promise<Measured> {
  const sides = [{ run: ours, count: count * more }, ...peers.map(({ run }) => ({ run, count }))];
  const samples: number[][] = sides.map(() => []);
  for (const side of sides) await side.run(side.count * warmUp);
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another side, so that none always runs after the same one.
    for (let place = 0; place < sides.length; place += 1) {
      const index = (round + place) % sides.length;
      const side = sides[index];
      // No side pays for much that the one before it left behind.
      if (round % 16 === 0) globalThis.gc?.();
      if (side) samples[index]?.push(await sample(side.run, side.count));
    }
  }
  const [mine = Number.NaN, ...theirs] = samples.map(median);
  return { ours: mine, peers: theirs };
}

async function sample(run: Side, count: number): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const answer = run(count);
  // A side that is synchronous does not pay for a turn of the event loop.
  if (typeof answer !== 'number') await answer;
  return Number(process.hrtime.bigint() - startedAt) / count;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
