import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLifecycle, LifecycleErrors } from '../src/index.ts';
import { after, never, quiet, recording, settle } from './recording.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('start', () => {
  test('waves follow `after`, and a wave starts side by side', async () => {
    const { life, log } = recording();
    const slow =
      (name: string, ms: number): (() => Promise<void>) =>
      async () => {
        log.push(`${name} begins`);
        await after(ms);
        log.push(`${name} ends`);
      };
    life.add('api', { after: ['db', 'cache'], start: slow('api', 10) });
    life.add('db', { start: slow('db', 30) });
    life.add('cache', { start: slow('cache', 10) });
    await settle(life.start());
    expect(log).toEqual(['db begins', 'cache begins', 'cache ends', 'db ends', 'api begins', 'api ends']);
    expect(life.state).toBe('ready');
  });

  test('a failure stops what had started, in reverse, and names the culprit', async () => {
    const { life, log, part } = recording();
    const cause = new Error('port taken');
    part('db');
    part('cache', { after: ['db'] });
    part('api', { after: ['cache'], start: () => Promise.reject(cause) });
    const failure = await settle(life.start()).catch((error: unknown) => error);
    expect(LifecycleErrors.START_FAILED.is(failure)).toBe(true);
    expect(failure).toMatchObject({ params: { name: 'api', reason: 'port taken' }, cause });
    expect(log).toEqual(['+db', '+cache', '-cache', '-db']);
    expect(life.state).toBe('failed');
    expect(await life.stopped).toMatchObject({ reason: 'start-failed' });
  });

  test('the sentence of a failure that is one itself ends once', async () => {
    const { life, part } = recording();
    part('api', { start: () => Promise.reject(new Error('Port 80 is taken.')) });
    await expect(settle(life.start())).rejects.toThrow(
      'Resource "api" failed to start: Port 80 is taken. What had started was stopped again.',
    );
  });

  test('a failure aborts the starts beside it, and what still came up is stopped', async () => {
    const { life, log, part } = recording();
    part('broken', { start: () => Promise.reject(new Error('no')) });
    part('polite', {
      start: ({ signal }) =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve());
        }),
    });
    await settle(life.start()).catch(() => {});
    expect(log).toEqual(['-polite']);
  });

  test('a start that hangs ends after startTimeoutMs', async () => {
    const { life, part } = recording();
    part('db', { start: never, startTimeoutMs: 70 });
    await expect(settle(life.start())).rejects.toMatchObject({
      code: 'seaworthy.lifecycle.START_TIMEOUT',
      params: { name: 'db', timeoutMs: 70 },
    });
  });

  test('a start that ends after it was given up on is undone', async () => {
    const { life, log, part } = recording();
    part('late', { start: () => after(500), startTimeoutMs: 50 });
    await settle(life.start()).catch(() => {});
    expect(log).toEqual(['-late']);
  });

  test('a start that outlasts the whole stop does not keep what had started from being stopped', async () => {
    const { life, log, part } = recording();
    part('db');
    part('api', { after: ['db'], start: never, timeoutMs: 60_000 });
    const start = life.start();
    start.catch(() => {});
    await vi.advanceTimersByTimeAsync(1);
    const report = await settle(life.stop('test'));
    expect(log).toEqual(['+db', '-db']);
    expect(report.resources).toMatchObject([
      { name: 'api', outcome: 'hung', error: { code: 'seaworthy.lifecycle.STILL_STARTING' } },
      { name: 'db', outcome: 'ok' },
    ]);
    expect(report).toMatchObject({ reason: 'test', exitCode: 1 });
  });

  test('every failure of a wave is logged, and the first is thrown', async () => {
    const error = vi.fn<(fields: object, message: string) => void>();
    const life = createLifecycle({ ...quiet, logger: { info() {}, error } });
    life.add('a', { start: () => Promise.reject(new Error('first')) });
    life.add('b', { start: () => after(5).then(() => Promise.reject(new Error('second'))) });
    life.add('c', { start: ({ signal }) => after(5).then(() => signal.throwIfAborted()) });
    await expect(settle(life.start())).rejects.toMatchObject({ params: { name: 'a' } });
    expect(error.mock.calls.map(([fields, message]) => [(fields as { resource: string }).resource, message])).toEqual([
      ['a', 'did not start'],
      ['b', 'did not start'],
    ]);
  });

  test('two starts at once: the second is refused, and each resource starts once', async () => {
    const { life, log, part } = recording();
    part('db');
    const [first, second] = [life.start(), life.start()];
    await expect(second).rejects.toMatchObject({ code: 'seaworthy.lifecycle.ALREADY_STARTED' });
    await settle(first);
    expect(log).toEqual(['+db']);
  });

  test('after a stop there is no start', async () => {
    const { life } = recording();
    await settle(life.stop());
    await expect(life.start()).rejects.toThrow('Cannot start while the lifecycle is stopped.');
  });

  test('a stop while starting rejects start() after everything was stopped', async () => {
    const { life, log, part } = recording();
    part('db');
    part('api', {
      after: ['db'],
      start: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
    });
    const start = life.start();
    start.catch(() => {});
    await vi.advanceTimersByTimeAsync(1);
    await settle(life.stop('test'));
    await expect(settle(start)).rejects.toMatchObject({ code: 'seaworthy.lifecycle.STOPPED_WHILE_STARTING' });
    expect(log).toEqual(['+db', '-db']);
    expect(life.state).toBe('stopped');
  });

  test('starting twice is refused', async () => {
    const { life } = recording();
    await settle(life.start());
    await expect(life.start()).rejects.toMatchObject({ code: 'seaworthy.lifecycle.ALREADY_STARTED' });
  });
});

