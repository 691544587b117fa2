import { resolve } from 'node:path';
import { composeFixes, type Base, type Request } from '../compose.ts';
import { CliErrors } from '../errors.ts';
import { unifiedDiff } from '../fix/diff.ts';
import type { FixedFile } from '../fix/file.ts';
import type { Fix } from '../fix/fixes.ts';
import type { Refusal, RefusalReason } from '../fix/merge.ts';
import { planProject, writeProject } from '../fix/project.ts';
import type { Io } from '../io.ts';
import { plural, printable } from '../reporters/text.ts';
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
  const made: Fix[] = [];
  const files = new Set<string>();
  try {
    for (let round = 1; ; round += 1) {
      const { report, fixes } = await composeFixes(request, base, io, onProgress);
      const planned = await planProject(root, fixes, base.signal);
      const written = round > mostRounds ? [] : await writeProject(root, planned, base.signal);
      for (const file of written) files.add(file.path);
      made.push(...written.flatMap((file) => file.made));
      if (written.length > 0) continue;
      base.telemetry?.countFindings(report);
      return { report, notes: [...notesOn(made, files.size), ...notesOnRest(planned, round > mostRounds)] };
    }
  } catch (error) {
    if (!base.signal.aborted || files.size === 0) throw error;
    const done = `${plural(files.size, 'file')} had been mended, each of them as a whole`;
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
  const summary = `${plural(made, 'finding')} in ${plural(changed.length, 'file')} can be mended; nothing was written.`;
  return {
    patch: changed.map(({ path, before, edits }) => unifiedDiff(path, before, edits)).join(''),
    notes: [summary, ...notesOnRest(planned, false)],
  };
}

function notesOn(made: readonly Fix[], files: number): readonly string[] {
  const lines = made.map(({ file, line, rule, title }) => `mended  ${place({ file, line })}  ${rule}  ${title}`);
  return [...lines.map(printable), `${plural(made.length, 'finding')} mended in ${plural(files, 'file')}.`];
}

function notesOnRest(planned: readonly FixedFile[], isEndless: boolean): readonly string[] {
  const refused = planned.flatMap((file) => file.refused).map(describe);
  if (!isEndless) return refused;
  return [...refused, `After ${mostRounds} rounds there was still something to mend: two fixes undo each other.`];
}

const reasons: Readonly<Record<RefusalReason, string>> = {
  overlap: 'it overlaps another fix',
  changed: 'the file has changed meanwhile',
  unparsable: 'the file would not parse any more',
  'not-ours': 'it is a link, or lies behind one',
};

function describe({ fix, reason }: Refusal): string {
  return printable(`not mended  ${place(fix)}  ${fix.rule}  ${reasons[reason]}`);
}

function place({ file, line }: Pick<Fix, 'file' | 'line'>): string {
  return `${file}:${line}`;
}
