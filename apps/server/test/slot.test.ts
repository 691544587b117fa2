import { expect, test } from 'vitest';
import { slot } from '../src/slot.ts';

test('a slot gives what it was filled with', () => {
  const place = slot<number>('answer');
  expect(place.fill(42)).toBe(42);
  expect(place.value).toBe(42);
});

test('a slot that is read too early says which one', () => {
  expect(() => slot('database').value).toThrow('database is used before it has started');
});