describe('stop', () => {
  const reasons: { given: unknown; reason: string }[] = [
    { given: undefined, reason: 'stop' },
    { given: new Error('disk full'), reason: 'disk full' },
    { given: null, reason: 'null' },
    { given: Object.create(null), reason: 'an error that cannot be printed' },
  ];
  for (const { given, reason } of reasons) {
    test(`what a listener is given can be the reason, and it is a text then: ${reason}`, async () => {
      const { life, part } = recording();
      part('db');
      await settle(life.start());
      const stop = life.stop as (given: unknown) => ReturnType<typeof life.stop>;
      expect(await settle(stop(given))).toMatchObject({ reason, exitCode: 0 });
    });
  }

  test('(1) each resource stops once, and every caller gets the same report', async () => {
    const { life, log, part } = recording();
    part('db');
    await settle(life.start());
    const reports = await settle(Promise.all([life.stop('one'), life.stop('two'), life.stopped]));
    expect(log).toEqual(['+db', '-db']);
    expect(new Set(reports).size).toBe(1);
    expect(reports[0]).toMatchObject({ reason: 'one', exitCode: 0 });
  });

  test('(2) one that fails or hangs never skips the others', async () => {
    const { life, log, part } = recording();
    part('db');
    part('queue', { after: ['db'], stop: () => Promise.reject(new Error('no')) });
    part('api', { after: ['queue'], stop: never, timeoutMs: 100 });
    await settle(life.start());
    const { resources, exitCode } = await settle(life.stop());
    expect(resources.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['api', 'hung'],
      ['queue', 'error'],
      ['db', 'ok'],
    ]);
    expect(exitCode).toBe(1);
    expect(log.at(-1)).toBe('-db');
  });

  test('(2) a resource that throws at once is an error, not a crash', async () => {
    const { life, part } = recording();
    part('db', {
      stop() {
        throw new TypeError('no');
      },
    });
    await settle(life.start());
    expect((await settle(life.stop())).resources).toMatchObject([{ outcome: 'error', error: new TypeError('no') }]);
  });

  test('(3) after graceMs nothing is awaited any more', async () => {
    const { life, part } = recording();
    part('db', { stop: never, timeoutMs: 800 });
    part('api', { after: ['db'], stop: never, timeoutMs: 800 });
    await settle(life.start());
    const { resources, durationMs } = await settle(life.stop());
    expect(resources).toMatchObject([{ durationMs: 800 }, { outcome: 'hung', durationMs: 200 }]);
    expect(durationMs).toBe(1_000);
  });

  test('a wave that hangs leaves every later wave its share of the time', async () => {
    const { life, part } = recording();
    for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
      const behind = ['a', 'b', 'c', 'd'].slice(0, index);
      part(name, { after: behind, stop: never, timeoutMs: 60_000 });
    }
    await settle(life.start());
    const { resources, durationMs } = await settle(life.stop());
    expect(resources).toMatchObject([
      { name: 'd', outcome: 'hung', durationMs: 850 },
      { name: 'c', outcome: 'hung', durationMs: 50 },
      { name: 'b', outcome: 'hung', durationMs: 50 },
      { name: 'a', outcome: 'hung', durationMs: 50 },
    ]);
    expect(durationMs).toBe(1_000);
  });

  test('a stop that waits for the stop itself hangs, is named, and the rest goes on', async () => {
    const { life, part } = recording();
    part('db');
    part('odd', { after: ['db'], timeoutMs: 100, stop: () => life.stop() });
    await settle(life.start());
    expect((await settle(life.stop())).resources).toMatchObject([
      { name: 'odd', outcome: 'hung' },
      { name: 'db', outcome: 'ok' },
    ]);
  });

  test('(4) the state is draining as soon as stop() is called', async () => {
    const { life, part } = recording();
    part('db', { stop: () => after(10) });
    await settle(life.start());
    const stop = life.stop();
    expect(life.state).toBe('draining');
    await settle(stop);
    expect(life.state).toBe('stopped');
  });

  test('the signal of a hung resource aborts when its time is over', async () => {
    const { life, part } = recording();
    let seen: AbortSignal | undefined;
    part('db', {
      timeoutMs: 100,
      stop({ signal }) {
        seen = signal;
        return never();
      },
    });
    await settle(life.start());
    const stop = life.stop();
    await vi.advanceTimersByTimeAsync(99);
    expect(seen?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(seen?.aborted).toBe(true);
    await stop;
  });

  test('life.signal aborts with the reason', async () => {
    const { life } = recording();
    await settle(life.start());
    await settle(life.stop('deploy'));
    expect(life.signal.reason).toBe('deploy');
  });

  test('before a start there is nothing to stop', async () => {
    const { life, log, part } = recording();
    part('db');
    expect(await settle(life.stop())).toMatchObject({ exitCode: 0, resources: [] });
    expect(log).toEqual([]);
  });

  test('leaving an `await using` block stops', async () => {
    const { life, log, part } = recording();
    part('db');
    {
      await using running = life;
      await settle(running.start());
    }
    expect(log).toEqual(['+db', '-db']);
  });

  test('no timer is left behind', async () => {
    const { life, part } = recording();
    part('db', { stop: () => after(5) });
    await settle(life.start());
    const stop = life.stop();
    await vi.advanceTimersByTimeAsync(5);
    await stop;
    expect(vi.getTimerCount()).toBe(0);
  });
});

