// Runs the sides of a comparison in turns, in one process, and takes medians, because machines and moments differ.

/** One side of a comparison: does `count` operations. */
export type Side = (count: number) => void | Promise<void>;

export interface Case {
  readonly name: string;
  readonly ours: Side;
  readonly peers: Readonly<Record<string, Side>>;
  /** How many times the speed of each peer is wanted, or with `lower` the most of its time that is allowed. */
  readonly target: Readonly<Record<string, number>>;
  readonly better: 'higher' | 'lower';
  /** Operations of one sample. */
  readonly count: number;
  /** Samples of each side. @default 60 */
  readonly rounds?: number;
  /** What one operation takes. @default 'ns' */
  readonly unit?: 'ns' | 'ms';
}

export const isQuick: boolean = process.argv.includes('--quick');

/** `--only=counter`: cases with this text in their name; for looking at one of them. */
const only = process.argv.find((word) => word.startsWith('--only='))?.slice('--only='.length) ?? '';

/** Measures all sides in turns, and prints one line for each peer. */
export async function run({ name, ours, peers, target, better, count, rounds = 60, unit = 'ns' }: Case): Promise<void> {
  if (!name.includes(only)) return;
  globalThis.gc?.();
  const sides = new Map<string, Side>([['ours', ours], ...Object.entries(peers)]);
  const wanted = isQuick ? Math.ceil(rounds / 4) : rounds;
  const samples = new Map<string, number[]>([...sides.keys()].map((side) => [side, []]));
  for (let round = -Math.ceil(wanted / 4); round < wanted; round += 1) {
    // Backwards in every second round, so that none is always first.
    for (const [side, work] of round % 2 === 0 ? sides : [...sides].toReversed()) {
      const ns = await sample(work, count);
      if (round >= 0) samples.get(side)?.push(ns);
    }
  }
  const value = median(samples.get('ours') ?? []);
  for (const peer of Object.keys(peers)) {
    report({
      name,
      peer,
      value: value,
      peerValue: median(samples.get(peer) ?? []),
      target: target[peer] ?? 1,
      better,
      unit,
    });
  }
}

export interface Measured {
  readonly name: string;
  readonly peer: string;
  /** Nanoseconds, or whatever the unit says. */
  readonly value: number;
  readonly peerValue: number;
  readonly target: number;
  readonly better: 'higher' | 'lower';
  readonly unit: string;
}

/** One line of JSON for the runner, one of text for people. */
export function report({ name, peer, value, peerValue, target, better, unit }: Measured): void {
  const scale = unit === 'ms' ? 1e6 : 1;
  const ratio = better === 'higher' ? peerValue / value : value / peerValue;
  const holds = better === 'higher' ? ratio >= target : ratio <= target;
  const line = {
    package: 'telemetry',
    case: name,
    peer,
    value: round(value / scale),
    unit,
    ratio: round(ratio),
    better,
    target,
    holds,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const says = better === 'higher' ? `${round(ratio)} times as fast` : `${round(ratio)} of it`;
  process.stderr.write(
    `${holds ? 'ok    ' : 'MISSED'} ${name}: ${round(value / scale)} ${unit}, ${peer} ${round(peerValue / scale)} ${unit}: ${says}, target ${target}\n`,
  );
}

async function sample(side: Side, count: number): Promise<number> {
  const startedAt = process.hrtime.bigint();
  await side(count);
  return Number(process.hrtime.bigint() - startedAt) / count;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
