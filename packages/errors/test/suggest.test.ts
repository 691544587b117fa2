import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { suggest } from '../src/index.ts';
import { distance } from '../src/suggest.ts';

const distances = [
  { from: '', to: '', changes: 0 },
  { from: 'abc', to: '', changes: 3 },
  { from: 'port', to: 'prot', changes: 1 },
  { from: 'kitten', to: 'sitting', changes: 3 },
  { from: 'ca', to: 'abc', changes: 3 },
];
for (const { from, to, changes } of distances) {
  test(`"${from}" is ${changes} changes from "${to}"`, () => {
    expect(distance(from, to)).toBe(changes);
    expect(distance(to, from)).toBe(changes);
  });
}

test('the nearest word is suggested, whatever its case', () => {
  expect(suggest('HSOT', ['port', 'host'])).toBe('host');
  expect(suggest('ports', ['sort', 'port'])).toBe('port');
});

test('a word that is far from all gets no suggestion', () => {
  expect(suggest('zebra', ['port', 'host'])).toBeUndefined();
  expect(suggest('x', [])).toBeUndefined();
});

test('a word with one letter more is found again', () => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(word, fc.nat(), (original, seed) => {
      const at = seed % original.length;
      expect(suggest(`${original.slice(0, at)}q${original.slice(at)}`, [original])).toBe(original);
    }),
  );
});
