import { expect, test } from 'vitest';
import { createSweep } from '../src/engine/sweep.ts';

test('memory that nobody holds goes when much has been parsed', async () => {
  const sweep = createSweep();
  const gone = new WeakRef({ text: 'x'.repeat(1_000) });
  await new Promise(setImmediate);
  sweep(4 * 1024 * 1024);
  expect(gone.deref()).toBeUndefined();
});

test('little is not worth a collection', async () => {
  const sweep = createSweep();
  const kept = new WeakRef({ text: 'y' });
  await new Promise(setImmediate);
  for (let file = 0; file < 100; file += 1) sweep(1_000);
  expect(kept.deref()).toEqual({ text: 'y' });
});
