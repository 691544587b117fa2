import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '../../apps/cli/src/report/report.ts';

/** What somebody who has read the code says about a finding. */
export interface Judgement {
  readonly verdict: 'right' | 'wrong';
  readonly because: string;
}

/** A finding in the published sources of a package; without a verdict nobody has read the code yet. */
export type Judged = Pick<Finding, 'rule' | 'severity' | 'file' | 'line' | 'column' | 'message'> & Partial<Judgement>;

const folder = join(import.meta.dirname, 'snapshots');

export function readSnapshot(name: string): readonly Judged[] {
  const path = pathOf(name);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as readonly Judged[]) : [];
}

export function writeSnapshot(name: string, findings: readonly Judged[]): void {
  writeFileSync(pathOf(name), `${JSON.stringify(findings, null, 2)}\n`);
}

/** The findings of today, each with the verdict that it was given before. */
export function judgeAgain(findings: readonly Judged[], known: readonly Judged[]): readonly Judged[] {
  const judgements = new Map(known.map(({ verdict, because, ...finding }) => [keyOf(finding), { verdict, because }]));
  return findings.map((finding) => ({ ...finding, ...judgements.get(keyOf(finding)) }));
}

/** The findings of a snapshot that are gone. */
export function vanished(findings: readonly Judged[], known: readonly Judged[]): readonly Judged[] {
  const today = new Set(findings.map(keyOf));
  return known.filter((finding) => !today.has(keyOf(finding)));
}

function keyOf({ rule, severity, file, line, column, message }: Judged): string {
  return [rule, severity, file, line, column, message].join('\0');
}

function pathOf(name: string): string {
  return join(folder, `${name.replaceAll('/', '__')}.json`);
}
