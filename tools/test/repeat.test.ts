import { describe, expect, test } from 'vitest';
import { crashOf, failures, merge, nothing, sum, toRepeat, type Broken } from './repeat.ts';

const told =
  'Worker exited unexpectedly with signal SIGSEGV during started state while running test file /code/packages/a/test/b.test.ts';
const crash = { file: '/code/packages/a/test/b.test.ts', signal: 'SIGSEGV' };
const broken: Broken = {
  file: '/code/c.test.ts',
  names: ['waits'],
  reasons: ['expected 1 to be 2\nat c.test.ts:3'],
  passed: 4,
  failed: 1,
  skipped: 0,
};

describe('a crash of Node', () => {
  test('is known by its signal and the file, also as a cause', () => {
    expect(crashOf({ message: told })).toEqual(crash);
    expect(crashOf({ message: 'Worker forks emitted error.', cause: { message: told } })).toEqual(crash);
  });

  test.each([
    [new Error('expected 1 to be 2')],
    [{ message: 'Worker exited unexpectedly with exit code 1 while running test file /code/a.test.ts' }],
    [null],
    ['Worker exited'],
  ])('is not what tests say: %j', (error) => {
    expect(crashOf(error)).toBeUndefined();
  });

  test('counts as a failure when it comes again', () => {
    const first = { ...nothing, passed: 10, skipped: 1, crashed: [crash] };
    expect(merge(first, { ...nothing, passed: 3 }, [])).toMatchObject({ passed: 13, failed: 0 });
    const again = { ...nothing, crashed: [crash] };
    expect(merge(first, again, [])).toMatchObject({ passed: 10, failed: 1, skipped: 1, crashed: [] });
  });
});

describe('a file that failed', () => {
  const first = { ...nothing, passed: 10, failed: 1, broken: [broken] };

  test('counts as it ended when it is repeated', () => {
    expect(toRepeat(first)).toEqual([broken]);
    expect(merge(first, { ...nothing, passed: 5 }, [broken])).toEqual({ ...nothing, passed: 11 });
    const again = { ...nothing, passed: 4, failed: 1, broken: [broken] };
    expect(merge(first, again, [broken])).toEqual(first);
  });

  test('stays failed when it is not repeated', () => {
    expect(merge({ ...first, crashed: [crash] }, { ...nothing, passed: 3 }, [])).toEqual({ ...first, passed: 13 });
  });

  test('is not repeated among many, or beside an error that belongs to no file', () => {
    const many = Array.from({ length: 4 }, () => broken);
    expect(toRepeat({ ...first, failed: 4, broken: many })).toEqual([]);
    expect(toRepeat({ ...first, failed: 2 })).toEqual([]);
  });
});

test('what failed is said with its reason, a file without tests by its path', () => {
  const unread: Broken = { ...broken, names: [], reasons: ['no such module'] };
  expect(failures({ broken: [broken, unread] }, '/code')).toEqual([
    'c.test.ts > waits\n    expected 1 to be 2\n    at c.test.ts:3',
    'c.test.ts\n    no such module',
  ]);
});

test('runs of different tests are added up', () => {
  const unit = { ...nothing, passed: 10, failed: 1, skipped: 2, broken: [broken] };
  const integration = { ...nothing, passed: 3, skipped: 1, crashed: [crash] };
  expect(sum([unit, integration])).toEqual({ passed: 13, failed: 1, skipped: 3, crashed: [crash], broken: [broken] });
  expect(sum([])).toEqual(nothing);
});
