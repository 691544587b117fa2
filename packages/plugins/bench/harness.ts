// Runs the sides of a comparison in turns, in one process, and takes medians, because machines and moments differ.

export interface Side {
  readonly name: string;
  /** The most of this side's value that ours may take. */
  readonly target?: number;
  /** Returns what one turn took, in the unit of the case. */
  readonly measure: () => number | Promise<number>;
}

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  readonly ours: () => number | Promise<number>;
  readonly peers: readonly Side[];
  readonly rounds: number;
  readonly warmUp: number;
}

/** Measures all sides in turns, each round in another order, and prints one line of JSON for each peer. */
export async function compare({ name, unit, ours, peers, rounds, warmUp }: Comparison): Promise<void> {
  const sides = [ours, ...peers.map(({ measure }) => measure)];
  const samples: number[][] = sides.map(() => []);
  for (let round = -warmUp; round < rounds; round += 1) {
    for (let place = 0; place < sides.length; place += 1) {
      const index = (place + round + warmUp) % sides.length;
      const value = await sides[index]?.();
      if (round >= 0 && value !== undefined) samples[index]?.push(value);
      globalThis.gc?.();
    }
  }
  const [value = Number.NaN, ...theirs] = samples.map(median);
  for (const [index, { name: peer, target }] of peers.entries()) {
    const other = theirs[index] ?? Number.NaN;
    process.stderr.write(`${name}: ours ${round3(value)} ${unit}, ${peer} ${round3(other)} ${unit}\n`);
    tell({ case: name, peer, value, unit, ratio: value / other, target });
  }
}

interface Told {
  readonly case: string;
  readonly peer?: string;
  readonly value: number;
  readonly unit: string;
  readonly ratio?: number;
  readonly target?: number | undefined;
}

/** Prints one line; without a peer the target is for the value itself. */
export function tell({ case: name, peer, value, unit, ratio, target }: Told): void {
  const holds = target === undefined || (ratio ?? value) <= target;
  const numbers = { value: round3(value), unit, ratio: ratio === undefined ? null : round3(ratio) };
  const rest = { better: 'lower', target: target ?? null, holds };
  console.log(JSON.stringify({ package: 'plugins', case: name, peer: peer ?? null, ...numbers, ...rest }));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round3(value: number): number {
  return Number(value.toPrecision(4));
}
