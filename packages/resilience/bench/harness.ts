// Runs the sides of a comparison in turns, in one process, and takes medians, because machines and moments differ.

/** One call through a protection. */
export type Call = () => Promise<unknown>;

export interface Side {
  readonly name: string;
  readonly call: Call;
  /** What a caller gets for it. */
  readonly gives: string;
}

export interface Peer extends Side {
  /** The most of the peer's time that is allowed. */
  readonly target?: number;
}

export interface Comparison {
  readonly name: string;
  readonly ours: Side;
  readonly peers: readonly Peer[];
}

/** Calls of one sample: so few that a sample takes some milliseconds and is seldom interrupted. */
const callsEachSample = 2_000;
/** Calls in one turn of the event loop: what sides do once for each turn, such as tidying timers, is part of their price. */
const callsEachTurn = 50;

/** Samples before the first that counts. */
const warmUp = 40;

/** Measures all sides in turns: medians in nanoseconds for one call, in the order of the sides. */
export async function measure(sides: readonly Side[], rounds: number): Promise<readonly number[]> {
  const samples: number[][] = sides.map(() => []);
  const orders = allOrders(sides.map((_, index) => index));
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const index of orders[(round + warmUp) % orders.length] ?? []) {
      const side = sides[index];
      if (side === undefined) continue;
      // No side pays for much that the one before it left behind. Not each time: a collection also throws code away.
      if (round % 16 === 0) globalThis.gc?.();
      await turn();
      const ns = await sample(side.call);
      if (round >= 0) samples[index]?.push(ns);
    }
  }
  return samples.map(median);
}

/** All orders of some sides: each runs after each other one equally often, since what a side leaves behind costs the next one. */
function allOrders(sides: readonly number[]): readonly (readonly number[])[] {
  if (sides.length < 2) return [sides];
  return sides.flatMap((side) => allOrders(sides.filter((other) => other !== side)).map((rest) => [side, ...rest]));
}

async function sample(call: Call): Promise<number> {
  const startedAt = process.hrtime.bigint();
  for (let count = 0; count < callsEachSample; count += callsEachTurn) {
    for (let inTurn = 0; inTurn < callsEachTurn; inTurn += 1) await call();
    await turn();
  }
  return Number(process.hrtime.bigint() - startedAt) / callsEachSample;
}

/** Lets the event loop go round once. */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
