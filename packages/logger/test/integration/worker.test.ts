import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { createLogger, LoggerErrors, worker } from '../../src/index.ts';
import { finish, indexesOf, start } from './programs.ts';

const directory = mkdtempSync(join(tmpdir(), 'seaworthy-worker-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const all = Array.from({ length: 1000 }, (_, index) => index);

describe('the worker sink', () => {
  for (const kind of ['file', 'winston']) {
    for (const how of ['end', 'exit', 'throw', 'close']) {
      test(`keeps 1,000 of 1,000 records (a ${kind} in the thread, the program ends by ${how})`, async () => {
        const path = join(directory, `${kind}-${how}.log`);
        const { code, stderr } = await finish(start('working', [path, kind, how]));
        expect(indexesOf(readFileSync(path, 'utf8'))).toEqual(all);
        const [first = ''] = stderr.match(/Error: on purpose/) ?? [stderr];
        expect([code, first]).toEqual(how === 'throw' ? [1, 'Error: on purpose'] : [0, '']);
      });
    }
  }

  test('does not hold the event loop while the thread works 2 seconds', async () => {
    const path = join(directory, 'busy.log');
    const sink = worker({ module: new URL('../fixtures/remote.ts', import.meta.url), options: { kind: 'busy', path } });
    const log = createLogger({ sinks: [sink] });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (let index = 0; index < 400; index += 1) {
      log.info('m', { index });
      await nextTurn();
    }
    const { outcome } = await log.flush({ timeoutMs: 60_000 });
    delay.disable();
    expect(outcome).toBe('done');
    // One record costs the thread 5 ms, and a batch far more; what the program waits is the machine's own noise.
    expect(delay.percentile(50) / 1e6).toBeLessThan(5);
    expect(sink.stats()).toMatchObject({ written: 400, pending: 0, dropped: 0 });
    await log.close();
  }, 90_000);

  test('past the cap records are given up and counted', async () => {
    const path = join(directory, 'capped.log');
    const module = new URL('../fixtures/remote.ts', import.meta.url);
    const sink = worker({ module, options: { kind: 'busy', path }, capBytes: 10_000 });
    const log = createLogger({ sinks: [sink] });
    for (let index = 0; index < 1000; index += 1) log.info('m', { index });
    const { dropped, pending } = sink.stats();
    expect(dropped + pending).toBe(1000);
    expect(pending).toBeLessThan(100);
    await log.close({ timeoutMs: 10_000 });
  });

  for (const kind of ['dies', 'neither']) {
    test.concurrent(
      `a thread that ${kind === 'dies' ? 'dies' : 'has no sink'} again and again is given up, and errors go to standard error`,
      async () => {
        const path = join(directory, `${kind}.log`);
        const sink = worker({ module: new URL('../fixtures/remote.ts', import.meta.url), options: { kind, path } });
        const log = createLogger({ sinks: [sink] });
        log.info('lost');
        expect((await log.flush({ timeoutMs: 20_000 })).outcome).toBe('done');
        expect(sink.stats()).toMatchObject({ dropped: 1, failures: 3, pending: 0 });
        await log.close();
      },
      40_000,
    );
  }

  test('what is not a URL is refused', () => {
    expect(() => worker({ module: './remote.js' })).toThrow(
      expect.objectContaining({ code: LoggerErrors.INVALID_OPTION.code }),
    );
  });
});
