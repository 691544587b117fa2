import { CliErrors } from '../errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMessages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import { readReport } from '../report/read.ts';
import { formats, loadReporter } from '../reporters/formats.ts';
import { forReaders } from '../reporters/readers.ts';
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
  const report = await readReport(file, io);
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
