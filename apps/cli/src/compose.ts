// Composes a command by hand, read from top to bottom: config, logger, telemetry, lifecycle, resilience, and the audit itself.
import { resolve } from 'node:path';
import { createLifecycle, type Lifecycle } from '@seaworthy/lifecycle';
import { createResilience, type Resilience } from '@seaworthy/resilience';
import { expectOwnTarget, type SecretTarget } from './config/own-target.ts';
import { loadSettings, type FlagValue, type LoadedSettings } from './config/settings.ts';
import type { AuditJob, JobListener, JobResult } from './engine/job.ts';
import type { RulePackPlugin } from './engine/packs.ts';
import type { AuditThread } from './engine/supervise.ts';
import { CliErrors } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import type { Io } from './io.ts';
import { createLog, type Log } from './log.ts';
import type { Report } from './report/report.ts';
import { startRunTelemetry, type RunTelemetry } from './telemetry.ts';

/** What the user asked for. */
export interface Request {
  /** The words of the command, such as `report push`. */
  readonly command: string;
  /** By the key of the setting. */
  readonly flags: Readonly<Record<string, FlagValue>>;
  /** As the user named it. */
  readonly directory: string;
  readonly configFile?: string | undefined;
  readonly verbose?: boolean | undefined;
  /** Where what is known of projects is kept, as the user named it. @default the cache directory of the user */
  readonly cacheDirectory?: string | undefined;
  /** Rule packs, or a module that exports them as `packs`. @default the packs that are built in */
  readonly packs?: readonly RulePackPlugin[] | URL;
  /** A thread that loads the rules already; whoever has started it closes it. */
  readonly thread?: AuditThread;
}

/** What every command stands on. */
export interface Base {
  readonly loaded: LoadedSettings;
  readonly log: Log | undefined;
  readonly resilience: Resilience;
  /** Only when an endpoint is configured. */
  readonly telemetry: RunTelemetry | undefined;
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal;
}

const headersTarget: SecretTarget = {
  secret: 'telemetry.headers',
  target: 'telemetry.endpoint',
  advice: 'Set SEAWORTHY_TELEMETRY_ENDPOINT',
};

/** What an interrupted command has beside its last export to say why it ends, in milliseconds. */
const breathMs = 500;

/** Runs work on a wired base and takes everything down again, also when the user interrupts. @throws INTERRUPTED */
export async function withBase<T>(request: Request, io: Io, work: (base: Base) => Promise<T>): Promise<T> {
  const loaded = await settingsOf(request, io);
  if (loaded.settings.telemetry.headers !== undefined) expectOwnTarget(loaded, headersTarget);
  const log = request.verbose === true ? await createLog() : undefined;
  const lastWordsMs = loaded.settings.telemetry.timeoutMs + breathMs;
  const lifecycle: Lifecycle = createLifecycle({
    graceMs: 5_000,
    lameDuckMs: 0,
    onUncaught: 'off',
    exitCodes: Object.fromEntries(io.signals.map((signal) => [signal, exitCodes.interrupted])),
    signals: io.signals,
    // A signal that comes before everything has stopped is a second one.
    exit: (code) => io.exit(code, lifecycle.state === 'stopped' ? lastWordsMs : 0),
    ...(log && { logger: log }),
  });
  const { signal } = lifecycle;
  const resilience = createResilience({ signal });
  lifecycle.add('resilience', { stop: () => resilience.close() });
  await lifecycle.start();
  let telemetry: RunTelemetry | undefined;
  // Inside of what telemetry looks at: it counts an interruption by its code, and not by what a signal aborts with.
  const run = async (): Promise<T> => {
    try {
      return await work({ loaded, log, resilience, telemetry, signal });
    } catch (error) {
      if (!signal.aborted || CliErrors.INTERRUPTED.is(error)) throw error;
      throw new CliErrors.INTERRUPTED({ done: 'nothing was written' }, { cause: error });
    }
  };
  try {
    telemetry = await startRunTelemetry(request.command, loaded.settings, log);
    return await lifecycle.track(telemetry === undefined ? run() : telemetry.run(run), 'command');
  } finally {
    await lifecycle.stop('done');
    await telemetry?.close();
    await log?.close();
  }
}

