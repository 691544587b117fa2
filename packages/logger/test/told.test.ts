// What the channels say of sinks and transports: each run of failures once, and every record that was given up.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import Transport from 'winston-transport';
import { createLogger, file, http, memory, type RecordsDropped, type SinkFailed } from '../src/index.ts';

type Next = (error?: Error) => void;

let failed: SinkFailed[] = [];
let missing = 0;

const onFailed = (event: unknown): unknown => failed.push(event as SinkFailed);
const onDropped = (event: unknown): unknown => (missing += (event as RecordsDropped).count);

beforeEach(() => {
  failed = [];
  missing = 0;
  subscribe('seaworthy:logger:sink-failed', onFailed);
  subscribe('seaworthy:logger:records-dropped', onDropped);
});

afterEach(() => {
  unsubscribe('seaworthy:logger:sink-failed', onFailed);
  unsubscribe('seaworthy:logger:records-dropped', onDropped);
});

describe('a failure is told once for each run of them', () => {
  test('of a sink that throws', () => {
    let isBroken = true;
    const write = (): void => {
      if (isBroken) throw new TypeError('down');
    };
    const log = createLogger({ sinks: [{ ...memory(), name: 'mine', write }] });
    for (const state of [true, true, false, true, true]) {
      isBroken = state;
      log.info('m');
    }
    expect(failed).toEqual([
      { sink: 'mine', reason: 'down' },
      { sink: 'mine', reason: 'down' },
    ]);
  });

  test('of a transport that calls back with an error', async () => {
    let isBroken = true;
    const transport = new Transport({
      log: (_info: object, next: Next) => (isBroken ? next(new TypeError('down')) : next()),
    });
    const log = createLogger({ transports: [transport] });
    for (const state of [true, true, false, true, true]) {
      isBroken = state;
      log.info('m');
    }
    expect(failed.map(({ reason }) => reason)).toEqual(['down', 'down']);
    const { stats } = await log.close();
    expect([stats.dropped, missing]).toEqual([4, 4]);
  });
});

describe('a transport that never answers', () => {
  test('is told when it begins to cost records, once, and again after it was well', async () => {
    const waiting: Next[] = [];
    const transport = new Transport({ log: (_info: object, next: Next) => void waiting.push(next) });
    const log = createLogger({ transports: [transport], laneBytes: 10_000 });
    const answer = (): void => {
      for (let next = waiting.shift(); next; next = waiting.shift()) next();
    };
    for (let index = 0; index < 100; index += 1) log.info('m');
    expect(failed).toEqual([{ sink: 'TransportStream', reason: expect.stringContaining('bytes wait for it') }]);
    answer();
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    for (let index = 0; index < 100; index += 1) log.info('m');
    expect(failed).toHaveLength(2);
    const { stats } = await log.close({ timeoutMs: 1 });
    expect(missing).toBe(stats.dropped);
  });
});

describe('what is given up at close is told', () => {
  test('by the http sink', async () => {
    // A port of a network that is for documentation.
    const log = createLogger({ sinks: [http({ url: 'http://192.0.2.1:9/', gatherMs: 60_000 })] });
    for (let index = 0; index < 10; index += 1) log.info('m');
    const { stats } = await log.close({ timeoutMs: 1 });
    expect([stats.dropped, missing]).toEqual([10, 10]);
  });

  test('by a file on a full disk', async ({ skip }) => {
    skip(!existsSync('/dev/full'), 'this system has no /dev/full');
    const log = createLogger({ sinks: [file({ path: '/dev/full' })] });
    for (let index = 0; index < 10; index += 1) log.info('m');
    const { stats } = await log.close({ timeoutMs: 1 });
    expect([stats.dropped, missing]).toEqual([10, 10]);
  });
});
