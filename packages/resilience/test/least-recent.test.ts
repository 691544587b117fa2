import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LeastRecent } from '../src/least-recent.ts';

/** The same by the order of a Map, which is slow and easy to see through. */
class Reference {
  readonly items = new Map<string, number>();

  get(key: string): number | undefined {
    const size = this.items.get(key);
    if (size === undefined) return undefined;
    this.items.delete(key);
    this.items.set(key, size);
    return size;
  }

  get used(): number {
    return [...this.items.values()].reduce((sum, size) => sum + size, 0);
  }

  set(key: string, size: number, max: number, maxSize: number): void {
    this.items.delete(key);
    if (size > maxSize) return;
    this.items.set(key, size);
    for (const oldest of this.items.keys()) {
      if (this.items.size > max || this.used > maxSize) this.items.delete(oldest);
    }
  }
}

test('whatever is done, it holds what a Map in the order of use would', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', '__proto__');
  const step = fc.oneof(
    fc.record({ does: fc.constant('get' as const), key, size: fc.constant(0) }),
    fc.record({ does: fc.constant('set' as const), key, size: fc.integer({ min: 0, max: 8 }) }),
    fc.record({ does: fc.constant('delete' as const), key, size: fc.constant(0) }),
    fc.record({ does: fc.constant('clear' as const), key, size: fc.constant(0) }),
  );
  const property = fc.property(
    fc.array(step, { maxLength: 60 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 12 }),
    (steps, max, maxSize) => {
      const tested = new LeastRecent<number>(max, maxSize);
      const reference = new Reference();
      for (const { does, key: name, size } of steps) {
        const got = does === 'get' ? [tested.get(name), reference.get(name)] : [];
        expect(got[0]).toBe(got[1]);
        if (does === 'clear') {
          tested.clear();
          reference.items.clear();
        } else if (does === 'delete') {
          tested.delete(name);
          reference.items.delete(name);
        } else if (does === 'set') {
          tested.set(name, size, size);
          reference.set(name, size, max, maxSize);
        }
        expect([tested.size, tested.used]).toEqual([reference.items.size, reference.used]);
      }
    },
  );
  fc.assert(property);
});

test('sizes that are no whole numbers leave nothing behind', () => {
  const tested = new LeastRecent<string>(10, 1);
  for (const key of ['a', 'b', 'c']) tested.set(key, key, 0.1);
  for (const key of ['a', 'b', 'c']) tested.delete(key);
  expect(tested.used).toBe(0);
});

test('each of a million new keys drops an old one without a search for it', () => {
  // With the order of a Map this is a search through thousands of places for each key: minutes instead of seconds.
  const tested = new LeastRecent<number>(300_000);
  for (let key = 0; key < 1_300_000; key += 1) tested.set(String(key), key);
  expect([tested.size, tested.get('999999'), tested.get('1000000')]).toEqual([300_000, undefined, 1_000_000]);
});
