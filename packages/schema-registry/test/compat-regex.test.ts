import { array, assert, constantFrom, property, string, type Arbitrary } from 'fast-check';
import { expect, test } from 'vitest';
import { automatonOf } from '../src/compat/automaton.ts';
import { createFuel } from '../src/compat/fuel.ts';
import { findText } from '../src/compat/language.ts';
import { findNumbers } from '../src/compat/numbers.ts';
import type { Atom } from '../src/compat/goal.ts';
import { isMultipleOf } from '../src/json/decimal.ts';

const atoms = [
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\s',
  '(?:ab)',
  '(a|b)',
  '^',
  '$',
  '\\.',
  'é',
  '\\u{1F600}',
  '',
];
const quantifiers = ['', '', '', '*', '+', '?', '{2}', '{1,2}', '{2,}', '*?'];
const sources: Arbitrary<string> = array(
  constantFrom(...atoms.flatMap((atom) => quantifiers.map((mark) => quantified(atom, mark)))),
  {
    maxLength: 6,
  },
).map((parts) => parts.join(''));
const texts = string({ unit: constantFrom('a', 'b', '1', ' ', '.', 'é', '\n', '\u{1F600}', '_'), maxLength: 8 });

function quantified(atom: string, mark: string): string {
  return atom === '' || atom === '^' || atom === '$' ? atom : atom + mark;
}

test('an automaton finds what the expression finds', () => {
  assert(
    property(sources, texts, (source, text) => {
      const regex = new RegExp(source, 'u');
      const automaton = automatonOf({ source, regex });
      if (!automaton) throw new TypeError(`${source} should be regular`);
      let state = automaton.initial;
      for (const character of text) state = automaton.next(state, character.codePointAt(0) ?? 0);
      expect(automaton.accepts(state)).toBe(regex.test(text));
    }),
    { numRuns: 2_000 },
  );
});

test('a text that is found holds its rules, and where none is found there is none', () => {
  assert(
    property(sources, sources, array(texts), (held, refused, tried) => {
      const [left, right] = [held, refused].map((source) => ({ source, regex: new RegExp(source, 'u') }));
      if (!left || !right) return false;
      const patterns = [
        { pattern: left, isHeld: true },
        { pattern: right, isHeld: false },
      ];
      const fits = (text: string): boolean => left.regex.test(text) && !right.regex.test(text);
      const rules = { minLength: 0, maxLength: Infinity, patterns, excluded: [] };
      const text = findText(rules, createFuel(1_000_000));
      return text === undefined ? !tried.some(fits) : fits(text);
    }),
    { numRuns: 500 },
  );
});

for (const source of ['(?=a)b', '(a)\\1', '\\bword', '\\p{L}', '(?<!a)b', 'a{5000}']) {
  test(`${source} is not read as an automaton`, () => {
    expect(automatonOf({ source, regex: new RegExp(source, 'u') })).toBeUndefined();
  });
}

const numbers = constantFrom(0, 1, 2, 3, 4, 6, 0.1, 0.5, 0.3, 1.5, 10, -3, 7, 12, 100);
const divisors = constantFrom(1, 2, 3, 0.1, 0.5, 1.5, 7, 10);

test('a number that is found holds its rules, and where none is found there is none', () => {
  assert(
    property(
      numbers,
      numbers,
      array(divisors, { maxLength: 2 }),
      array(divisors, { maxLength: 2 }),
      (low, size, held, refused) => {
        const rules: Atom[] = [
          { is: 'min', value: low, isOpen: false },
          { is: 'max', value: low + size, isOpen: true },
          ...held.map((of): Atom => ({ is: 'multiple', of, isHeld: true })),
          ...refused.map((of): Atom => ({ is: 'multiple', of, isHeld: false })),
        ];
        const fits = (value: number): boolean =>
          value >= low &&
          value < low + size &&
          held.every((of) => isMultipleOf(value, of)) &&
          !refused.some((of) => isMultipleOf(value, of));
        const { values, isEmpty } = findNumbers(rules, createFuel(100_000));
        const grid = Array.from({ length: 2_400 }, (_, index) => Number(`${index - 200}e-1`));
        return isEmpty ? !grid.some(fits) : values.some(fits);
      },
    ),
    { numRuns: 300 },
  );
});
