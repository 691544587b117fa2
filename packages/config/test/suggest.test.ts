import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closest, editDistance } from '../src/suggest.ts';

const distances = [
  { from: 'port', to: 'port', is: 0 },
  { from: 'prot', to: 'port', is: 1 },
  { from: 'porrt', to: 'port', is: 1 },
  { from: 'por', to: 'port', is: 1 },
  { from: 'part', to: 'port', is: 1 },
  { from: '', to: 'port', is: 4 },
];
for (const { from, to, is } of distances) {
  test(`"${from}" is ${is} from "${to}"`, () => {
    expect(editDistance(from, to)).toBe(is);
  });
}

test('distance is the same in both directions and at most the longer length', () => {
  const word = fc.string({ maxLength: 8 });
  const property = fc.property(word, word, (from, to) => {
    const distance = editDistance(from, to);
    expect(distance).toBe(editDistance(to, from));
    expect(distance).toBeLessThanOrEqual(Math.max(from.length, to.length));
    expect(distance === 0).toBe(from === to);
  });
  fc.assert(property);
});

test('only a close name is suggested', () => {
  expect(closest('prot', ['host', 'port'])).toBe('port');
  expect(closest('PORT', ['port'])).toBe('port');
  expect(closest('banana', ['host', 'port'])).toBe(undefined);
  expect(closest('x', [])).toBe(undefined);
});
