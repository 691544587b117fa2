// What does an evaluation cost, what does loading cost, and what do the peers pay for the same flags?
// Standard output carries one line of JSON for each case and peer; explanations go to standard error.
import type { FlagHandle } from '@seaworthy/flags';
import { kinds, namedFlags, oneOfEach } from './documents.ts';
import { compareHandle, openSides } from './evaluation.ts';
import { measure, type Comparison } from './harness.ts';
import { loaders, measureLoading, type Loaded } from './load.ts';

const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const few = await openSides(oneOfEach);
const many = await openSides(namedFlags(1_000));
const plainKeys = Object.keys(many.flags.evaluateAll()).filter((_, index) => index % 2 === 0);
const comparisons: readonly Comparison[] = [
  few.compare('a plain boolean', ['plain'], [5, 5, 5, 5, 5]),
  few.compare('one rule', ['one rule'], [10, null, 10, 10, 10]),
  few.compare('ten rules', ['ten rules'], [3, 3, 3, 3, 3]),
  few.compare('fractional', ['fractional'], [3, 3, 3, 3]),
  many.compare('a plain boolean of 1,000 flags', plainKeys, [3, 3, 3, 3, 3]),
  compareHandle(few.flags, ['plain']),
];
// A program evaluates flags of every kind: what the compiler learns from one case is known to the others.
for (const { run } of few.compare('warm-up', kinds, [1, 1, 1, 1, 1]).peers) await run(8_192);
await few.compare('warm-up', kinds, [1, 1, 1, 1]).ours(1_000_000);
for (const comparison of comparisons) {
  if (wanted.length === 0 || wanted.some((word) => comparison.name.includes(word))) await compare(comparison);
}
if (wanted.length === 0 || wanted.includes('handle')) compareAllocation(few.flags.handle('plain'));
await few.close();
await many.close();
if (wanted.length === 0 || wanted.includes('load')) compareLoading(isQuick ? 5 : 21);

async function compare(comparison: Comparison): Promise<void> {
  const { name, gives, peers } = comparison;
  const { ours, peers: theirs } = await measure(comparison, isQuick ? 31 : 301);
  process.stderr.write(`${name}\n  ours: ${ours.toPrecision(3)} ns (${gives})\n`);
  for (const [index, peer] of peers.entries()) {
    const other = theirs[index] ?? Number.NaN;
    process.stderr.write(`  ${peer.name}: ${other.toPrecision(3)} ns (${peer.gives})\n`);
    tell({
      case: name,
      peer: peer.name,
      value: ours,
      unit: 'ns',
      ratio: other / ours,
      better: 'higher',
      target: peer.target ?? null,
    });
  }
}

/** Scavenges would hide what is thrown away: a million calls are less than one of them. */
function compareAllocation(handle: FlagHandle): void {
  const context = { targetingKey: 'user-1' };
  const ask = (count: number): number => {
    let on = 0;
    for (let index = 0; index < count; index += 1) if (handle.value(context, false)) on += 1;
    return on;
  };
  ask(1_000_000);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const on = ask(1_000_000);
  const bytes = (process.memoryUsage().heapUsed - before) / on;
  process.stderr.write(`bytes allocated by a handle: ${bytes.toPrecision(3)} for each call\n`);
  const better = 'lower';
  // What asking for the memory allocates itself is some thousands of bytes in a million calls.
  tell({
    case: 'bytes allocated by a handle',
    peer: null,
    value: Math.max(0, bytes),
    unit: 'bytes',
    ratio: null,
    better,
    target: 0.05,
  });
}

function compareLoading(rounds: number): void {
  const count = 10_000;
  const [first, ...peers] = loaders(1);
  const [ours, ...theirs] = measureLoading([...(first ? [first] : []), ...peers], count, rounds);
  if (!first || !ours) return;
  const show = ({ ms, bytes }: Loaded): string => `${ms.toFixed(1)} ms, ${(bytes / 1e6).toFixed(2)} MB`;
  process.stderr.write(`load 10,000 flags\n  ours: ${show(ours)} (${first.gives})\n`);
  for (const [index, { name, gives, time = null, heap = null }] of peers.entries()) {
    const other = theirs[index];
    if (!other) continue;
    process.stderr.write(`  ${name}: ${show(other)} (${gives})\n`);
    const told = { peer: name, better: 'lower' } as const;
    tell({ case: 'load 10,000 flags', ...told, value: ours.ms, unit: 'ms', ratio: ours.ms / other.ms, target: time });
    const ratio = ours.bytes / other.bytes;
    tell({ case: 'memory of 10,000 flags', ...told, value: ours.bytes / 1e6, unit: 'MB', ratio, target: heap });
  }
}

interface Told {
  readonly case: string;
  readonly peer: string | null;
  readonly value: number;
  readonly unit: string;
  readonly ratio: number | null;
  readonly better: 'lower' | 'higher';
  readonly target: number | null;
}

function tell({ value, ratio, ...told }: Told): void {
  const measured = ratio ?? value;
  const holds = told.target === null || (told.better === 'higher' ? measured >= told.target : measured <= told.target);
  const numbers = { value: round(value), ratio: ratio === null ? null : round(ratio) };
  process.stdout.write(`${JSON.stringify({ package: 'flags', ...told, ...numbers, holds })}\n`);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
