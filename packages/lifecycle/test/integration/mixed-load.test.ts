import { expect, test } from 'vitest';
import { runOnce } from '../../bench/drain/run.ts';

// A short run of the drain harness; `npm run bench -- lifecycle` makes thirty long ones, beside eight peers.
test('SIGTERM amid a mixed load of real clients loses nothing and leaves nothing unanswered', async () => {
  const run = await runOnce({ side: 'seaworthy', lameDuckMs: 0, scale: 0.5, loadMs: 300 });
  expect(run.lost).toEqual([]);
  expect(run.ranUnanswered).toEqual([]);
  expect(run.exitCode).toBe(0);
  expect(run.answered).toBeGreaterThan(100);
  expect(run.refused).toBeGreaterThan(0);
}, 60_000);
