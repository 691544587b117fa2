// Runs the sides of a comparison in turns, in one process, and takes medians, because machines and moments differ.

/** One side of a comparison: does `count` operations, and waits until their output is out. */
export type Side = (count: number) => void | Promise<void>;

export interface Comparison {
  readonly name: string;
  readonly peer: string;
  readonly ours: Side;
  readonly theirs: Side;
  /** How many times the peer's speed is wanted, or with `lower` the most of its time that is allowed. */
  readonly target: number;
  readonly better: 'higher' | 'lower';
  /** Done before each round, outside of the measured time. */
  readonly prepare?: () => void;
  /** What each side guarantees about the records of this case. */
  readonly durability: { readonly ours: string; readonly peer: string };
  /** Operations of one sample. */
  readonly count: number;
}

export interface Result {
  readonly ns: number;
  readonly peerNs: number;
  readonly ratio: number;
}

/** Measures both sides in turns, in samples short enough to fall between two interruptions; `rounds` of each. */
export async function compare(comparison: Comparison, rounds: number): Promise<Result> {
  const { ours, theirs, count, better, prepare } = comparison;
  globalThis.gc?.();
  const mine: number[] = [];
  const peers: number[] = [];
  for (let round = -rounds / 2; round < rounds; round += 1) {
    const oursFirst = round % 2 === 0;
    prepare?.();
    const firstNs = await sample(oursFirst ? ours : theirs, count);
    const secondNs = await sample(oursFirst ? theirs : ours, count);
    if (round < 0) continue;
    mine.push(oursFirst ? firstNs : secondNs);
    peers.push(oursFirst ? secondNs : firstNs);
  }
  const ns = median(mine);
  const peerNs = median(peers);
  return { ns, peerNs, ratio: better === 'higher' ? peerNs / ns : ns / peerNs };
}

async function sample(side: Side, count: number): Promise<number> {
  const startedAt = process.hrtime.bigint();
  await side(count);
  return Number(process.hrtime.bigint() - startedAt) / count;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
