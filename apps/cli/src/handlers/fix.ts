import { resolve } from 'node:path';
import { composeFixes, type Base, type Request } from '../compose.ts';
import { CliErrors } from '../errors.ts';
import { unifiedDiff } from '../fix/diff.ts';
import type { FixedFile } from '../fix/file.ts';
import type { Fix } from '../fix/fixes.ts';
import type { Refusal } from '../fix/merge.ts';
import { planProject, writeProject, type Written } from '../fix/project.ts';
import { loadMessages, type Messages } from '../i18n/messages.ts';
import type { Io } from '../io.ts';
import { printable } from '../reporters/text.ts';
import type { Report } from '../report/report.ts';

/** What one fix makes room for is mended in the next round; more rounds than this mean that two fixes undo each other. */
const mostRounds = 10;

/**
 * Mends what can be mended, round by round until nothing is left to mend, and answers the report of what is left.
 *
 * @throws FIX_UNWRITABLE, INTERRUPTED
 */
export async function mend(
  request: Request,
  base: Base,
  io: Io,
  onProgress: (line: string) => void,
): Promise<{ readonly report: Report; readonly notes: readonly string[] }> {
  const root = resolve(io.cwd, request.directory);
  const messages = await loadMessages(io.locale);
  const made: Fix[] = [];
  const files = new Set<string>();
  let last: Written = { written: [], overtaken: [] };
  try {
    for (let round = 1; ; round += 1) {
      const { report, fixes } = await composeFixes(request, base, io, onProgress);
      const planned = await planProject(root, fixes, base.signal);
      if (round <= mostRounds) {
        last = await writeProject(root, planned, base.signal);
        for (const file of last.written) files.add(file.path);
        made.push(...last.written.flatMap((file) => file.made));
        // What somebody saved meanwhile is looked at again, as it is now.
        if (last.written.length + last.overtaken.length > 0) continue;
      }
      base.telemetry?.countFindings(report);
      const isEndless = round > mostRounds && last.written.length > 0;
      const rest = [...planned, ...last.overtaken.map(asRefused)];
      return { report, notes: [...notesOn(made, files.size, messages), ...notesOnRest(rest, isEndless, messages)] };
    }
  } catch (error) {
    if (!base.signal.aborted || files.size === 0) throw error;
    const done =
      files.size === 1 ? 'one file was mended, as a whole' : `${files.size} files were mended, each of them as a whole`;
    throw new CliErrors.INTERRUPTED({ done }, { cause: error });
  }
}

/** What one round of mending would change, as a patch; empty when there is nothing to mend. */
export async function previewFixes(
  request: Request,
  base: Base,
  io: Io,
  onProgress: (line: string) => void,
): Promise<{ readonly patch: string; readonly notes: readonly string[] }> {
  const { fixes } = await composeFixes(request, base, io, onProgress);
  const planned = await planProject(resolve(io.cwd, request.directory), fixes, base.signal);
  const changed = planned.filter(({ made }) => made.length > 0);
  const made = changed.flatMap((file) => file.made).length;
  const messages = await loadMessages(io.locale);
  return {
    patch: changed.map(({ path, before, edits }) => unifiedDiff(path, before, edits)).join(''),
    notes: [messages.canBeMended(made, changed.length), ...notesOnRest(planned, false, messages)],
  };
}

function notesOn(made: readonly Fix[], files: number, { mended, mendedIn }: Messages): readonly string[] {
  const lines = made.map(({ file, line, rule, title }) => `${mended}  ${place({ file, line })}  ${rule}  ${title}`);
  return [...lines.map(printable), mendedIn(made.length, files)];
}

function asRefused(file: FixedFile): FixedFile {
  return { ...file, refused: file.made.map((fix) => ({ fix, reason: 'changed' })) };
}

function notesOnRest(planned: readonly FixedFile[], isEndless: boolean, messages: Messages): readonly string[] {
  const refused = planned.flatMap((file) => file.refused).map((each) => describe(each, messages));
  return isEndless ? [...refused, messages.endless(mostRounds)] : refused;
}

function describe({ fix, reason }: Refusal, { notMended, refusals }: Messages): string {
  return printable(`${notMended}  ${place(fix)}  ${fix.rule}  ${refusals[reason]}`);
}

function place({ file, line }: Pick<Fix, 'file' | 'line'>): string {
  return `${file}:${line}`;
}
