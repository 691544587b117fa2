import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHysteresis } from '../../src/health/hysteresis.ts';
import type { HealthStatus } from '../../src/index.ts';

const cases: { failAfter: number; passAfter: number; seen: string; shown: string }[] = [
  { failAfter: 1, passAfter: 1, seen: 'u d u g d', shown: 'u d u g d' },
  { failAfter: 2, passAfter: 1, seen: 'u d u d d u', shown: 'u u u u d u' },
  { failAfter: 1, passAfter: 3, seen: 'd u u d u u u', shown: 'd d d d d d u' },
  { failAfter: 2, passAfter: 2, seen: 'u g d', shown: 'u u d' },
  { failAfter: 1, passAfter: 2, seen: 'd g u', shown: 'd d u' },
  { failAfter: 2, passAfter: 2, seen: 'g u d u u', shown: 'g g g g u' },
];
const names: Readonly<Record<string, HealthStatus>> = { u: 'up', g: 'degraded', d: 'down' };
const spell = (letters: string): HealthStatus[] => letters.split(' ').map((letter) => names[letter] ?? 'down');

for (const { failAfter, passAfter, seen, shown } of cases) {
  test(`failAfter ${failAfter}, passAfter ${passAfter}: ${seen} is shown as ${shown}`, () => {
    expect(spell(seen).map(createHysteresis({ failAfter, passAfter }))).toEqual(spell(shown));
  });
}

test('what is shown was seen, and without thresholds everything seen is shown', () => {
  const runs = fc.array(fc.constantFrom<HealthStatus>('up', 'degraded', 'down'), { minLength: 1 });
  fc.assert(
    fc.property(runs, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (seen, failAfter, passAfter) => {
      const show = createHysteresis({ failAfter, passAfter });
      const shown = seen.map((status) => show(status));
      shown.forEach((status, index) => expect(seen.slice(0, index + 1)).toContain(status));
      expect(failAfter === 1 && passAfter === 1 ? shown : seen).toEqual(seen);
    }),
  );
});
