import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FlagErrors, gradualRollout, schedule, validateFlags } from '../src/index.ts';
import { flagsOf, toggle } from './make.ts';

const [from, until] = ['2026-01-01T00:00Z', '2026-01-11T00:00Z'];
const hour = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

async function whoIsIn(targeting: object, ids: readonly string[]): Promise<readonly string[]> {
  const flags = await flagsOf({ flags: { beta: toggle('off', { targeting }) } });
  const inside = ids.filter((targetingKey) => flags.value('beta', { targetingKey }, false));
  await flags.close();
  return inside;
}

const ids = Array.from({ length: 2_000 }, (_, id) => `user-${id}`);

test('a rollout raised from 10 to 20 % keeps everyone who was in', async () => {
  const at = (percent: number): object => ({
    fractional: [
      ['on', percent],
      ['off', 100 - percent],
    ],
  });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), { minLength: 50 }), async (some) => {
      const [before, after] = [await whoIsIn(at(10), some), await whoIsIn(at(20), some)];
      expect(after).toEqual(expect.arrayContaining([...before]));
    }),
    { numRuns: 50 },
  );
  expect((await whoIsIn(at(10), ids)).length).toBeLessThan((await whoIsIn(at(20), ids)).length);
});

const moments = [
  { at: '2025-12-01T00:00Z', share: 0.1 },
  { at: from, share: 0.1 },
  { at: '2026-01-06T00:00Z', share: 0.3 },
  { at: until, share: 0.5 },
  { at: '2027-01-01T00:00Z', share: 0.5 },
];
for (const { at, share } of moments) {
  test(`a rollout from 10 to 50 % has ${share * 100} % at ${at}`, async () => {
    vi.setSystemTime(new Date(at));
    const targeting = gradualRollout({ variant: 'on', otherwise: 'off', from, until, fromPercent: 10, toPercent: 50 });
    expect(Math.abs((await whoIsIn(targeting, ids)).length / ids.length - share)).toBeLessThan(0.03);
  });
}

test('a gradual rollout never takes anybody out', async () => {
  const targeting = gradualRollout({ variant: 'on', otherwise: 'off', from, until });
  const flags = await flagsOf({ flags: { beta: toggle('off', { targeting }) } });
  const isIn = (id: string): boolean => flags.value('beta', { targetingKey: id }, false);
  let before = new Set<string>();
  for (let time = Date.parse(from) - hour; time <= Date.parse(until) + hour; time += 7 * hour + 1_000) {
    vi.setSystemTime(time);
    const now = new Set(ids.filter(isIn));
    expect([...before].filter((id) => !now.has(id))).toEqual([]);
    before = now;
  }
  vi.setSystemTime(new Date(until));
  expect(ids.filter(isIn)).toEqual(ids);
  await flags.close();
});

test('a schedule gives its variant from its beginning until before its end', async () => {
  const targeting = schedule({ variant: 'on', otherwise: 'off', from, until });
  const flags = await flagsOf({ flags: { sale: toggle('off', { targeting }) } });
  const at = (moment: string): unknown => {
    vi.setSystemTime(new Date(moment));
    return flags.value('sale');
  };
  expect(['2025-12-31T23:59:59Z', from, '2026-01-10T23:59:59Z', until].map(at)).toEqual([false, true, true, false]);
  await flags.close();
});

test('what the helpers write is valid flagd', () => {
  const span = { variant: 'on', otherwise: 'off', from, until };
  for (const targeting of [gradualRollout(span), schedule(span)]) {
    expect(validateFlags({ flags: { beta: toggle('off', { targeting }) } })).toEqual([]);
  }
});

const mistakes = [
  { says: '`until`', options: { from: until, until: from } },
  { says: '`from`', options: { from: 'soon', until } },
  { says: '`toPercent`', options: { from, until, fromPercent: 50, toPercent: 20 } },
];
for (const { says, options } of mistakes) {
  test(`a wrong ${says} is refused by name`, () => {
    const write = (): unknown => gradualRollout({ variant: 'on', otherwise: 'off', ...options });
    expect(write).toThrow(says);
    expect(write).toThrow(FlagErrors.INVALID_OPTION);
  });
}
