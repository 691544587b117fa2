import { describe, expect, test } from 'vitest';
import { compare } from '../bench/baseline.ts';
import { parseResult, type Result } from '../bench/result.ts';
import { resultTable, rounded } from '../bench/table.ts';

const result: Result = {
  package: 'errors',
  case: 'create',
  peer: 'native',
  value: 120,
  unit: 'ns',
  ratio: 1.1,
  better: 'lower',
  target: 1.2,
  holds: true,
};

test('a printed result is read', () => {
  expect(parseResult(JSON.stringify(result))).toEqual({ result });
  const alone = { ...result, peer: null, ratio: null, target: null };
  expect(parseResult(JSON.stringify(alone))).toEqual({ result: alone });
});

describe('a line that is no result is refused', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['warming up', 'it is no JSON object'],
    ['[]', 'it is no JSON object'],
    [JSON.stringify({ ...result, package: '' }), '"package" must be a name and is ""'],
    [JSON.stringify({ ...result, value: null }), '"value" must be a finite number and is null'],
    [JSON.stringify({ ...result, ratio: 'x' }), '"ratio" must be a finite number or null and is "x"'],
    [JSON.stringify({ ...result, better: 'more' }), '"better" must be "lower" or "higher"'],
    [JSON.stringify({ ...result, holds: undefined }), '"holds" must be true or false and is missing'],
  ];
  for (const [line, problem] of cases) {
    test(line, () => expect(parseResult(line)).toEqual({ problem: expect.stringContaining(problem) }));
  }
});

test('a case is compared once with the same case of the release, in the direction of its unit', () => {
  const rate = { ...result, case: 'throughput', unit: 'requests/s', better: 'higher' } as const;
  const alone = { ...result, case: 'score', unit: 'points', peer: null, ratio: null, better: 'higher' } as const;
  const now = [
    result,
    { ...result, peer: 'boom' },
    { ...rate, value: 50 },
    { ...alone, value: 90 },
    { ...result, case: 'new' },
  ];
  const before = [
    { ...result, value: 80 },
    { ...rate, value: 100 },
    { ...alone, value: 100 },
  ];
  expect(compare(now, before, 1.25).map(({ name, worse, holds }) => [name, Number(worse.toFixed(2)), holds])).toEqual([
    ['create', 1.5, false],
    ['throughput', 2, false],
    ['score', 1.11, true],
  ]);
});

test('a table has a line for each case and says what was missed', () => {
  const lines = resultTable([
    result,
    { ...result, case: 'throw', holds: false, peer: null, ratio: null, target: null },
  ]).split('\n');
  expect(lines).toEqual([
    '        case    value   peer    ratio  target',
    'ok      create  120 ns  native  1.1 ×  1.2     lower is better',
    'MISSED  throw   120 ns                         lower is better',
  ]);
});

test('numbers are told with three digits', () => {
  expect([0.123456, 12.3456, 999.4, 123456].map(rounded)).toEqual(['0.123', '12.3', '999', '123,456']);
});
