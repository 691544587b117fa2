import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import { diffReports, type ReportDiff } from '../report/diff.ts';
import { readReport } from '../report/read.ts';
import type { Finding } from '../report/report.ts';
import { formats, loadReporter } from '../reporters/formats.ts';
import { forReaders } from '../reporters/readers.ts';
import { plural, printable } from '../reporters/text.ts';
import { closest } from '../suggest.ts';
import { readVersion } from '../version.ts';

/** The flags of `seaworthy report show`. */
export interface ShowFlags {
  readonly format?: string;
}

/** Writes a JSON report in another format. @throws REPORT_UNREADABLE, UNKNOWN_FORMAT */
export async function show({ format = 'pretty' }: ShowFlags, file: string, io: Io): Promise<number> {
  const known = formats.find((each) => each === format);
  if (known === undefined) throw unknownFormat(format);
  const report = await readReport(file, io.cwd);
  const reporter = await loadReporter(known);
  const messages = await loadMessages(io.locale);
  const shown = await forReaders(report, known, io.locale);
  io.stdout.write(reporter(shown, { version: readVersion(), paint: io.paint, messages }));
  return exitCodes.clean;
}

function unknownFormat(format: string): Error {
  const meant = closest(format, formats);
  const suggestion = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new CliErrors.UNKNOWN_FORMAT({ format: JSON.stringify(format), suggestion, formats: formats.join(', ') });
}

/** The flags of `seaworthy report diff`. */
export interface DiffFlags {
  readonly format: 'pretty' | 'json';
}

/** Says what a later report has that an earlier one has not; findings that are new end in exit code 1. @throws REPORT_UNREADABLE */
export async function diff({ format }: DiffFlags, before: string, after: string, io: Io): Promise<number> {
  const [earlier, later] = await Promise.all([before, after].map((path) => readReport(path, io.cwd)));
  const difference = diffReports(earlier!, later!);
  io.stdout.write(format === 'json' ? `${JSON.stringify(difference, null, 2)}\n` : toText(difference, io));
  return difference.added.length > 0 ? exitCodes.found : exitCodes.clean;
}

function toText({ added, gone, kept, score }: ReportDiff, { paint }: Io): string {
  const lines = [
    ...added.map((finding) => paint('red', `+ ${lineOf(finding)}`)),
    ...gone.map((finding) => paint('green', `- ${lineOf(finding)}`)),
  ];
  const scores = `Score ${score.before ?? 'none'} before, ${score.after ?? 'none'} after.`;
  const summary = `${plural(added.length, 'finding')} new, ${gone.length} gone, ${kept} as before. ${scores}`;
  return [...lines, ...(lines.length > 0 ? [''] : []), paint('bold', summary), ''].join('\n');
}

function lineOf({ file, line, column, severity, rule, message }: Finding): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  return printable(`${place}: ${severity} ${rule} ${message}`);
}
