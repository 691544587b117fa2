import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readOptions } from '../src/options.ts';
import { createExitPolicy } from '../src/signals.ts';
import type { LifecycleOptions, StopReport } from '../src/index.ts';

function policyWith(options: LifecycleOptions = {}): {
  host: EventEmitter;
  exits: number[];
  reasons: string[];
  printed: string[];
  finish(exitCode: number): Promise<void>;
  remove(): void;
} {
  const host = new EventEmitter();
  const exits: number[] = [];
  const reasons: string[] = [];
  const resolvers: ((report: StopReport) => void)[] = [];
  const report = new Promise<StopReport>((done) => void resolvers.push(done));
  const printed: string[] = [];
  const settings = readOptions(
    { exit: (code) => void exits.push(code), logger: { info() {}, error() {} }, ...options },
    (text) => void printed.push(text),
  );
  const policy = createExitPolicy({
    settings,
    stop(reason) {
      reasons.push(reason);
      return report;
    },
    unfinished: () => ['db'],
    host,
  });
  policy.install();
  return {
    host,
    exits,
    reasons,
    printed,
    remove: () => policy.remove(),
    async finish(exitCode) {
      resolvers[0]?.({
        reason: '',
        exitCode,
        durationMs: 0,
        resources: [],
        active: { work: [], connections: {}, handles: {} },
      });
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const seconds = [
  { signals: ['SIGTERM', 'SIGTERM'], apartMs: 100, exits: [143] },
  { signals: ['SIGINT', 'SIGINT'], apartMs: 100, exits: [130] },
  { signals: ['SIGINT', 'SIGINT'], apartMs: 99, exits: [] },
  { signals: ['SIGINT', 'SIGTERM'], apartMs: 1, exits: [143] },
  { signals: ['SIGTERM', 'SIGINT'], apartMs: 1, exits: [130] },
];
for (const { signals, apartMs, exits } of seconds) {
  test(`(1, 2) ${signals.join(' and ')} ${apartMs} ms apart exit at once with ${exits.join() || 'nothing'}`, async () => {
    const policy = policyWith();
    for (const signal of signals) {
      policy.host.emit(signal);
      await vi.advanceTimersByTimeAsync(apartMs);
      // What waits behind a computation is heard before the key press is over.
      for (let turn = 0; turn < 3; turn += 1) await nextTurn();
    }
    expect(policy.reasons).toEqual([signals[0]]);
    expect(policy.exits).toEqual(exits);
  });
}

test('the exit code of the report is used when the stop ends', async () => {
  const policy = policyWith();
  policy.host.emit('SIGTERM');
  await policy.finish(7);
  expect(policy.exits).toEqual([7]);
});

test('(3) an uncaught error while a signal drains makes the exit code 1', async () => {
  const policy = policyWith();
  policy.host.emit('SIGTERM');
  policy.host.emit('uncaughtException', new Error('late'));
  policy.host.emit('unhandledRejection', new Error('later'));
  await policy.finish(0);
  expect(new Set(policy.exits)).toEqual(new Set([1]));
  expect(policy.reasons).toEqual(['SIGTERM', 'uncaughtException']);
});

test('a logger that throws does not stop the stop, and the error is still seen', async () => {
  const broken = (): never => {
    throw new Error('disk full');
  };
  const policy = policyWith({ logger: { info: broken, error: broken } });
  policy.host.emit('uncaughtException', new Error('seen by someone'));
  await policy.finish(0);
  expect(policy.printed.join('')).toMatch(/seen by someone[^]*The logger failed: Error: disk full/);
  expect(policy.exits).toEqual([1]);
});

test('an uncaught error goes to the logger, with its reason', () => {
  const error = vi.fn<(fields: object, message: string) => void>();
  const policy = policyWith({ logger: { info() {}, error } });
  const thrown = new Error('no');
  policy.host.emit('unhandledRejection', thrown);
  expect(error.mock.calls).toEqual([
    [{ err: thrown, reason: 'unhandledRejection' }, 'stopping after an uncaught error'],
  ]);
});

test('without a logger an uncaught error goes to standard error', () => {
  const policy = policyWith({ logger: undefined } as object);
  policy.host.emit('uncaughtException', new Error('seen by someone'));
  expect(policy.printed[0]).toContain('uncaughtException: Error: seen by someone');
});

test('only the chosen signals are listened to, and removing leaves no listener', () => {
  const policy = policyWith({ signals: ['SIGHUP'], onUncaught: 'off' });
  expect(policy.host.eventNames()).toEqual(['SIGHUP']);
  policy.remove();
  expect(policy.host.eventNames()).toEqual([]);
});

test('(4) a logger that causes an uncaught error with every record does not keep the drain from its turn', async () => {
  const failures: Error[] = [];
  const policy = policyWith({
    logger: {
      info() {},
      error() {
        failures.push(new Error('EPIPE'));
        process.nextTick(() => policy.host.emit('uncaughtException', failures.at(-1)));
      },
    },
  });
  policy.host.emit('uncaughtException', new Error('first'));
  await policy.finish(0);
  expect(failures).toHaveLength(20);
  expect(policy.exits).toEqual([1]);
});

test('a second signal logs what is not waited for', () => {
  const error = vi.fn<(fields: object, message: string) => void>();
  const policy = policyWith({ logger: { info() {}, error } });
  policy.host.emit('SIGTERM');
  policy.host.emit('SIGINT');
  expect(error.mock.calls).toEqual([[{ signal: 'SIGINT', unfinished: ['db'] }, 'not waiting any longer']]);
});
