// What does an error of ours cost, compared with native errors and other libraries?
// `npm run bench` has built the package: its import and its second copy are the built file.
// Standard output carries one line of JSON for each case and peer; explanations go to standard error.
import { collection, creation, recognition, serialisation, transfer } from './cases.ts';
import { measure } from './harness.ts';
import type { Comparison, Peer } from './harness.ts';
import { measureImports } from './imports.ts';
import { loadCopy, loadMakers, loadSerializeError } from './peers.ts';

const isQuick = process.argv.includes('--quick');
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));

const makers = await loadMakers();
const comparisons = [
  ...creation(makers),
  ...serialisation(makers),
  ...recognition(await loadCopy()),
  collection(),
  transfer(await loadSerializeError()),
];
for (const comparison of comparisons) {
  if (wanted.length === 0 || wanted.some((word) => comparison.name.includes(word))) compare(comparison);
}
if (wanted.length === 0 || wanted.includes('import')) compareImports();

function compare(comparison: Comparison): void {
  const { name, gives, peers, better = 'lower' } = comparison;
  const { ours, peers: theirs } = measure(comparison, isQuick ? 41 : 401);
  process.stderr.write(`${name}\n  ours: ${Math.round(ours)} ns (${gives})\n`);
  for (const [index, peer] of peers.entries())
    tell({ name, unit: 'ns', better, peer, ours, theirs: theirs[index] ?? NaN });
}

function compareImports(): void {
  const [ours = NaN, ...theirs] = measureImports(['@seaworthy/errors', 'modern-errors', 'effect'], isQuick ? 5 : 21);
  const peers = [
    { name: 'modern-errors', gives: 'its own index', target: 0.1 },
    { name: 'effect', gives: 'its own index' },
  ];
  process.stderr.write(`import\n  ours: ${round(ours)} ms (everything)\n`);
  for (const [index, peer] of peers.entries()) {
    tell({ name: 'import', unit: 'ms', better: 'lower', peer, ours, theirs: theirs[index] ?? NaN });
  }
}

interface Line {
  readonly name: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly peer: Omit<Peer, 'run'>;
  readonly ours: number;
  readonly theirs: number;
}

function tell({ name, unit, better, peer, ours, theirs }: Line): void {
  const ratio = better === 'higher' ? theirs / ours : ours / theirs;
  const target = peer.target ?? null;
  const holds = target === null || (better === 'higher' ? ratio >= target : ratio <= target);
  const result = { package: 'errors', case: name, peer: peer.name, value: round(ours), unit, ratio: round(ratio) };
  process.stdout.write(`${JSON.stringify({ ...result, better, target, holds })}\n`);
  process.stderr.write(`  ${peer.name}: ${round(theirs)} ${unit} (${peer.gives})\n`);
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}
