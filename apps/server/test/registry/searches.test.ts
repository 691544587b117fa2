// What was found is told to all who ask for the same, until a package changes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Query } from '../../src/modules/registry/query.ts';
import { createSearches } from '../../src/modules/registry/searches.ts';
import type { SearchResult } from '../../src/modules/registry/store-search.ts';

const query = (exact: string, more: Partial<Query> = {}): Query => ({
  match: `"${exact}" *`,
  exact,
  size: 20,
  from: 0,
  ...more,
});

/** A store whose state is a number: each answer tells the state that it was read in. */
function searchesOf({ limitBytes = 100_000, isHeard = true } = {}) {
  const reads: (() => void)[] = [];
  let state = 0;
  const searches = createSearches(
    () => {
      const seen: SearchResult = { total: state, found: [{ summary: `"state ${state}"`, score: 1 }] };
      return new Promise((resolve) => reads.push(() => resolve(seen)));
    },
    limitBytes,
    () => isHeard,
  );
  const change = (): void => {
    state += 1;
    searches.dropAll();
  };
  const answerAll = (): void => reads.splice(0).forEach((answer) => answer());
  return { searches, reads, change, answerAll };
}

test('those who ask for the same at once are told what was read once', async () => {
  const { searches, reads, answerAll } = searchesOf();
  const asked = [searches.find(query('reef')), searches.find(query('reef')), searches.find(query('keel'))];
  expect(reads).toHaveLength(2);
  answerAll();
  expect((await Promise.all(asked)).map(({ total }) => total)).toEqual([0, 0, 0]);
  await searches.find(query('reef'));
  expect(reads).toHaveLength(0);
});

test.for([
  ['the page', { from: 20 }],
  ['its size', { size: 5 }],
  ['the account', { accountId: 7 }],
  ['the words', { match: '"reefs" *' }],
  ['the name that was meant', { exact: 'reefs' }],
] as const)('%s is part of what was asked for', async ([, more]) => {
  const { searches, reads, answerAll } = searchesOf();
  const asked = [searches.find(query('reef')), searches.find(query('reef', more))];
  expect(reads).toHaveLength(2);
  answerAll();
  await Promise.all(asked);
});

test('who asks after a change does not wait for what was read before it, and it is not kept', async () => {
  const { searches, reads, change, answerAll } = searchesOf();
  const early = searches.find(query('reef'));
  change();
  const late = searches.find(query('reef'));
  expect(reads).toHaveLength(2);
  reads.reverse();
  answerAll();
  expect((await early).total).toBe(0);
  expect((await late).total).toBe(1);
  expect((await searches.find(query('reef'))).total).toBe(1);
});

test('nothing is kept while changes of others would not be heard', async () => {
  const { searches, reads, answerAll } = searchesOf({ isHeard: false });
  const asked = [searches.find(query('reef')), searches.find(query('reef'))];
  expect(reads).toHaveLength(2);
  answerAll();
  await Promise.all(asked);
  void searches.find(query('reef'));
  expect(reads).toHaveLength(1);
});

test('a failure is told to those who wait for it, and the next one asks anew', async () => {
  let failures = 0;
  const searches = createSearches(() => Promise.reject(new TypeError(`failure ${(failures += 1)}`)), 1_000);
  const asked = await Promise.allSettled([searches.find(query('reef')), searches.find(query('reef'))]);
  expect(asked.map((each) => each.status === 'rejected' && String(each.reason))).toEqual(
    Array(2).fill('TypeError: failure 1'),
  );
  await expect(searches.find(query('reef'))).rejects.toThrow('failure 2');
});

test('the results that were asked for last are kept, in so many bytes', async () => {
  const { searches, reads, answerAll } = searchesOf({ limitBytes: 2_000 });
  for (let index = 0; index < 100; index += 1) {
    const found = searches.find(query(`word-${index}`));
    answerAll();
    await found;
  }
  await searches.find(query('word-99'));
  expect(reads).toHaveLength(0);
  void searches.find(query('word-0'));
  expect(reads).toHaveLength(1);
});

test('in whatever order searches, changes and answers come, nobody is told what was so before he asked', async () => {
  const step = fc.oneof(
    fc.constantFrom('change', 'answer'),
    fc.constantFrom('reef', 'keel').map((word) => ({ word })),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { searches, change, answerAll } = searchesOf();
      let changes = 0;
      const asked: Promise<boolean>[] = [];
      for (const each of steps) {
        if (each === 'change') {
          changes += 1;
          change();
        } else if (each === 'answer') {
          answerAll();
          await Promise.resolve();
        } else {
          const before = changes;
          asked.push(searches.find(query(each.word)).then(({ total }) => total >= before));
        }
      }
      answerAll();
      expect(await Promise.all(asked)).not.toContain(false);
    }),
  );
});
