import { setTimeout as wait } from 'node:timers/promises';
import type { StopReport } from '@seaworthy/lifecycle';
import { expect, test } from 'vitest';
import { createEnding, keptForLast, type LastPart } from '../src/ending.ts';

const stopped = (parts: Partial<StopReport> = {}): { readonly stopped: Promise<StopReport> } => ({
  stopped: Promise.resolve({
    reason: 'SIGTERM',
    exitCode: 0,
    durationMs: 0,
    resources: [],
    active: { work: [], connections: {}, handles: {} },
    ...parts,
  }),
});

/** An ending whose exit and log are kept. */
function prepare(graceMs = 60_000, signals: readonly string[] = []) {
  const told: string[] = [];
  const logged: object[] = [];
  const keep = (fields: object): void => void logged.push(fields);
  const logger = { warn: keep, error: keep };
  const ending = createEnding({ graceMs, signals, exit: (code) => void told.push(`exit ${code}`), logger });
  const part = (name: string, close: LastPart['close'] = () => Promise.resolve()): LastPart => ({
    name,
    close: (signal) => {
      told.push(name);
      return close(signal);
    },
  });
  return { ending, told, logged, part };
}

const never = (): Promise<never> => new Promise(() => undefined);

test('(1) parts close in their order, and then the process exits with the code of the stop', async () => {
  const { ending, told, part } = prepare();
  const late = part('telemetry', async () => {
    await wait(50);
    told.push('exported');
  });
  const report = await ending.after(stopped({ exitCode: 1 }), [part('problems'), late, part('log')]);
  expect(report.exitCode).toBe(1);
  expect(told).toEqual(['problems', 'telemetry', 'exported', 'log', 'exit 1']);
});

const failures: readonly { title: string; close: LastPart['close']; outcome: string; graceMs: number }[] = [
  { title: 'rejects', close: () => Promise.reject(new Error('no')), outcome: 'error', graceMs: 60_000 },
  { title: 'hangs', close: never, outcome: 'hung', graceMs: 200 },
  {
    title: 'throws',
    close: () => {
      throw new Error('no');
    },
    outcome: 'error',
    graceMs: 60_000,
  },
];
for (const { title, close, outcome, graceMs } of failures) {
  test(`(1) a part that ${title} is named, and does not skip those after it`, async () => {
    const { ending, told, logged, part } = prepare(graceMs);
    await ending.after(stopped(), [part('telemetry', close), part('log')]);
    expect(told).toEqual(['telemetry', 'log', 'exit 0']);
    expect(logged).toMatchObject([{ part: 'telemetry', outcome }]);
  });
}

test('(2) a stop that took its whole grace leaves each part a moment, and waits for none', async () => {
  const { ending, told, logged, part } = prepare(60_000);
  const aborted: boolean[] = [];
  const waiting = (name: string): LastPart =>
    part(name, (signal) => {
      signal.addEventListener('abort', () => aborted.push(true));
      return never();
    });
  await ending.after(stopped({ durationMs: 60_000 }), [waiting('telemetry'), waiting('log')]);
  expect(told).toEqual(['telemetry', 'log', 'exit 0']);
  expect(logged).toMatchObject([
    { part: 'telemetry', timeoutMs: 1 },
    { part: 'log', timeoutMs: 1 },
  ]);
  expect(aborted).toEqual([true, true]);
});

test('(3) the code of the lifecycle waits for the parts when everything has stopped, and does not before', async () => {
  const { ending, told, part } = prepare();
  ending.exit(143);
  expect(told).toEqual(['exit 143']);
  const closing = Promise.withResolvers<void>();
  const ended = ending.after(stopped(), [part('telemetry', () => closing.promise)]);
  await expect.poll(() => told).toEqual(['exit 143', 'telemetry']);
  ending.exit(7);
  expect(told).toEqual(['exit 143', 'telemetry']);
  closing.resolve();
  await ended;
  expect(told).toEqual(['exit 143', 'telemetry', 'exit 7']);
});

test('(3) a second signal while the parts close ends the process at once, and none is listened to afterwards', async () => {
  const { ending, told, logged, part } = prepare(60_000, ['SIGUSR2']);
  const closing = Promise.withResolvers<void>();
  const ended = ending.after(stopped({ reason: 'SIGUSR2', durationMs: 5_000 }), [
    part('telemetry', () => closing.promise),
  ]);
  await expect.poll(() => told).toEqual(['telemetry']);
  process.emit('SIGUSR2', 'SIGUSR2');
  expect(told).toEqual(['telemetry', 'exit 140']);
  expect(logged).toEqual([{ signal: 'SIGUSR2', unfinished: ['telemetry'] }]);
  closing.resolve();
  await ended;
  expect(process.listenerCount('SIGUSR2')).toBe(0);
});

test('(3) the signal that npm sends again within a moment is the same key press', async () => {
  const { ending, told, part } = prepare(60_000, ['SIGUSR2']);
  const press = part('telemetry', () => {
    process.emit('SIGUSR2', 'SIGUSR2');
    return Promise.resolve();
  });
  // It began a minute from now: a machine that stalls makes no second press of it.
  await ending.after(stopped({ reason: 'SIGUSR2', durationMs: -60_000 }), [press]);
  expect(told).toEqual(['telemetry', 'exit 0']);
});

test('(3) the first signal after a stop by other means waits too, as an orchestrator sends it after its hook', async () => {
  const { ending, told, part } = prepare(60_000, ['SIGUSR1', 'SIGUSR2']);
  const closing = Promise.withResolvers<void>();
  const ended = ending.after(stopped({ reason: 'management' }), [part('telemetry', () => closing.promise)]);
  await expect.poll(() => told).toEqual(['telemetry']);
  process.emit('SIGUSR2', 'SIGUSR2');
  expect(told).toEqual(['telemetry']);
  process.emit('SIGUSR1', 'SIGUSR1');
  expect(told).toEqual(['telemetry', 'exit 138']);
  closing.resolve();
  await ended;
});

test('a start that failed closes the parts and leaves the exit code to whoever started', async () => {
  const { ending, told, part } = prepare();
  await ending.after(stopped({ reason: 'start-failed', exitCode: 1 }), [part('telemetry')]);
  expect(told).toEqual(['telemetry']);
});

const kept = [
  { graceMs: 25_000, lameDuckMs: 0, ms: 2_500 },
  { graceMs: 25_000, lameDuckMs: 5_000, ms: 2_000 },
  { graceMs: 600_000, lameDuckMs: 0, ms: 5_000 },
  { graceMs: 1_000, lameDuckMs: 0, ms: 100 },
  { graceMs: 100, lameDuckMs: 99, ms: 0 },
];
for (const { ms, ...settings } of kept) {
  test(`of ${settings.graceMs} ms with ${settings.lameDuckMs} ms of lame duck ${ms} ms are kept`, () => {
    expect(keptForLast(settings)).toBe(ms);
  });
}
