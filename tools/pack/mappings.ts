/** One place of a built file and where it comes from; everything counts from 0. */
export interface Segment {
  readonly column: number;
  readonly source: number;
  readonly sourceLine: number;
  readonly sourceColumn: number;
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The segments of each built line (ECMA-426), or undefined when the text is not a valid list of mappings. */
export function decodeMappings(mappings: string): readonly (readonly Segment[])[] | undefined {
  // Each number is the difference to the one before; only columns start anew on each line.
  const at = { source: 0, sourceLine: 0, sourceColumn: 0 };
  const lines: Segment[][] = [];
  for (const line of mappings.split(';')) {
    const segments: Segment[] = [];
    let column = 0;
    for (const text of line === '' ? [] : line.split(',')) {
      const numbers = decodeNumbers(text);
      if (numbers === undefined || ![1, 4, 5].includes(numbers.length)) return undefined;
      const [step = 0, source = 0, sourceLine = 0, sourceColumn = 0] = numbers;
      column += step;
      at.source += source;
      at.sourceLine += sourceLine;
      at.sourceColumn += sourceColumn;
      if (numbers.length > 1) segments.push({ column, ...at });
    }
    lines.push(segments);
  }
  return lines;
}

/** Base64 digits of five bits and a mark for more; the lowest bit of the number is its sign. */
function decodeNumbers(text: string): readonly number[] | undefined {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const char of text) {
    const digit = digits.indexOf(char);
    if (digit === -1) return undefined;
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if ((digit & 32) !== 0) continue;
    numbers.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    value = 0;
    shift = 0;
  }
  return shift === 0 ? numbers : undefined;
}
