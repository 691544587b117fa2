import { relative, resolve, sep } from 'node:path';
import { composeAudit, startBuiltIn, withBase, type Base, type Request } from '../compose.ts';
import { expectOwnOutput } from '../config/own-target.ts';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages } from '../i18n/messages.ts';
import { loadParts } from '../i18n/parts.ts';
import type { Io } from '../io.ts';
import { writeAtomically } from '../output.ts';
import { createProgress } from '../progress.ts';
import { pushPipeline, pushReport } from '../push/push.ts';
import type { Report } from '../report/report.ts';
import { loadReporter } from '../reporters/formats.ts';
import { forReaders } from '../reporters/readers.ts';
import { json } from '../reporters/json.ts';
import { plain } from '../reporters/reporter.ts';
import { summarize } from '../reporters/summary.ts';
import { exitCodeOf } from '../verdict.ts';
import { readVersion } from '../version.ts';
import { openBaseline, type KnownFindings } from './known-findings.ts';

/** The flags of `seaworthy audit`, as they were typed. */
export interface AuditFlags {
  readonly format?: string;
  readonly output?: string;
  readonly failOn?: string;
  readonly baseline?: string;
  readonly writeBaseline?: boolean;
  readonly cache?: boolean;
  readonly cacheDirectory?: string;
  readonly production?: boolean;
  readonly ignore?: readonly string[];
  readonly config?: string;
  readonly ruleTimeout?: string;
  readonly timings?: boolean;
  readonly push?: string;
  readonly token?: string;
  readonly verbose?: boolean;
  readonly fix?: boolean;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
}

/** Audits a directory, writes the report, and answers the exit code. */
export async function audit(
  flags: AuditFlags,
  directory: string | undefined,
  io: Io,
  packs?: Request['packs'],
): Promise<number> {
  refuseApart(flags);
  // Where answers may be known, no rule may have to be loaded; a watch and a fix audit several times.
  const isSingle = flags.cache !== true && flags.watch !== true && flags.fix !== true;
  const thread = packs === undefined && isSingle ? await startBuiltIn() : undefined;
  try {
    return await auditWith(
      { ...toRequest(flags, directory ?? '.'), ...(packs && { packs }), ...(thread && { thread }) },
      flags,
      io,
    );
  } finally {
    await thread?.close();
  }
}

async function auditWith(request: Request, flags: AuditFlags, io: Io): Promise<number> {
  return withBase(request, io, async (base) => {
    const { settings, isProduction } = base.loaded;
    const place = { cwd: io.cwd, directory: resolve(io.cwd, request.directory) };
    if (settings.output !== undefined) await expectOwnOutput(base.loaded, settings.output, place);
    const known = await openBaseline(flags.writeBaseline === true, place, base);
    if (flags.watch === true) return watch(request, base, io, known);
    if (flags.dryRun === true) return preview(request, base, io);
    const found = await (flags.fix === true ? mendWithProgress : auditWithProgress)(request, base, io);
    const report = known === undefined ? found : await known.apply(found, io);
    await writeReport(report, request, base, io);
    if (flags.push !== undefined) await pushThis(report, flags.push, base, io);
    return exitCodeOf(report, { failOn: settings.failOn, isStrict: isProduction });
  });
}

function toRequest(flags: AuditFlags, directory: string): Request {
  return {
    command: 'audit',
    directory,
    configFile: flags.config,
    verbose: flags.verbose,
    cacheDirectory: flags.cacheDirectory,
    flags: {
      format: { flag: '--format', value: flags.format },
      output: { flag: '--output', value: flags.output },
      failOn: { flag: '--fail-on', value: flags.failOn },
      baseline: { flag: '--baseline', value: flags.baseline },
      cache: { flag: '--cache', value: flags.cache },
      production: { flag: '--production', value: flags.production },
      ignore: { flag: '--ignore', value: flags.ignore },
      ruleTimeoutMs: { flag: '--rule-timeout', value: flags.ruleTimeout },
      timings: { flag: '--timings', value: flags.timings },
      'push.url': { flag: '--push', value: flags.push },
      'push.token': { flag: '--token', value: flags.token },
    },
  };
}

