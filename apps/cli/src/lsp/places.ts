import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { Lines } from '../project/lines.ts';
import type { Finding } from '../report/report.ts';
import type { Position as Place } from '../rules/contract.ts';

const mark = '\uFEFF';

/** The path of a `file:` address; undefined for any other. */
export function pathOf(uri: string): string | undefined {
  try {
    const url = new URL(uri);
    return url.protocol === 'file:' ? fileURLToPath(url) : undefined;
  } catch {
    return undefined;
  }
}

/** The path from a directory, with forward slashes; undefined for one that is not below it. */
export function below(root: string, path: string): string | undefined {
  const way = relative(root, path);
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return undefined;
  return way.split(sep).join('/');
}

export function uriOf(root: string, path: string): string {
  return pathToFileURL(join(root, path)).href;
}

/** The text of a document as rules see it: without a byte order mark. */
export function textOf(document: TextDocument): string {
  const text = document.getText();
  return text.startsWith(mark) ? text.slice(1) : text;
}

/** Turns places in the text that rules have seen into positions of the document, which may end its lines otherwise. */
export interface Placer {
  at(place: Place): Position;
  /** Of an offset. */
  offset(offset: number): Position;
  /** Where a place stands in the text that rules have seen. */
  offsetOf(place: Place): number;
  readonly text: string;
}

export function createPlacer(document: TextDocument): Placer {
  const text = textOf(document);
  const lines = new Lines(text);
  const shift = document.getText().length - text.length;
  const offset = (at: number): Position => document.positionAt(at + shift);
  return { text, offset, offsetOf: (place) => lines.offset(place), at: (place) => offset(lines.offset(place)) };
}

const nowhere: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** What a finding is marked by: up to its end, else the word it begins with. */
export function rangeOf(finding: Finding, placer: Placer | undefined): Range {
  const { line, column = 1, end, snippet } = finding;
  if (line === undefined) return nowhere;
  const start = { line, column };
  if (placer !== undefined) {
    const length = wordLength(placer.text.slice(placer.offsetOf(start), placer.offsetOf(start) + longestWord));
    const stop = end === undefined ? placer.offset(placer.offsetOf(start) + length) : placer.at(end);
    return { start: placer.at(start), end: stop };
  }
  const shown = snippet?.lines[line - snippet.firstLine]?.slice(column - 1, column - 1 + longestWord) ?? '';
  const stop = end ?? { line, column: column + wordLength(shown) };
  return { start: toPosition(start), end: toPosition(stop) };
}

const longestWord = 120;

function wordLength(text: string): number {
  return /^(?:[\w$@./-]+|[^\s])/u.exec(text)?.[0].length ?? 0;
}

function toPosition({ line, column }: Place): Position {
  return { line: line - 1, character: column - 1 };
}
