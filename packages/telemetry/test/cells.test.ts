import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cells, type Given } from '../src/cells.ts';
import { defineMetrics } from '../src/index.ts';
import { createRecord } from '../src/record.ts';
import { seam } from '../src/seam.ts';
import { readMetrics } from '../src/testing.ts';

const names = ['a', 'b', 'c', 'd', 'e', 'f'];
const value = fc.oneof(
  fc.nat({ max: 40 }),
  fc.nat({ max: 40 }).map(String),
  fc.boolean(),
  fc.constantFrom(undefined, null, 'undefined', 'true', '', 0, -0, Number.NaN, {}, 1n),
  fc.string({ maxLength: 2 }),
);

/** How a measurement finds its series. */
const ways: readonly {
  readonly name: string;
  readonly create: (cells: Cells, limit: number) => (given: Given) => void;
}[] = [
  {
    name: 'by the maps',
    create: (cells, limit) => (given) => {
      cells.find(given, limit).value += 1;
    },
  },
  {
    name: 'by the code of an instrument',
    create: (cells, limit) => {
      const record = createRecord({
        seam: { ...seam(), running: 1, limit },
        cells,
        unless: 1,
        accepts: () => true,
        put: (cell, by) => {
          cell.value += by;
        },
      });
      return (given) => record(1, given);
    },
  },
];

for (const { name, create } of ways) {
  test(`(1) (3) series found ${name} are those of a plain table by text, with any attributes, limit and number of values`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: names.length }),
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.array(value, { minLength: names.length, maxLength: names.length }), { maxLength: 400 }),
        (count, limit, rows) => {
          const own = names.slice(0, count);
          const cells = new Cells({ names: own, buckets: 0 });
          const record = create(cells, limit);
          const expected = new Map<string, number>();
          let overflow = 0;
          for (const row of rows) {
            record(Object.fromEntries(names.map((each, index) => [each, row[index]])));
            const key = JSON.stringify(row.slice(0, count).map(written));
            if (expected.has(key) || expected.size < limit) expected.set(key, (expected.get(key) ?? 0) + 1);
            else overflow += 1;
          }
          const found = cells.list.map((cell): [string, number] => [
            JSON.stringify(cell.values.map(written)),
            cell.value,
          ]);
          expect(found).toEqual([...expected]);
          expect(cells.overflow?.value ?? 0).toBe(overflow);
        },
      ),
      { numRuns: 150 },
    );
  });
}

function written(given: unknown): string | null {
  if (given === undefined || given === null) return null;
  if (typeof given === 'string') return given.toWellFormed();
  const isPlain = typeof given === 'number' || typeof given === 'boolean' || typeof given === 'bigint';
  return isPlain ? String(given) : '[object]';
}

test('values that hardly meet need no table, and each series is still found', () => {
  const cells = new Cells({ names: ['a', 'b', 'c', 'd'], buckets: 0 });
  const row = (index: number): Given => ({ a: `a${index}`, b: `b${index}`, c: `c${index}`, d: index });
  const made = Array.from({ length: 1_000 }, (_, index) => cells.find(row(index), 2_000));
  expect(cells.isDense).toBe(false);
  expect(cells.table).toHaveLength(0);
  expect(new Set(made).size).toBe(1_000);
  expect(made.every((cell, index) => cells.find(row(index), 2_000) === cell)).toBe(true);
  cells.clear();
  expect(cells.find(row(7), 2_000).values).toEqual(['a7', 'b7', 'c7', 7]);
  expect(cells.isDense).toBe(true);
});

test('a table has room again once the values meet', () => {
  const cells = new Cells({ names: ['a', 'b'], buckets: 0 });
  for (let index = 0; index < 100; index += 1) cells.find({ a: index, b: index }, 20_000);
  expect(cells.isDense).toBe(false);
  for (let a = 0; a < 100; a += 1) for (let b = 0; b < 100; b += 1) cells.find({ a, b }, 20_000).value += 1;
  expect(cells.isDense).toBe(true);
  expect(cells.list).toHaveLength(10_000);
  expect(cells.list.every((cell) => cell.value === 1)).toBe(true);
});

test('whatever is called an attribute is a name and never code', () => {
  const hostile = ['");process.exit(9);("', '`${1}`', "'\u2028", '__proto__', 'constructor'];
  const attributes = Object.fromEntries(hostile.map((name) => [name, 'string' as const]));
  const metrics = defineMetrics(
    { name: 'h' },
    { 'h.h': { type: 'counter', unit: '1', description: 'H.', attributes } },
  );
  using reader = readMetrics();
  metrics['h.h'].add(2, Object.fromEntries(Object.keys(attributes).map((name) => [name, 'v'])));
  expect(reader.read('h.h')).toEqual([
    { attributes: expect.objectContaining({ constructor: 'v' }), value: 2, count: 0 },
  ]);
});
