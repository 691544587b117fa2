import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { AuditJob } from '../engine/job.ts';
import { ignoring } from '../engine/ignore.ts';
import { isRecord } from '../project/record.ts';
import { walk, type Walk } from '../project/walk.ts';
import type { Report } from '../report/report.ts';
import { withContents } from './contents.ts';
import { codeMark } from './mark.ts';
import { openStamps } from './stamps.ts';
import { keep, readKept } from './store.ts';

/** What a run is told about earlier ones. */
export interface CacheState {
  /** The directory of this project. */
  readonly directory: string;
  /** Of everything that a report depends on. */
  readonly key: string;
  /** Of everything but the files. */
  readonly settingsKey: string;
  /** The files as they were when the run began. */
  readonly walk: Walk;
}

/** Lists the files of a project, reads those that may have changed, and finds out whether anything has changed since the last report. */
export async function openCache(
  job: AuditJob,
  directory: string,
  signal: AbortSignal,
): Promise<{ readonly state: CacheState; readonly report?: Report }> {
  const { root, ignore, ignoreFrom, variables, rules, experimental, isProduction, projectName } = job;
  const isIgnored = ignoring(ignore, ignoreFrom, root);
  const stamps = openStamps(directory, Date.now());
  const listed = await walk(root, job.directory, { isIgnored, variables, hasTimes: true, signal });
  const found = await withContents(root, listed, stamps, signal);
  stamps.keep();
  const settingsKey = keyOf([codeMark(), root, rules, experimental, isProduction, projectName ?? null]);
  const key = keyOf([settingsKey, found.entries, found.problems]);
  const kept = readKept(pathIn(directory));
  const state = { directory, key, settingsKey, walk: found };
  return isRecord(kept) && kept['key'] === key && isReport(kept['report'])
    ? { state, report: kept['report'] }
    : { state };
}

/** Keeps a report for the next run. @throws what the file system throws */
export function keepReport({ directory, key }: CacheState, report: Report): void {
  const { durationMs: _durationMs, ...stats } = report.stats;
  keep(pathIn(directory), { key, report: { ...report, stats } });
}

function pathIn(directory: string): string {
  return join(directory, 'report.json');
}

function keyOf(parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}

function isReport(value: unknown): value is Report {
  return isRecord(value) && value['schema'] === 'seaworthy.report' && value['schemaVersion'] === 1;
}
