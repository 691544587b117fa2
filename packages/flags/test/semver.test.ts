import { expect, test } from 'vitest';
import { compareVersions, parseVersion } from '../src/semver.ts';

const rising = [
  '0.9.9',
  '1.0.0-1',
  '1.0.0-2',
  '1.0.0-10',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-rc.1',
  '1.0.0',
  '1.0.1',
  '1.2',
  '1.10.0',
  '2',
];
test('versions are ordered as semver.org says, by number and not by letter', () => {
  for (const [index, left] of rising.entries()) {
    for (const [other, right] of rising.entries()) {
      const [a, b] = [parseVersion(left), parseVersion(right)];
      if (!a || !b) throw new Error(`${left} or ${right} is not read`);
      expect(Math.sign(compareVersions(a, b))).toBe(Math.sign(index - other));
    }
  }
});

const equal = [
  { given: 'v1.2.3', as: '1.2.3' },
  { given: 'V1.2.3', as: '1.2.3' },
  { given: '1.2', as: '1.2.0' },
  { given: 1, as: '1.0.0' },
  { given: 1.5, as: '1.5.0' },
  { given: '1.2.3+build.7', as: '1.2.3' },
];
for (const { given, as } of equal) {
  test(`${JSON.stringify(given)} is read as ${as}`, () => expect(parseVersion(given)).toEqual(parseVersion(as)));
}

for (const given of ['', 'one', '1.2.3.4', '01.2.3', '1.2.3-', ' 1.2.3', true, null, undefined, {}, Number.NaN, -1]) {
  test(`${JSON.stringify(given)} is no version`, () => expect(parseVersion(given)).toBeUndefined());
}
