import { expect, test } from 'vitest';
import { highestMajor } from '../../src/rules/node-end-of-life/ranges.ts';
import { endOf, majorOf } from '../../src/rules/node-end-of-life/releases.ts';

const ranges = [
  { range: '>=18', highest: undefined },
  { range: '*', highest: undefined },
  { range: '^18', highest: 18 },
  { range: '~20.1', highest: 20 },
  { range: '18.x', highest: 18 },
  { range: 'v20.11.1', highest: 20 },
  { range: '^18 || >=20', highest: undefined },
  { range: '^18.18.0 || ^20.9.0', highest: 20 },
  { range: '>=18 <21', highest: 20 },
  { range: '>=18 <21.0.0', highest: 20 },
  { range: '>=18 <21.5', highest: 21 },
  { range: '>=16 <=18', highest: 18 },
  { range: '16 - 20', highest: 20 },
  { range: '', highest: undefined },
  { range: 'lts', highest: undefined },
];

test.for(ranges)('the highest major version of "$range" is $highest', ({ range, highest }) => {
  expect(highestMajor(range)).toBe(highest);
});

const versions = [
  { version: '20', major: 20 },
  { version: 'v20.11.1\n', major: 20 },
  { version: '18.x', major: 18 },
  { version: 22, major: 22 },
  { version: 'lts/iron', major: 20 },
  { version: 'lts/*', major: undefined },
  { version: 'node', major: undefined },
  { version: '${{ matrix.node }}', major: undefined },
  { version: undefined, major: undefined },
];

test.for(versions)('the major version of "$version" is $major', ({ version, major }) => {
  expect(majorOf(version)).toBe(major);
});

test('versions with support have no end, the others say when it was', () => {
  expect([22, 24, 26].map(endOf)).toEqual([undefined, undefined, undefined]);
  expect([10, 18, 20, 23].map(endOf)).toEqual(['April 2023 or before', 'April 2025', 'April 2026', 'June 2025']);
});
