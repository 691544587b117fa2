import type { BaselineEntry } from '../baseline/baseline.ts';
import type { Base } from '../compose.ts';
import { expectOwnOutput } from '../config/own-target.ts';
import { CliErrors } from '../errors.ts';
import { loadMessages, type Messages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import type { Report } from '../report/report.ts';
import { printable } from '../reporters/text.ts';

export interface KnownFindings {
  /** Holds back what is known, or writes what is found, and says so. */
  apply(report: Report, io: Io): Promise<Report>;
}

/** Reads the baseline before the audit begins: a wrong path is told at once. @throws BASELINE_MISSING, BASELINE_UNREADABLE */
export async function openBaseline(
  isWritten: boolean,
  place: { readonly cwd: string; readonly directory: string },
  { loaded, signal }: Base,
): Promise<KnownFindings | undefined> {
  const { baseline: path } = loaded.settings;
  if (path === undefined && isWritten) throw new CliErrors.BASELINE_MISSING();
  if (path === undefined) return undefined;
  const [{ applyBaseline, baselineOf }, { readBaseline, writeBaseline }] = await Promise.all([
    import('../baseline/baseline.ts'),
    import('../baseline/file.ts'),
  ]);
  if (isWritten) await expectOwnOutput(loaded, path, { ...place, key: 'baseline' });
  const read = isWritten ? undefined : await readBaseline(path, place.cwd, signal);
  return {
    async apply(report, io) {
      const baseline = read ?? baselineOf(report);
      if (isWritten) await writeBaseline(path, place.cwd, baseline, signal);
      const { report: rest, known, unused } = applyBaseline(report, baseline);
      const messages = await loadMessages(io.locale);
      const text = isWritten
        ? `${messages.baselineWritten(known, printable(path))}\n`
        : held(path, known, unused, messages);
      io.stderr.write(text);
      return rest;
    },
  };
}

function held(path: string, known: number, unused: readonly BaselineEntry[], messages: Messages): string {
  const lines = unused.map(({ rule, file, message }) => `  ${rule}  ${printable(file)}  ${printable(message)}\n`);
  const rest = lines.length === 0 ? '' : `${messages.baselineUnused(lines.length)}\n`;
  return `${messages.baselineHeld(known, printable(path))}\n${rest}${lines.join('')}`;
}
