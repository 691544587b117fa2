import { describe, expect, test } from 'vitest';
import { judgeAgain, vanished, type Judged } from '../audited/snapshot.ts';

const finding: Judged = {
  rule: 'SEA-R001',
  severity: 'warning',
  file: 'lib/a.js',
  line: 3,
  column: 5,
  message: 'This throws a string.',
};
const judgement = { verdict: 'right', because: 'The place is lost.' } as const;
const judged: Judged = { ...finding, ...judgement };

/** The same finding but for one part. */
const others: readonly { readonly what: string; readonly other: Judged }[] = [
  { what: 'of another rule', other: { ...finding, rule: 'SEA-R002' } },
  { what: 'of another severity', other: { ...finding, severity: 'info' } },
  { what: 'in another file', other: { ...finding, file: 'lib/b.js' } },
  { what: 'in another line', other: { ...finding, line: 4 } },
  { what: 'in another column', other: { ...finding, column: 6 } },
  { what: 'with another message', other: { ...finding, message: 'This throws a number.' } },
];

describe('judging again', () => {
  test('a finding that was judged before keeps its verdict and the reason', () => {
    expect(judgeAgain([finding], [judged])).toEqual([judged]);
  });

  test.for(others)('a finding $what has no verdict', ({ other }) => {
    expect(judgeAgain([other], [judged])).toEqual([other]);
  });

  test('a finding that nobody has judged yet stays without a verdict', () => {
    const [again] = judgeAgain([finding], [finding]);
    expect(again?.verdict).toBeUndefined();
    expect(JSON.parse(JSON.stringify(again))).toEqual(finding);
  });

  test('each of several findings gets its own verdict, in the order of today', () => {
    const wrong: Judged = { ...finding, line: 9, verdict: 'wrong', because: 'It is a sign.' };
    expect(judgeAgain([{ ...finding, line: 9 }, finding], [judged, wrong])).toEqual([wrong, judged]);
  });

  test('a finding of the whole project needs no place to be judged', () => {
    const { line: _line, column: _column, ...whole } = finding;
    expect(judgeAgain([whole], [{ ...whole, ...judgement }])).toEqual([{ ...whole, ...judgement }]);
  });
});

describe('what has vanished', () => {
  test('nothing, when everything is found again', () => {
    expect(vanished([finding], [judged])).toEqual([]);
  });

  test('a finding that is not there today, with the verdict it had', () => {
    expect(vanished([], [judged])).toEqual([judged]);
  });

  test.for(others)('a finding, when only one $what is found', ({ other }) => {
    expect(vanished([other], [judged])).toEqual([judged]);
  });

  test('a new finding is none of it', () => {
    expect(vanished([finding, { ...finding, line: 9 }], [judged])).toEqual([]);
  });
});
