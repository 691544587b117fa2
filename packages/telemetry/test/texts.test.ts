import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cells } from '../src/cells.ts';
import { createRecord } from '../src/record.ts';
import { seam } from '../src/seam.ts';
import { Texts } from '../src/texts.ts';

/** Texts with the same beginnings and ends, short ones, and whatever else there is. */
const text = fc.oneof(
  fc.nat({ max: 600 }).map((number) => `/api/v1/resource-${number}/items`),
  fc.string({ maxLength: 3 }),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

test('(1) what is found of a text is its own, however texts come, and nothing of one that was never given', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(text, { maxLength: 400 }),
      fc.nat({ max: 8 }),
      fc.uniqueArray(text),
      (given, shift, others) => {
        const texts = new Texts();
        const numbers = new Map<unknown, number>();
        for (const each of given) {
          numbers.set(each, numbers.size);
          texts.add(each, numbers, shift);
        }
        const found = [...given, ...others].filter((each) => placeIn(texts, each) >= 0);
        const own = found.map((each) => (numbers.get(each) as number) << shift);
        expect(found.map((each) => placeIn(texts, each))).toEqual(own);
      },
    ),
    { numRuns: 200 },
  );
});

const families: readonly { readonly name: string; readonly texts: readonly string[] }[] = [
  {
    name: 'methods',
    texts: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH', 'QUERY', '_OTHER'],
  },
  {
    name: 'statuses',
    texts: ['200', '201', '204', '301', '302', '304', '400', '401', '403', '404', '409', '500', '503'],
  },
  { name: 'routes', texts: Array.from({ length: 60 }, (_, index) => `/api/v1/resource-${index}/items`) },
];

for (const { name, texts } of families) {
  test(`${name} are found without a look into the map, also after a clearing`, () => {
    const cells = new Cells({ names: ['of'], buckets: 0 });
    const record = createRecord({
      seam: { ...seam(), running: 1 },
      cells,
      unless: 1,
      accepts: () => true,
      put: (cell, by) => {
        cell.value += by;
      },
    });
    for (const round of [1, 2]) {
      for (const of of texts) record(1, { of });
      const looks = countLooks(cells);
      for (const of of texts) record(1, { of });
      // Texts that no two characters tell apart are few.
      expect(looks.count, `round ${round}`).toBeLessThan(texts.length / 4);
      expect(cells.list.map(({ value }) => value)).toEqual(texts.map(() => 2));
      looks.stop();
      cells.clear();
      expect(cells.list).toEqual([]);
    }
  });
}

function countLooks({ numbers }: Cells): { readonly count: number; readonly stop: () => void } {
  const map = numbers[0] as Map<unknown, number>;
  const looks = { count: 0, stop: () => Reflect.deleteProperty(map, 'get') };
  map.get = (value) => {
    looks.count += 1;
    return Map.prototype.get.call(map, value) as number | undefined;
  };
  return looks;
}

function placeIn(texts: Texts, value: string): number {
  if (value === '') return -1;
  const slot = texts.slotOf(value);
  return texts.texts[slot] === value ? (texts.places[slot] as number) : -1;
}
