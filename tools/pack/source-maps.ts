import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { decodeMappings, type Segment } from './mappings.ts';

interface SourceMap {
  readonly sources: readonly string[];
  readonly sourceRoot?: string;
  readonly mappings: string;
}

/** What is wrong with the source maps of an installed package: a debugger must land in a source that was shipped. */
export function sourceMapProblems(installed: string): readonly string[] {
  const built = globSync('dist/**/*.{js,d.ts}', { cwd: installed }).toSorted();
  return built.flatMap((file) => fileProblems(installed, file.replaceAll('\\', '/')));
}

function fileProblems(installed: string, file: string): readonly string[] {
  const generated = readFileSync(join(installed, file), 'utf8');
  const named = /^\/\/# sourceMappingURL=(.+)$/m.exec(generated)?.[1];
  if (named === undefined) return isFacade(generated) ? [] : [`${file} names no source map`];
  const path = join(installed, dirname(file), named);
  if (!existsSync(path)) return [`${file} names ${named}, which was not shipped`];
  const map: SourceMap = JSON.parse(readFileSync(path, 'utf8'));
  const sources = map.sources.map((source) => resolve(dirname(path), map.sourceRoot ?? '', source));
  const lost = sources.filter((source) => relative(installed, source).startsWith('..') || !existsSync(source));
  if (lost.length > 0)
    return lost.map((source) => `${file} maps to ${relative(installed, source)}, which was not shipped`);
  const texts = sources.map((source) => readFileSync(source, 'utf8').split('\n'));
  const wrong = whereWrong(generated.split('\n'), texts, map.mappings);
  return wrong === undefined ? [] : [`${file} has a mapping that leads nowhere: ${wrong}`];
}

/** Only names that pass through: no line of it comes from a source. */
function isFacade(generated: string): boolean {
  return generated.replaceAll(/(?:import|export) \{[^}]*\}(?: from "[^"]*")?;\s*/g, '').trim() === '';
}

function whereWrong(
  generated: readonly string[],
  sources: readonly (readonly string[])[],
  mappings: string,
): string | undefined {
  const lines = decodeMappings(mappings);
  if (lines === undefined) return 'the mappings are not valid base64 numbers';
  if (lines.flat().length === 0 && !isEmptyModule(generated)) return 'there is none';
  const segment = lines
    .flatMap((segments, line) => segments.map((one) => ({ line, ...one })))
    .find((one) => !exists(generated[one.line], one.column) || !leadsSomewhere(one, sources));
  return segment && `line ${segment.line + 1}, column ${segment.column + 1}`;
}

/** A module of types only: nothing is left of it but the mark that it is a module. */
function isEmptyModule(lines: readonly string[]): boolean {
  return lines.every((line) => /^\s*(\/\/.*|#!.*|export \{\};)?\s*$/.test(line));
}

function leadsSomewhere(
  { source, sourceLine, sourceColumn }: Segment,
  sources: readonly (readonly string[])[],
): boolean {
  return exists(sources[source]?.[sourceLine], sourceColumn);
}

function exists(line: string | undefined, column: number): boolean {
  return line !== undefined && column >= 0 && column <= line.length;
}
