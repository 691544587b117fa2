import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withBase } from '../src/compose.ts';
import { createExit } from '../src/exit.ts';
import { fakeIo } from './support/io.ts';
import { writeProject } from './support/project.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** A process that keeps the codes it was ended with. */
function prepare() {
  const codes: number[] = [];
  const host = new EventEmitter();
  const exit = createExit({ exit: (code) => void codes.push(code), signals: ['SIGINT'], host });
  return { codes, host, exit };
}

test('a command has its time for last words', () => {
  const { codes, exit } = prepare();
  exit(130, 2_500);
  vi.advanceTimersByTime(2_499);
  expect(codes).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(codes).toEqual([130]);
});

test('a second call ends the process at once, and so does one without time', () => {
  const { codes, exit } = prepare();
  exit(130, 2_500);
  exit(143, 2_500);
  expect(codes).toEqual([143]);
  const other = prepare();
  other.exit(143, 0);
  expect(other.codes).toEqual([143]);
});

test('the Ctrl-C that npm forwards is the same key press, also if it was heard late, and a later one is another', async () => {
  const { codes, host, exit } = prepare();
  exit(130, 60_000);
  vi.advanceTimersByTime(50);
  host.emit('SIGINT');
  // As after a long computation: the timers that are due come before the signals that wait.
  vi.advanceTimersByTime(5_000);
  host.emit('SIGINT');
  expect(codes).toEqual([]);
  await nextTurn();
  await nextTurn();
  host.emit('SIGINT');
  expect(codes).toEqual([130]);
});

test('a second signal does not wait for a command that goes on', async () => {
  vi.useRealTimers();
  const exits: [number, number][] = [];
  const exit = (code: number, lastWordsMs: number): void => void exits.push([code, lastWordsMs]);
  const io = fakeIo({ cwd: writeProject({}), signals: ['SIGUSR1', 'SIGUSR2'], exit });
  const going = Promise.withResolvers<void>();
  const run = withBase({ command: 'test', flags: {}, directory: '.' }, io, async () => {
    process.emit('SIGUSR2', 'SIGUSR2');
    process.emit('SIGUSR1', 'SIGUSR1');
    await going.promise;
  });
  await expect.poll(() => exits).toEqual([[138, 0]]);
  going.resolve();
  await run;
  await expect
    .poll(() => exits)
    .toEqual([
      [138, 0],
      [130, 2_500],
    ]);
});
