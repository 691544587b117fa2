import type { Finding } from '../report/report.ts';
import type { Paint } from './reporter.ts';
import { printable, widthOf } from './text.ts';

const tab = '  ';

/** The lines of code around a finding, with a mark under the place; empty without a snippet. */
export function renderFrame({ snippet, line, column, end }: Finding, paint: Paint): readonly string[] {
  if (snippet === undefined || line === undefined || column === undefined) return [];
  const digits = String(snippet.firstLine + snippet.lines.length - 1).length;
  return snippet.lines.flatMap((text, index) => {
    const number = snippet.firstLine + index;
    const gutter = `${String(number).padStart(digits)} │ `;
    const shown = gutter + expand(text);
    if (number !== line) return [`    ${paint('dim', shown.trimEnd())}`];
    const mark = underline(text, column, end?.line === line ? end.column : undefined);
    const under = mark === undefined ? [] : [`    ${' '.repeat(digits)} │ ${paint('red', mark)}`];
    return [`  ${paint('red', '>')} ${shown.trimEnd()}`, ...under];
  });
}

/** Marks under the place; undefined where the line was cut before it. */
function underline(text: string, column: number, endColumn: number | undefined): string | undefined {
  if (column > text.length + 1 || (column === text.length && text.endsWith('…'))) return undefined;
  const before = widthOf(expand(text.slice(0, column - 1)));
  const marked = widthOf(expand(text.slice(column - 1, endColumn === undefined ? column : endColumn - 1)));
  return ' '.repeat(before) + '^'.repeat(Math.max(1, marked));
}

function expand(text: string): string {
  return printable(text.replaceAll('\t', tab));
}