/** @throws FLAGS_APART, NOTHING_TO_PREVIEW */
function refuseApart({ fix, dryRun, writeBaseline, watch: isWatched, push }: AuditFlags): void {
  if (dryRun === true && fix !== true) throw new CliErrors.NOTHING_TO_PREVIEW();
  if (dryRun === true && writeBaseline === true)
    throw apart('--dry-run', '--write-baseline', 'nothing would be written.');
  if (isWatched !== true) return;
  const reason = 'a watch only looks.';
  if (fix === true) throw apart('--watch', '--fix', reason);
  if (writeBaseline === true) throw apart('--watch', '--write-baseline', reason);
  if (push !== undefined) throw apart('--watch', '--push', reason);
}

function apart(first: string, second: string, reason: string): Error {
  return new CliErrors.FLAGS_APART({ first, second, reason });
}

async function auditWithProgress(request: Request, base: Base, io: Io): Promise<Report> {
  return withProgress(io, (show) => composeAudit(request, base, io, show));
}

async function mendWithProgress(request: Request, base: Base, io: Io): Promise<Report> {
  const { mend } = await import('./fix.ts');
  const { report, notes } = await withProgress(io, (show) => mend(request, base, io, show));
  io.stderr.write(notes.map((note) => `${note}\n`).join(''));
  return report;
}

/** Shows a report whenever something has changed: on a terminal in the place of the last one, as JSON one on each line. */
async function watch(request: Request, base: Base, io: Io, known: KnownFindings | undefined): Promise<number> {
  const { watchProject } = await import('./watch.ts');
  const { waitingForChanges } = await loadMessages(io.locale);
  const progress = createProgress(io);
  const say = await loadParts(io.locale);
  return watchProject(request, base, io, {
    onProgress: (line) => progress.show(say(line)),
    async print(found, current) {
      progress.clear();
      const report = known === undefined ? found : await known.apply(found, io);
      const { format, output } = current.loaded.settings;
      if (io.isScreen && output === undefined) io.stdout.write(clear);
      if (format === 'json' && output === undefined) io.stdout.write(`${JSON.stringify(report)}\n`);
      else await writeReport(report, request, current, io);
      if (io.isInteractive) io.stderr.write(`${waitingForChanges}\n`);
    },
  });
}

/** Takes what the terminal shows away; what was there before can still be scrolled to. */
const clear = '\u001b[2J\u001b[H';

/** Writes what --fix would change as a patch. There is something: exit code 1. */
async function preview(request: Request, base: Base, io: Io): Promise<number> {
  const { previewFixes } = await import('./fix.ts');
  const { patch, notes } = await withProgress(io, (show) => previewFixes(request, base, io, show));
  io.stdout.write(patch);
  io.stderr.write(notes.map((note) => `${note}\n`).join(''));
  return patch === '' ? exitCodes.clean : exitCodes.found;
}

async function withProgress<T>(io: Io, work: (show: (line: string) => void) => Promise<T>): Promise<T> {
  const progress = createProgress(io);
  const say = await loadParts(io.locale);
  try {
    return await work((line) => progress.show(say(line)));
  } finally {
    progress.clear();
  }
}

async function writeReport(report: Report, { directory }: Request, { loaded, signal }: Base, io: Io): Promise<void> {
  const { format, output } = loaded.settings;
  const reporter = await loadReporter(format);
  const messages = await loadMessages(io.locale);
  const options = { version: readVersion(), prefix: prefixOf(io.cwd, directory), messages };
  const shown = await forReaders(report, format, io.locale);
  signal.throwIfAborted();
  if (output === undefined) {
    io.stdout.write(reporter(shown, { ...options, paint: io.paint }));
    return;
  }
  await writeAtomically(resolve(io.cwd, output), reporter(shown, { ...options, paint: plain }), signal);
  io.stderr.write(`${summarize(report, messages)} ${messages.reportIsIn(output)}\n`);
}

/** People and tools read paths from where they stand; the report itself does not depend on it. */
function prefixOf(cwd: string, directory: string): string {
  const path = relative(cwd, resolve(cwd, directory)).split(sep).join('/');
  return path === '' ? '' : `${path}/`;
}

async function pushThis(report: Report, url: string, { loaded, resilience, signal }: Base, io: Io): Promise<void> {
  const { token } = loaded.settings.push;
  const version = readVersion();
  const bytes = new TextEncoder().encode(json(report, { version }));
  const pipeline = resilience.pipeline('push', pushPipeline);
  const options = { url, version, pipeline, signal, ...(token && { token: token.reveal() }) };
  const pushed = await pushReport(bytes, options).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new CliErrors.INTERRUPTED({ done: 'the report was written, but not pushed' }, { cause: error });
  });
  const { reportIsAt } = await loadMessages(io.locale);
  io.stderr.write(`${reportIsAt(pushed.url)}\n`);
}
