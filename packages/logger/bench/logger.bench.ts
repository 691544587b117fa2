// How fast is a record, compared with pino and winston at equal durability?
// Standard output carries one line of JSON for each case; explanations go to standard error.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare, type Comparison } from './harness.ts';
import { disabledCases, recordCases, transportCases, turnCases } from './cases.ts';

const isQuick = process.argv.includes('--quick');
const directory = mkdtempSync(join(tmpdir(), 'seaworthy-logger-bench-'));
const onlyCases = process.argv.slice(2).filter((word) => !word.startsWith('--'));

try {
  const all = [...disabledCases(), ...recordCases(directory), ...turnCases(), ...transportCases(directory)];
  for (const comparison of all) {
    if (onlyCases.length > 0 && !onlyCases.some((word) => comparison.name.includes(word))) continue;
    await report(comparison);
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

async function report(comparison: Comparison): Promise<void> {
  const { name, peer, target, better, durability } = comparison;
  const { ns, peerNs, ratio } = await compare(comparison, isQuick ? 100 : 600);
  const holds = better === 'higher' ? ratio >= target : ratio <= target;
  const round = (value: number): number => Math.round(value * 100) / 100;
  const line = {
    package: 'logger',
    case: name,
    peer,
    value: round(ns),
    unit: 'ns',
    ratio: round(ratio),
    better,
    target,
    holds,
    durability,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  const comparing = better === 'higher' ? `${round(ratio)} times as fast` : `${round(ratio)} of its time`;
  process.stderr.write(
    `${name}: ${round(ns)} ns, ${peer} ${round(peerNs)} ns: ${comparing}. Ours: ${durability.ours}. Peer: ${durability.peer}.\n`,
  );
}
