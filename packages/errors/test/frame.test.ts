import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeFrame, toTerminal } from '../src/index.ts';
import { topFrame } from '../src/render/stack-frames.ts';
import { widthOf } from '../src/render/width.ts';

const cases: readonly (readonly [string, string, Parameters<typeof codeFrame>[1], readonly string[]])[] = [
  [
    'a middle line',
    'a\nb\nc\nd\ne\nf',
    { line: 4, column: 1 },
    ['  2 | b', '  3 | c', '> 4 | d', '    | ^', '  5 | e', '  6 | f'],
  ],
  ['the first line', 'ab', { line: 1, column: 2 }, ['> 1 | ab', '    |  ^']],
  ['a range', 'let x = 1', { line: 1, column: 5, endColumn: 6 }, ['> 1 | let x = 1', '    |     ^']],
  ['a range over lines', 'ab(\n)', { line: 1, column: 2, endLine: 2 }, ['> 1 | ab(', '    |  ^^', '  2 | )']],
  ['no column', 'ab', { line: 1 }, ['> 1 | ab']],
  ['CRLF', 'a\r\nbc\r\nd', { line: 2, column: 2 }, ['  1 | a', '> 2 | bc', '    |  ^', '  3 | d']],
  ['tabs', '\tx\ty', { line: 1, column: 4 }, ['> 1 |     x    y', '    |          ^']],
  ['wide characters', '名前 = x', { line: 1, column: 6 }, ['> 1 | 名前 = x', '    |        ^']],
  ['a marked wide character', 'a名', { line: 1, column: 2 }, ['> 1 | a名', '    |  ^^']],
  ['emoji and combining marks', '👩‍💻e\u0301x', { line: 1, column: 8 }, ['> 1 | 👩‍💻e\u0301x', '    |    ^']],
  ['a column past the end', 'ab', { line: 1, column: 99 }, ['> 1 | ab', '    |   ^']],
  [
    'line numbers of two widths',
    `${'\n'.repeat(9)}x`,
    { line: 10, column: 1 },
    ['   8 |', '   9 |', '> 10 | x', '     | ^'],
  ],
  [
    'escape sequences before the marker',
    'ok \u001B[31mred\u001B[0m bad',
    { line: 1, column: 17, endColumn: 20 },
    ['> 1 | ok red bad', '    |        ^^^'],
  ],
  [
    'control characters before the marker',
    '\u0000\u0001bad',
    { line: 1, column: 3, endColumn: 6 },
    ['> 1 | \uFFFD\uFFFDbad', '    |   ^^^'],
  ],
  ['a byte order mark', '\uFEFFprot: 80', { line: 1, column: 2, endColumn: 6 }, ['> 1 | \uFEFFprot: 80', '    | ^^^^']],
  ['escape sequences', '\u001B[2Jx', { line: 1 }, ['> 1 | x']],
];
for (const [title, text, location, lines] of cases) {
  test(`a frame with ${title} has its marker in place`, () => {
    expect(codeFrame(text, location)?.split('\n')).toEqual(lines);
  });
}

test('a line that does not exist has no frame', () => {
  expect(codeFrame('a', { line: 2 })).toBeUndefined();
  expect(codeFrame('a', { line: 0 })).toBeUndefined();
  expect(codeFrame('a', { line: 1.5 })).toBeUndefined();
  expect(codeFrame('a', {})).toBeUndefined();
});

test('a very long line is shown around the column', () => {
  const frame = codeFrame(`${'a'.repeat(5_000)}X${'b'.repeat(5_000)}`, { line: 1, column: 5_001 });
  const [line = '', marker = ''] = frame?.split('\n') ?? [];
  expect(line.length).toBeLessThan(200);
  expect(line[marker.indexOf('^')]).toBe('X');
});

test('any text and location give a bounded frame or none', () => {
  const number = fc.integer({ min: -5, max: 400 });
  const text = fc.string({ unit: 'binary', maxLength: 400 });
  fc.assert(
    fc.property(text, number, number, number, (content, line, column, endColumn) => {
      expect((codeFrame(content, { line, column, endColumn }) ?? '').length).toBeLessThan(6_000);
    }),
  );
});

test('widths count columns', () => {
  expect(['', 'abc', '名', 'ｘ', 'e\u0301', '한글', '👍', '\u200B'].map(widthOf)).toEqual([0, 3, 2, 2, 1, 4, 2, 0]);
});

const stacks: readonly (readonly [string, string, unknown])[] = [
  ['a named function', 'Error\n    at pay (/app/pay.js:3:4)', { file: '/app/pay.js', line: 3, column: 4 }],
  ['a bare place', 'Error\n    at /app/pay.js:3:4', { file: '/app/pay.js', line: 3, column: 4 }],
  ['a file URL', 'Error\n    at async f (file:///app/a%20b.js:1:2)', { file: '/app/a b.js', line: 1, column: 2 }],
  [
    'Node and dependencies first',
    'Error\n    at node:fs:1:1\n    at x (/a/node_modules/b.js:1:1)\n    at /app/c.js:2:2',
    { file: '/app/c.js', line: 2, column: 2 },
  ],
  ['a broken URL', 'Error\n    at file://%:1:1', undefined],
  ['no place', 'Error\n    at <anonymous>', undefined],
];
for (const [title, stack, place] of stacks) {
  test(`the top frame of a stack with ${title} is found`, () => {
    expect(topFrame(stack)).toEqual(place);
  });
}

test('the terminal shows the code of the top frame when it knows the text', () => {
  const error = new Error('boom');
  error.stack = 'Error: boom\n    at pay (/app/pay.js:2:1)';
  const text = toTerminal(error, { source: (file) => (file === '/app/pay.js' ? 'a\npay()' : undefined), stack: false });
  expect(text).toBe('Error  boom\n    1 | a\n  > 2 | pay()\n      | ^');
});
