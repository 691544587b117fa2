import type { Location } from '../problem.ts';
import { clean } from './clean.ts';
import { widthOf } from './width.ts';

const contextLines = 2;
const longestLine = 160;
const tab = '    ';

/**
 * The lines around a location with a marker under it, in terminal columns: tabs, CRLF and wide characters keep the
 * marker in place. Undefined when the text has no such line.
 */
export function codeFrame(text: string, location: Location): string | undefined {
  const { line, column } = location;
  if (line === undefined || !Number.isInteger(line)) return undefined;
  const lines = linesAround(text, line);
  const marked = lines.get(line);
  if (marked === undefined) return undefined;
  const gutter = String(Math.max(...lines.keys())).length;
  const start = windowStart(marked, column);
  return [...lines]
    .flatMap(([number, content]) => {
      const sign = number === line ? '>' : ' ';
      const shown = `${sign} ${String(number).padStart(gutter)} | ${display(content, start)}`.trimEnd();
      if (number !== line || column === undefined) return [shown];
      return [shown, `  ${' '.repeat(gutter)} | ${marker(content, location, column, start)}`];
    })
    .join('\n');
}

/** Only the lines that are shown are cut out: a text may be very long. */
function linesAround(text: string, line: number): Map<number, string> {
  const found = new Map<number, string>();
  let from = 0;
  for (let number = 1; number <= line + contextLines; number += 1) {
    const end = text.indexOf('\n', from);
    const stop = end === -1 ? text.length : end;
    if (number >= line - contextLines) found.set(number, withoutReturn(text.slice(from, stop)));
    if (end === -1) break;
    from = end + 1;
  }
  return found;
}

function withoutReturn(content: string): string {
  return content.endsWith('\r') ? content.slice(0, -1) : content;
}

/** A very long line, such as minified code, is shown from shortly before the column. */
function windowStart(content: string, column: number | undefined): number {
  if (content.length <= longestLine || column === undefined || column <= longestLine / 2) return 0;
  return column - longestLine / 2;
}

function display(content: string, start: number): string {
  return visible(content.slice(start, start + longestLine));
}

function visible(content: string): string {
  return clean(content.replaceAll('\t', tab));
}

function marker(content: string, location: Location, column: number, start: number): string {
  const at = Math.min(Math.max(column - 1, start), content.length);
  const isOneLine = location.endLine === undefined || location.endLine === location.line;
  const last = isOneLine ? (location.endColumn ?? column + 1) - 1 : content.length;
  const end = Math.min(Math.max(last, at + 1), start + longestLine);
  const before = widthOf(visible(content.slice(start, at)));
  return `${' '.repeat(before)}${'^'.repeat(Math.max(widthOf(visible(content.slice(at, end))), 1))}`;
}
