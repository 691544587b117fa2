import { describe, expect, test } from 'vitest';
import { crashOf, merge, sum } from './crashes.ts';

const told =
  'Worker exited unexpectedly with signal SIGSEGV during started state while running test file /code/packages/a/test/b.test.ts';

describe('a crash of Node', () => {
  test('is known by its signal and the file, also as a cause', () => {
    const crash = { signal: 'SIGSEGV', file: '/code/packages/a/test/b.test.ts' };
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
    const first = { passed: 10, failed: 0, skipped: 1, crashed: [{ file: 'b.test.ts', signal: 'SIGSEGV' }] };
    expect(merge(first, { passed: 3, failed: 0, skipped: 0, crashed: [] })).toMatchObject({ passed: 13, failed: 0 });
    expect(merge(first, { ...first, passed: 0, skipped: 0 })).toMatchObject({ passed: 10, failed: 1, skipped: 1 });
  });
});

test('runs of different tests are added up', () => {
  const unit = { passed: 10, failed: 1, skipped: 2, crashed: [] };
  const integration = { passed: 3, failed: 0, skipped: 1, crashed: [{ file: 'b.test.ts', signal: 'SIGSEGV' }] };
  expect(sum([unit, integration])).toEqual({ passed: 13, failed: 1, skipped: 3, crashed: integration.crashed });
  expect(sum([])).toEqual({ passed: 0, failed: 0, skipped: 0, crashed: [] });
});
