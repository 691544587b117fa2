import { expect, test } from 'vitest';
import { createJobBoard } from '../../src/jobs.ts';

test('a job is shown before its first run, while it runs, and with how it went', async () => {
  let time = 0;
  const board = createJobBoard(() => new Date(time));
  const watch = board.watch('sweep');
  expect(board.list()).toMatchObject([{ name: 'sweep', isRunning: false, runs: 0, outcome: null }]);
  const running = watch(() => Promise.resolve((time += 25)));
  expect(board.list()).toMatchObject([{ isRunning: true, runs: 1, endedAt: null }]);
  expect(await running).toBe(25);
  expect(board.list()).toMatchObject([{ isRunning: false, outcome: 'ok', durationMs: 25, failures: 0 }]);
});

test('what fails is counted, and thrown on', async () => {
  const board = createJobBoard();
  const watch = board.watch('sweep');
  await expect(watch(() => Promise.reject(new Error('the disk is full')))).rejects.toThrow('the disk is full');
  expect(board.list()).toMatchObject([{ outcome: 'failed', runs: 1, failures: 1 }]);
});
