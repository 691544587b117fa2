import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openCache } from '../cache/report.ts';
import { cachePlace } from '../cache/place.ts';
import { jobOf, runThis, settingsOf, type Base, type Request } from '../compose.ts';
import { describeError } from '../describe-error.ts';
import type { AuditJob } from '../engine/job.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { walk } from '../project/walk.ts';
import type { Report } from '../report/report.ts';
import { createWatcher, type Watcher } from '../watch/watcher.ts';
import { watchedDirectories } from '../watch/directories.ts';
import { ignoring } from '../engine/ignore.ts';

export interface WatchOptions {
  /** Shows the report of one round. */
  readonly print: (report: Report, base: Base) => Promise<void>;
  readonly onProgress?: (line: string) => void;
  /** @default one of the file system */
  readonly watcher?: Watcher;
}

/**
 * Audits again whenever a file of the project, or its config file, has changed: what rules have found out about files that are as
 * they were is not found out again. Ends when the signal aborts, which is how one ends it, with 130.
 */
export async function watchProject(request: Request, base: Base, io: Io, options: WatchOptions): Promise<number> {
  const { watcher = createWatcher() } = options;
  const { signal } = base;
  const place = await openPlace(request, base, io);
  const last: Last = {};
  try {
    for (;;) {
      await round({ request, base, io, place: place.directory, watcher, last, ...options });
      await watcher.changed(signal);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    return exitCodes.interrupted;
  } finally {
    watcher.close();
    await place.close();
  }
}

/** What the last round has come to. */
interface Last {
  key?: string | undefined;
  error?: string | undefined;
}

interface Round extends Omit<WatchOptions, 'watcher'> {
  readonly request: Request;
  readonly base: Base;
  readonly io: Io;
  readonly place: string;
  readonly watcher: Watcher;
  readonly last: Last;
}

/** One round that fails, such as one in which the directory is gone, is told once, and the next one is waited for. */
async function round({ last, ...parts }: Round): Promise<void> {
  try {
    last.key = await look({ last, ...parts });
    last.error = undefined;
  } catch (error) {
    parts.base.signal.throwIfAborted();
    const said = await describeError(error, parts.io);
    if (said !== last.error) parts.io.stderr.write(said);
    last.error = said;
    last.key = undefined;
  }
}

async function look({ request, base, io, place, watcher, last, print, onProgress = () => {} }: Round): Promise<string> {
  const loaded = await settingsOf(request, io);
  const current: Base = { ...base, loaded };
  const job = jobOf(request, loaded, io);
  // Before the audit lists the files: what changes from now on ends the wait after it.
  watcher.watch(new Set([...(await directoriesOf(job, base.signal, watcher)), loaded.directory]));
  const { state, report: kept } = await openCache(job, place, base.signal);
  const key = JSON.stringify([state.key, loaded.settings.failOn, loaded.settings.format, job.timings]);
  if (key === last.key) return key;
  const report = kept ?? (await runThis({ ...job, cache: state }, request, current, onProgress)).report;
  base.telemetry?.countFindings(report);
  await print(report, current);
  return key;
}

async function directoriesOf(job: AuditJob, signal: AbortSignal, watcher: Watcher): Promise<ReadonlySet<string>> {
  const { root, directory, ignore, ignoreFrom, variables } = job;
  try {
    const isIgnored = ignoring(ignore, ignoreFrom, root);
    const { entries } = await walk(root, directory, { isIgnored, variables, signal });
    return await watchedDirectories(root, entries);
  } catch (error) {
    // It is looked for until it is there again.
    watcher.watch(new Set([root, dirname(root)]));
    throw error;
  }
}

/** Where the answers are kept: with the others of the user where there is a cache, else in a directory that goes with the watch. */
async function openPlace(
  { cacheDirectory, directory }: Request,
  { loaded }: Base,
  io: Io,
): Promise<{ readonly directory: string; readonly close: () => Promise<void> }> {
  const { root } = jobOf({ directory }, loaded, io);
  if (cacheDirectory !== undefined || loaded.settings.cache) {
    const chosen = { chosen: cacheDirectory, cwd: io.cwd, variables: io.variables };
    return { directory: cachePlace(root, chosen), close: async () => {} };
  }
  const own = await mkdtemp(join(tmpdir(), 'seaworthy-watch-'));
  return { directory: own, close: () => rm(own, { recursive: true, force: true }) };
}
