// What does an error of ours cost, compared with native errors and other libraries?
// `npm run bench` has built the package: its import and its second copy are the built file.
// Each case runs in several processes of its own: how V8 compiles a loop differs from one process to the next, and what a
// case leaves in the compiler and the heap is no part of another.
// Standard output carries one line of JSON for each case and peer; explanations go to standard error.
import { cases } from './cases.ts';
import type { Peer } from './harness.ts';
import { measureImports } from './imports.ts';
import { measureInProcesses, summarize, type Against, type Measurement } from './processes.ts';

const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

for (const { name, gives, better, peers } of await cases()) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  tell({ name, gives, unit: 'ns', better, peers }, measureInProcesses(name, isQuick ? 3 : 7, isQuick ? 21 : 101));
}
if (wanted.length === 0 || wanted.includes('import')) tellImports();

function tellImports(): void {
  const { first, further, own } = measureImports('@seaworthy/errors', ['modern-errors', 'effect'], isQuick ? 5 : 21);
  const peers = [
    { name: 'modern-errors', gives: 'its own index', target: 0.1 },
    { name: 'effect', gives: 'its own index' },
  ];
  tell({ name: 'import', gives: 'everything', unit: 'ms', peers }, summarize(further));
  tell({ name: 'import, its own code', gives: 'less a package of one line', unit: 'ms', peers }, summarize(own));
  tell({ name: 'import, the first of a program', gives: "with Node's loader", unit: 'ms', peers }, summarize(first));
}

interface Case {
  readonly name: string;
  readonly gives: string;
  readonly unit: string;
  readonly better?: 'lower' | 'higher' | undefined;
  readonly peers: readonly Omit<Peer, 'run'>[];
}

function tell({ name, gives, unit, better = 'lower', peers }: Case, { ours, against }: Measurement): void {
  process.stderr.write(`${name}\n  ours: ${round(ours)} ${unit} (${gives})\n`);
  for (const [index, peer] of peers.entries()) {
    const measured = against[index];
    if (measured === undefined) continue;
    const { theirs } = measured;
    const { ratio, from, to } = better === 'higher' ? howManyTimes(measured) : howMuch(measured);
    const target = peer.target ?? null;
    const holds = target === null || (better === 'higher' ? ratio >= target : ratio <= target);
    const result = { package: 'errors', case: name, peer: peer.name, value: round(ours), unit, ratio: round(ratio) };
    process.stdout.write(`${JSON.stringify({ ...result, better, target, holds })}\n`);
    process.stderr.write(`  ${peer.name}: ${round(theirs)} ${unit}, ${round(from)} to ${round(to)} (${peer.gives})\n`);
  }
}

interface Ratio {
  readonly ratio: number;
  readonly from: number;
  readonly to: number;
}

function howMuch({ ratio, least, most }: Against): Ratio {
  return { ratio, from: least, to: most };
}

function howManyTimes({ ratio, least, most }: Against): Ratio {
  return { ratio: 1 / ratio, from: 1 / most, to: 1 / least };
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
