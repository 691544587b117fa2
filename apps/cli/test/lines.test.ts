import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lines } from '../src/project/lines.ts';

const cases: readonly (readonly [text: string, offset: number, line: number, column: number])[] = [
  ['', 0, 1, 1],
  ['ab', 1, 1, 2],
  ['a\nb', 2, 2, 1],
  ['a\r\nb', 3, 2, 1],
  ['a\n', 2, 2, 1],
  ['é😀x', 3, 1, 4],
  ['a\nb', 99, 2, 2],
  ['a\nb', -5, 1, 1],
];

for (const [text, offset, line, column] of cases) {
  test(`offset ${offset} of ${JSON.stringify(text)} is ${line}:${column}`, () => {
    expect(new Lines(text).position(offset)).toEqual({ line, column });
  });
}

test('a line comes without its line end', () => {
  const lines = new Lines('one\r\ntwo\nthree');
  expect([0, 1, 2, 3, 4].map((number) => lines.line(number))).toEqual(['', 'one', 'two', 'three', '']);
});

test('an offset is found again at its line and column', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '😀', '\t')), fc.nat(), (parts, seed) => {
      const text = parts.join('');
      const offset = seed % (text.length + 1);
      const { line, column } = new Lines(text).position(offset);
      const before = text.split('\n').slice(0, line - 1);
      expect(before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1).toBe(offset);
    }),
  );
});