/** Reads the settings of a request. @throws seaworthy.config.INVALID */
export function settingsOf(request: Request, io: Io): Promise<LoadedSettings> {
  return loadSettings({
    flags: request.flags,
    directory: resolve(io.cwd, request.directory),
    cwd: io.cwd,
    variables: io.variables,
    ...(request.configFile !== undefined && { configFile: request.configFile }),
  });
}

/** Audits the directory: in a thread of its own, or in this one when the packs are given as objects. */
export async function composeAudit(
  request: Request,
  base: Base,
  io: Io,
  onProgress: (line: string) => void = () => {},
): Promise<Report> {
  const { report } = await runAudit(request, base, io, onProgress);
  base.telemetry?.countFindings(report);
  return report;
}

/** Audits the directory without what is known of it, and also says what would mend it. */
export async function composeFixes(
  request: Request,
  base: Base,
  io: Io,
  onProgress: (line: string) => void = () => {},
): Promise<JobResult> {
  const { loaded } = base;
  const afresh = { ...base, loaded: { ...loaded, settings: { ...loaded.settings, cache: false } } };
  return runAudit(request, afresh, io, onProgress);
}

async function runAudit(request: Request, base: Base, io: Io, onProgress: (line: string) => void): Promise<JobResult> {
  const startedAt = performance.now();
  const { settings } = base.loaded;
  const job = jobOf(request, base.loaded, io);
  // What other packs answer may change without the code here.
  const isCached = settings.cache && request.packs === undefined;
  const cache = isCached ? await lookUp(job, request.cacheDirectory, io, base.signal) : undefined;
  if (cache?.report !== undefined) return { report: withTime(cache.report, settings.timings, startedAt), fixes: [] };
  return runThis(cache === undefined ? job : { ...job, cache: cache.state }, request, base, onProgress);
}

/** All that an audit of this request has to know. */
export function jobOf(
  { directory }: Pick<Request, 'directory'>,
  loaded: LoadedSettings,
  io: Pick<Io, 'cwd' | 'variables'>,
): AuditJob {
  const { settings } = loaded;
  return {
    root: resolve(io.cwd, directory),
    directory,
    ignore: settings.ignore,
    ignoreFrom: loaded.directory,
    // A copy: the environment of a process cannot be sent to a thread.
    variables: { ...io.variables },
    rules: settings.rules,
    rulesSource: loaded.sourceOf('rules'),
    experimental: settings.experimental,
    isProduction: loaded.isProduction,
    ruleTimeoutMs: settings.ruleTimeoutMs,
    timings: settings.timings,
    ...(settings.project !== undefined && { projectName: settings.project }),
  };
}

/** Runs a job in a thread of its own, or in this one when the packs are given as objects. */
export async function runThis(
  job: AuditJob,
  { packs, thread }: Pick<Request, 'packs' | 'thread'>,
  { log, signal }: Pick<Base, 'log' | 'signal'>,
  onProgress: (line: string) => void,
): Promise<JobResult> {
  const listener: JobListener = {
    log: (level, fields, message) => log?.[level](fields, message),
    progress: onProgress,
    active: () => {},
  };
  if (packs === undefined || packs instanceof URL) {
    const { supervise } = await import('./engine/supervise.ts');
    return supervise(job, { packs: packs ?? builtInPacks(), listener, signal, ...(thread && { thread }) });
  }
  const { runJob } = await import('./engine/job.ts');
  return runJob(job, packs, undefined, listener, signal);
}

async function lookUp(job: AuditJob, chosen: string | undefined, { cwd, variables }: Io, signal: AbortSignal) {
  const [{ openCache }, { cachePlace }] = await Promise.all([import('./cache/report.ts'), import('./cache/place.ts')]);
  return openCache(job, cachePlace(job.root, { chosen, cwd, variables }), signal);
}

function withTime(report: Report, isWanted: boolean, startedAt: number): Report {
  if (!isWanted) return report;
  return { ...report, stats: { ...report.stats, durationMs: Math.round(performance.now() - startedAt) } };
}

/** Begins to load the rules that are built in, beside everything else that comes before an audit. */
export async function startBuiltIn(): Promise<AuditThread> {
  const { startThread } = await import('./engine/supervise.ts');
  return startThread(builtInPacks());
}

/** The module with the rules that come with seaworthy. */
export function builtInPacks(): URL {
  return new URL('./built-in.worker.ts', import.meta.url);
}
