import { withBase, type Base, type Request } from '../compose.ts';
import type { Settings } from '../config/settings.ts';
import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import { newestReport, pullReport, reportAddress, type PullOptions } from '../push/pull.ts';
import { pushPipeline } from '../push/push.ts';
import { diffReports } from '../report/diff.ts';
import { parseReport, readReportBytes } from '../report/read.ts';
import type { Report } from '../report/report.ts';
import { writeDiff, type DiffFormat } from '../reporters/diff.ts';
import { forReaders } from '../reporters/readers.ts';
import { isAtLeast } from '../verdict.ts';
import { readVersion } from '../version.ts';

/** The flags of `seaworthy report diff`. */
export interface DiffFlags {
  readonly format: DiffFormat;
  /** Of the findings that are new. */
  readonly failOn: Settings['failOn'];
  readonly url?: string;
  readonly config?: string;
}

/**
 * Says how a later report differs from an earlier one; new findings end in exit code 1. Each is a file, `-` or the address of a
 * report; the earlier one may be left out for the newest that the server has.
 *
 * @throws REPORT_UNREADABLE, REPORTS_APART, DIFF_URL_MISSING, REPORT_NOT_THERE, REPORT_UNREACHABLE
 */
export async function diff(flags: DiffFlags, first: string, second: string | undefined, io: Io): Promise<number> {
  const { format, failOn } = flags;
  return withBase(toRequest(flags), io, async (base) => {
    const [before, after] = await readBoth(first, second, base, io);
    if (before.project.name !== after.project.name) {
      const [earlier, later] = [before, after].map(({ project }) => JSON.stringify(project.name));
      throw new CliErrors.REPORTS_APART({ before: earlier!, after: later! });
    }
    const [shownBefore, shownAfter] = await Promise.all(
      [before, after].map((each) => forReaders(each, format, io.locale)),
    );
    const difference = diffReports(shownBefore!, shownAfter!);
    const messages = await loadMessages(io.locale);
    io.stdout.write(writeDiff(format, difference, { messages, paint: io.paint }));
    return difference.added.some(({ severity }) => isAtLeast(severity, failOn)) ? exitCodes.found : exitCodes.clean;
  });
}

function toRequest({ url, config }: DiffFlags): Request {
  return {
    command: 'report diff',
    directory: '.',
    configFile: config,
    flags: { 'push.url': { flag: '--url', value: url } },
  };
}

async function readBoth(
  first: string,
  second: string | undefined,
  base: Base,
  io: Io,
): Promise<readonly [before: Report, after: Report]> {
  const { loaded, signal } = base;
  const options: PullOptions = {
    version: readVersion(),
    pipeline: base.resilience.pipeline('pull', pushPipeline),
    signal,
  };
  if (second === '-' && first === '-')
    throw new CliErrors.REPORT_UNREADABLE({ path: '-', reason: 'standard input can be read only once.' });
  if (second !== undefined) return [await read(first, options, io), await read(second, options, io)];
  const { url } = loaded.settings.push;
  if (url === undefined) throw new CliErrors.DIFF_URL_MISSING();
  const after = await read(first, options, io);
  return [await readFrom(await newestReport(url, after.project.name, options), options), after];
}

/** Reads a report: of a file, of standard input for `-`, or of a server. */
async function read(place: string, options: PullOptions, io: Io): Promise<Report> {
  if (!/^https?:\/\//.test(place)) return parseReport(place, await readReportBytes(place, io, options.signal));
  const address = reportAddress(place);
  if (address !== undefined) return readFrom(address, options);
  const reason = 'its address is not that of a report, such as https://seaworthy.example.com/reports/1.';
  throw new CliErrors.REPORT_UNREADABLE({ path: place, reason });
}

async function readFrom(address: URL, options: PullOptions): Promise<Report> {
  return parseReport(address.href, await pullReport(address, options));
}
