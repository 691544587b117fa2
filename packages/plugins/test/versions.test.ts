import fc from 'fast-check';
import satisfies from 'semver/functions/satisfies.js';
import validVersion from 'semver/functions/valid.js';
import validRange from 'semver/ranges/valid.js';
import { expect, test } from 'vitest';
import { createVersions } from '../src/versions.ts';

const number = fc.oneof(fc.nat(3), fc.constantFrom('00', '01', '999999999', '9007199254740992', 'x', ''));
const version = fc
  .tuple(number, number, number, fc.constantFrom('', '', '', '-rc.1', '+build', ' ', '\n'))
  .map(([major, minor, patch, rest]) => `${major}.${minor}.${patch}${rest}`);
const range = fc
  .tuple(fc.constantFrom('', '^', '~', '>=', '=', 'v', '^^', ' '), version)
  .map((parts) => parts.join(''));

test('what is answered without semver is what semver answers', () => {
  const { isVersion, isRange, matches } = createVersions();
  fc.assert(
    fc.property(version, fc.oneof(range, fc.constant('*')), (one, other) => {
      // Of a version with spaces semver takes them away; here it is shown and compared as it is.
      expect(isVersion(one)).toBe(validVersion(one) !== null && one.trim() === one);
      expect(isRange(other)).toBe(validRange(other) !== null);
      expect(matches(one, other)).toBe(satisfies(one, other));
    }),
    { numRuns: 3_000 },
  );
});
