import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A part of a source, by offsets, and how often it ran. */
export interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface Script {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Range[] }[];
}

/** What one run of a program ran of one source: its ranges, the outer ones first. */
export type ProgramRun = readonly Range[];

/**
 * What programs ran of the sources of this repository, from the files that Node writes for NODE_V8_COVERAGE, by the path of
 * the source. Type stripping leaves every character where it was, so the offsets are those of the source.
 */
export function readProgramRuns(root: string, folder: string): ReadonlyMap<string, readonly ProgramRun[]> {
  const home = `${pathToFileURL(root).href}/`;
  const runs = new Map<string, ProgramRun[]>();
  for (const file of globSync('coverage-*.json', { cwd: folder })) {
    for (const { url, functions } of readScripts(join(folder, file))) {
      if (!url.startsWith(home) || !/\/src\/.*\.ts$/.test(url)) continue;
      const source = decodeURIComponent(url.slice(home.length));
      const run = functions.flatMap(({ ranges }) => ranges).toSorted(outerFirst);
      runs.set(source, [...(runs.get(source) ?? []), run]);
    }
  }
  return runs;
}

/** A program that was killed while it wrote has left half a file: what it ran is then not known. */
function readScripts(file: string): readonly Script[] {
  try {
    const report: { result: readonly Script[] } = JSON.parse(readFileSync(file, 'utf8'));
    return report.result;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function outerFirst(a: Range, b: Range): number {
  return a.startOffset - b.startOffset || b.endOffset - a.endOffset;
}

/** Whether one of the runs came to an offset: the innermost range around it decides. */
export function hasRun(runs: readonly ProgramRun[], offset: number): boolean {
  return runs.some((ranges) => {
    const innermost = ranges.findLast(({ startOffset, endOffset }) => startOffset <= offset && offset < endOffset);
    return innermost !== undefined && innermost.count > 0;
  });
}
