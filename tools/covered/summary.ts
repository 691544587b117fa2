import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Problem } from '../check/problem.ts';
import { hasRun, type ProgramRun } from './programs.ts';

/** How many lines there are, and how many of them ran. */
export interface Lines {
  readonly total: number;
  readonly covered: number;
}

/** The lines of each source, by its path from the root. */
export type Summary = ReadonlyMap<string, Lines>;

/** One source in Vitest's `coverage-final.json`: where its statements start, and how often each ran. */
export interface FileCoverage {
  readonly path: string;
  readonly statementMap: Readonly<
    Record<string, { readonly start: { readonly line: number; readonly column: number } }>
  >;
  readonly s: Readonly<Record<string, number>>;
}

/** Counts the lines that ran in Vitest itself, by one or more of its reports, or in a program that a test started. */
export function readSummary(
  root: string,
  reports: readonly string[],
  programs: ReadonlyMap<string, readonly ProgramRun[]>,
): Summary {
  const files = new Map<string, FileCoverage>();
  for (const report of reports) {
    const content: Record<string, FileCoverage> = JSON.parse(readFileSync(report, 'utf8'));
    for (const coverage of Object.values(content)) {
      const source = relative(root, coverage.path).replaceAll('\\', '/');
      const known = files.get(source);
      files.set(source, known === undefined ? coverage : together(known, coverage));
    }
  }
  return new Map(
    [...files].map(([source, coverage]) => {
      const runs = programs.get(source) ?? [];
      const text = runs.length > 0 ? readFileSync(coverage.path, 'utf8') : '';
      return [source, linesOf(coverage, text, runs)];
    }),
  );
}

function together(first: FileCoverage, second: FileCoverage): FileCoverage {
  const s = Object.fromEntries(Object.entries(first.s).map(([id, times]) => [id, times + (second.s[id] ?? 0)]));
  return { ...first, s };
}

/** A line counts when a statement starts on it, and has run when one of them has. */
export function linesOf({ statementMap, s }: FileCoverage, text: string, runs: readonly ProgramRun[]): Lines {
  const starts = lineStarts(text);
  const ran = new Map<number, boolean>();
  for (const [id, { start }] of Object.entries(statementMap)) {
    const offset = (starts[start.line - 1] ?? 0) + start.column;
    const hasRunHere = (s[id] ?? 0) > 0 || hasRun(runs, offset);
    ran.set(start.line, hasRunHere || ran.get(start.line) === true);
  }
  return { total: ran.size, covered: [...ran.values()].filter(Boolean).length };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The share of lines that ran, in percent; nothing to run is all of it. */
export function percentOf(lines: Iterable<Lines>): number {
  let total = 0;
  let covered = 0;
  for (const file of lines) {
    total += file.total;
    covered += file.covered;
  }
  return total === 0 ? 100 : (100 * covered) / total;
}

/** The files of one project, or of all when the folder is empty. */
export function linesIn(summary: Summary, folder: string): readonly Lines[] {
  return [...summary].filter(([file]) => folder === '' || file.startsWith(`${folder}/`)).map(([, lines]) => lines);
}

/** The files with most lines that did not run: where a test helps most. */
export function leastCovered(summary: Summary, folder: string, limit: number): readonly string[] {
  return [...summary]
    .filter(([file, { total, covered }]) => (folder === '' || file.startsWith(`${folder}/`)) && covered < total)
    .toSorted(([, a], [, b]) => b.total - b.covered - (a.total - a.covered))
    .slice(0, limit)
    .map(([file, { total, covered }]) => `${file} (${total - covered} of ${total} lines)`);
}

/** The problem when a share is not above its minimum. */
export function belowMinimum(summary: Summary, what: string, folder: string, minimum: number): readonly Problem[] {
  const percent = percentOf(linesIn(summary, folder));
  if (percent > minimum) return [];
  const worst = leastCovered(summary, folder, 3).join(', ');
  const message = `${percent.toFixed(1)} % of lines ran, and it must be over ${minimum} %. Not run most: ${worst}`;
  return [{ where: `${what} coverage of ${folder === '' ? 'the workspace' : folder}`, message }];
}
