import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { applyBaseline } from '../baseline/baseline.ts';
import { readBaseline } from '../baseline/file.ts';
import { openCache } from '../cache/report.ts';
import { cachePlace } from '../cache/place.ts';
import { builtInPacks, jobOf, runThis } from '../compose.ts';
import { loadSettings, type FlagValue, type LoadedSettings } from '../config/settings.ts';
import { locateConfig } from '../config/locate.ts';
import type { AuditJob } from '../engine/job.ts';
import { startThread } from '../engine/supervise.ts';
import type { Report } from '../report/report.ts';
import type { BuildOptions } from './options.ts';
import type { Surroundings } from './surroundings.ts';

export interface LookOptions extends BuildOptions {
  /** The absolute path of the directory. */
  readonly root: string;
  readonly surroundings: Surroundings;
  /** Whether another look is likely to follow. */
  readonly isRepeated: boolean;
  readonly signal: AbortSignal;
  /** A module that exports `packs`. @default the rules that are built in */
  readonly packs?: URL;
}

/** What a look at a project has come to. */
export interface Looked {
  readonly root: string;
  /** The same directory, whatever links lead to it: bundlers follow them. */
  readonly realRoot: string;
  /** Without what a baseline holds back. */
  readonly report: Report;
  readonly failOn: LoadedSettings['settings']['failOn'];
  readonly isStrict: boolean;
  /** Absolute paths of files that say how it is looked, and what is known. */
  readonly sources: readonly string[];
}

/** Audits a project for a build. @throws seaworthy.config.INVALID, BASELINE_UNREADABLE; what an audit throws; the signal's reason */
export async function look(options: LookOptions): Promise<Looked> {
  const { root, surroundings, signal } = options;
  const loaded = await loadSettings({
    flags: flagsOf(options),
    directory: root,
    cwd: root,
    variables: surroundings.variables,
    signal,
    ...(options.config !== undefined && { configFile: options.config }),
  });
  const { baseline, failOn } = loaded.settings;
  const known = baseline === undefined ? undefined : await readBaseline(baseline, root, signal);
  const job = jobOf({ directory: root }, loaded, { cwd: root, variables: surroundings.variables });
  const found = await audit(job, loaded, options);
  const report = known === undefined ? found : applyBaseline(found, known).report;
  const config = options.config === undefined ? (await locateConfig(root))?.path : resolve(root, options.config);
  return {
    root,
    realRoot: await realpath(root).catch(() => root),
    report,
    failOn,
    isStrict: loaded.isProduction,
    sources: [...(config === undefined ? [] : [config]), ...(baseline === undefined ? [] : [resolve(root, baseline)])],
  };
}

async function audit(job: AuditJob, { settings }: LoadedSettings, options: LookOptions): Promise<Report> {
  const { root, surroundings, signal, packs, isRepeated } = options;
  const isCached = packs === undefined && (settings.cache || isRepeated);
  if (!isCached) return run(job, options);
  const place = cachePlace(root, { chosen: undefined, cwd: root, variables: surroundings.variables });
  const { state, report } = await openCache(job, place, signal);
  return report ?? (await run({ ...job, cache: state }, options));
}

async function run(job: AuditJob, { packs = builtInPacks(), signal }: LookOptions): Promise<Report> {
  signal.throwIfAborted();
  const thread = startThread(packs);
  try {
    return (await runThis(job, { packs, thread }, { log: undefined, signal }, () => {})).report;
  } finally {
    await thread.close();
  }
}

function flagsOf({ failOn, baseline, ignore, production, cache }: BuildOptions): Readonly<Record<string, FlagValue>> {
  const given = { failOn, baseline, ignore, production, cache };
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [key, { flag: `\`${key}\` of the plugin`, value }]),
  );
}

/** The absolute paths that a file of the project may have in a bundler. */
export function pathsOf({ root, realRoot }: Pick<Looked, 'root' | 'realRoot'>, file: string): readonly string[] {
  return [join(root, file), join(realRoot, file)];
}
