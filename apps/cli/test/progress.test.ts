import { expect, test } from 'vitest';
import { createProgress } from '../src/progress.ts';
import { fakeIo } from './support/io.ts';

const clearLine = '\r\u001b[K';

test('a quick command shows nothing', () => {
  const io = fakeIo({ cwd: '.', isInteractive: true });
  let now = 0;
  const progress = createProgress(io, () => now);
  now = 299;
  progress.show('reading');
  progress.clear();
  expect(io.err()).toBe('');
});

test('after 300 ms a line shows, is overwritten, and goes', () => {
  const io = fakeIo({ cwd: '.', isInteractive: true });
  let now = 0;
  const progress = createProgress(io, () => now);
  now = 300;
  progress.show('one');
  progress.show('two');
  progress.clear();
  progress.clear();
  expect(io.err()).toBe(`${clearLine}one${clearLine}two${clearLine}`);
});

test('without a terminal nothing shows', () => {
  const io = fakeIo({ cwd: '.', isInteractive: false });
  let now = 0;
  const progress = createProgress(io, () => now);
  now = 10_000;
  progress.show('one');
  progress.clear();
  expect(io.err()).toBe('');
});
