import { relative, resolve, sep } from 'node:path';
import { composeAudit, withBase, type Base, type Request } from '../compose.ts';
import { expectOwnOutput } from '../config/own-target.ts';
import { CliErrors } from '../errors.ts';
import type { Io } from '../io.ts';
import { writeAtomically } from '../output.ts';
import { createProgress } from '../progress.ts';
import { pushPipeline, pushReport } from '../push/push.ts';
import type { Report } from '../report/report.ts';
import { loadReporter } from '../reporters/formats.ts';
import { json } from '../reporters/json.ts';
import { plain } from '../reporters/reporter.ts';
import { summarize } from '../reporters/summary.ts';
import { exitCodeOf } from '../verdict.ts';
import { readVersion } from '../version.ts';
import { openBaseline } from './known-findings.ts';

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
}

/** Audits a directory, writes the report, and answers the exit code. */
export async function audit(
  flags: AuditFlags,
  directory: string | undefined,
  io: Io,
  packs?: Request['packs'],
): Promise<number> {
  const request: Request = { ...toRequest(flags, directory ?? '.'), ...(packs && { packs }) };
  return withBase(request, io, async (base) => {
    const { settings, isProduction } = base.loaded;
    const place = { cwd: io.cwd, directory: resolve(io.cwd, request.directory) };
    if (settings.output !== undefined) await expectOwnOutput(base.loaded, settings.output, place);
    const known = await openBaseline(flags.writeBaseline === true, place, base);
    const found = await auditWithProgress(request, base, io);
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

async function auditWithProgress(request: Request, base: Base, io: Io): Promise<Report> {
  const progress = createProgress(io);
  try {
    return await composeAudit(request, base, io, progress.show);
  } finally {
    progress.clear();
  }
}

async function writeReport(report: Report, { directory }: Request, { loaded, signal }: Base, io: Io): Promise<void> {
  const { format, output } = loaded.settings;
  const reporter = await loadReporter(format);
  const options = { version: readVersion(), prefix: prefixOf(io.cwd, directory) };
  signal.throwIfAborted();
  if (output === undefined) {
    io.stdout.write(reporter(report, { ...options, paint: io.paint }));
    return;
  }
  await writeAtomically(resolve(io.cwd, output), reporter(report, { ...options, paint: plain }), signal);
  io.stderr.write(`${summarize(report)} The report is in ${output}.\n`);
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
  io.stderr.write(`The report is at ${pushed.url}.\n`);
}
