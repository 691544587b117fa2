// node --conditions=@seaworthy/source tools/audited/audited.ts [--update]
// Audits well-known packages with our rules and compares with what was found, and judged by reading the code, before.
// A finding that nobody has judged fails, one that is gone fails, and so does a share of right ones below nine in ten.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { look } from './look.ts';
import { packages } from './packages.ts';
import { judgeAgain, readSnapshot, vanished, writeSnapshot, type Judged } from './snapshot.ts';

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
const wantedShare = 0.9;

const folder = await mkdtemp(join(tmpdir(), 'seaworthy-audited-'));
try {
  const failures: string[] = [];
  const judged: Judged[] = [];
  for (const name of packages) {
    const { findings, failed } = await compare(name);
    failures.push(...failed.map((failure) => `${name}: ${failure}`));
    judged.push(...findings);
    console.log(`${name.padEnd(22)} ${describe(findings)}`);
  }
  const serious = judged.filter(({ severity }) => severity !== 'info');
  if (shareOf(serious) < wantedShare)
    failures.push(`Fewer than ${wantedShare * 100} % of the errors and warnings are right.`);
  console.log(
    `\nerrors and warnings: ${describe(serious)}\ninfos: ${describe(judged.filter(({ severity }) => severity === 'info'))}`,
  );
  for (const failure of failures) console.error(failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function compare(
  name: string,
): Promise<{ readonly findings: readonly Judged[]; readonly failed: readonly string[] }> {
  const known = readSnapshot(name);
  const { findings, problems } = await look(name, folder);
  const today = judgeAgain(findings, known);
  if (values.update) writeSnapshot(name, today);
  const unjudged = today
    .filter(({ verdict }) => verdict === undefined)
    .map((finding) => `no verdict: ${line(finding)}`);
  const gone = values.update ? [] : vanished(findings, known).map((finding) => `not found any more: ${line(finding)}`);
  return { findings: today, failed: [...problems, ...unjudged, ...gone] };
}

function shareOf(findings: readonly Judged[]): number {
  const right = findings.filter(({ verdict }) => verdict === 'right').length;
  return findings.length === 0 ? 1 : right / findings.length;
}

function describe(findings: readonly Judged[]): string {
  const right = findings.filter(({ verdict }) => verdict === 'right').length;
  return `${right} of ${findings.length} right (${(shareOf(findings) * 100).toFixed(1)} %)`;
}

function line({ rule, file, line: at, column, message }: Judged): string {
  return `${rule} ${file}:${at ?? 1}:${column ?? 1} ${message}`;
}