test('the process is listened to from start to stop, and not after a start that was refused', async () => {
  const count = (): number => process.listenerCount('SIGUSR2');
  const before = count();
  const refused = createLifecycle({ ...quiet, signals: ['SIGUSR2'] });
  refused.add('a', { after: ['b'] });
  await expect(refused.start()).rejects.toMatchObject({ code: 'seaworthy.lifecycle.UNKNOWN_DEPENDENCY' });
  expect(count()).toBe(before);
  const life = createLifecycle({ ...quiet, signals: ['SIGUSR2'] });
  await settle(life.start());
  expect(count()).toBe(before + 1);
  await settle(life.stop());
  expect(count()).toBe(before);
});

test('a logger is told of the stop and of what went wrong', async () => {
  const logger = {
    info: vi.fn<(fields: object, message: string) => void>(),
    error: vi.fn<(fields: object, message: string) => void>(),
  };
  const life = createLifecycle({ ...quiet, logger });
  life.add('db', { stop: () => Promise.reject(new Error('no')) });
  await settle(life.start());
  await settle(life.stop('deploy'));
  expect(logger.error.mock.calls).toEqual([
    [{ resource: 'db', outcome: 'error', durationMs: 0, err: new Error('no') }, 'did not stop cleanly'],
  ]);
  const handles: unknown = expect.any(Object);
  expect(logger.info.mock.calls).toEqual([[{ reason: 'deploy', exitCode: 1, durationMs: 0, handles }, 'stopped']]);
});
