import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { counterSink, defineErrors, logSink, reporter } from '../src/index.ts';
import type { Report, ReportSink } from '../src/index.ts';

const Errors = defineErrors('shop', {
  FULL: { message: 'Only {count} items fit', severity: 'warning' },
  CARD: { message: 'Card {number} declined', sensitive: ['number'] },
});

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function memorySink(name = 'memory'): ReportSink & { readonly reports: Report[] } {
  const reports: Report[] = [];
  return { name, reports, send: (report) => void reports.push(report) };
}

/** An error whose place is the same on every call. */
function full(count: number): Error {
  return new Errors.FULL({ count });
}

test('a report reaches every sink as plain, redacted data with the details of the caller', async () => {
  const sinks = [memorySink('a'), memorySink('b')] as const;
  const reports = reporter({ sinks });
  reports.report(new Errors.CARD({ number: '4000-1234' }, { cause: new Error('no 4000-1234') }), { requestId: 'r1' });
  await reports.close();
  expect(sinks[0].reports).toEqual(sinks[1].reports);
  expect(sinks[0].reports).toMatchObject([
    {
      problem: { code: 'shop.CARD', message: 'Card [redacted] declined' },
      error: { code: 'shop.CARD', cause: { message: 'no [redacted]' } },
      details: { requestId: 'r1' },
      count: 1,
      droppedBefore: 0,
    },
  ]);
  expect(sinks[0].reports[0]?.time).toMatch(/^\d{4}-\d\d-\d\dT/);
  expect(JSON.stringify(sinks[0].reports)).not.toContain('4000-1234');
});

test('the same error at the same place is told once, then with its count', async () => {
  const sink = memorySink();
  const reports = reporter({ sinks: [sink], dedupe: { windowMs: 1_000 } });
  for (let count = 0; count < 5; count += 1) reports.report(full(count));
  await reports.flush();
  expect(sink.reports.map((report) => report.count)).toEqual([1, 4]);
  reports.report(full(9));
  await vi.advanceTimersByTimeAsync(1_000);
  reports.report(full(9));
  await reports.close();
  expect(sink.reports.map((report) => report.count)).toEqual([1, 4, 1, 1]);
});

test('errors of a catalogue without a stack are the same by their code, other values by their text', async () => {
  const Quick = defineErrors('quick', { BUSY: { message: 'Tenant {tenant} is busy', stack: false } });
  const sink = memorySink();
  const reports = reporter({ sinks: [sink] });
  for (const tenant of ['a', 'b', 'c']) reports.report(new Quick.BUSY({ tenant }));
  for (const text of ['a', 'b', 'b']) reports.report(text);
  await reports.close();
  expect(sink.reports.map(({ error, count }) => `${count} ${error.message}`)).toEqual([
    '1 Tenant a is busy',
    '1 a',
    '1 b',
    '2 Tenant a is busy',
    '1 b',
  ]);
});

test('repeats are told when the time is over', async () => {
  const sink = memorySink();
  const reports = reporter({ sinks: [sink], dedupe: { windowMs: 1_000 } });
  for (const count of [1, 2, 3]) reports.report(full(count));
  await vi.advanceTimersByTimeAsync(999);
  expect(sink.reports).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sink.reports.map((report) => report.count)).toEqual([1, 2]);
  expect(reports.stats()).toMatchObject({ reported: 2, repeated: 2 });
});

test('a dedupe time of 0 tells every one', async () => {
  const sink = memorySink();
  const reports = reporter({ sinks: [sink], dedupe: { windowMs: 0 } });
  for (const count of [1, 2, 3]) reports.report(full(count));
  await reports.close();
  expect(sink.reports).toHaveLength(3);
});

test('(2) the oldest of too many kinds of error is told and forgotten', async () => {
  const sink = memorySink();
  const reports = reporter({ sinks: [sink], rateLimit: { perMinute: 10_000 } });
  const first = new Error('kind 0');
  first.stack = '';
  reports.report(first);
  reports.report(first);
  for (let kind = 1; kind < 1_000; kind += 1) reports.report(`kind ${kind}`);
  await vi.advanceTimersByTimeAsync(0);
  reports.report('kind 1000');
  await vi.advanceTimersByTimeAsync(0);
  expect(sink.reports.filter((report) => report.problem.message === 'kind 0').map((report) => report.count)).toEqual([
    1, 1,
  ]);
});

test('(3) what the rate limit drops is told with a later report', async () => {
  const sink = memorySink();
  const reports = reporter({ sinks: [sink], dedupe: { windowMs: 0 }, rateLimit: { perMinute: 2 } });
  for (let count = 0; count < 5; count += 1) reports.report(full(count));
  await vi.advanceTimersByTimeAsync(30_000);
  reports.report(full(9));
  await reports.close();
  expect(sink.reports.map((report) => report.droppedBefore)).toEqual([0, 0, 3]);
  expect(reports.stats()).toMatchObject({ reported: 3, dropped: 3 });
});

test('(1) a sink that throws, rejects or hangs hurts nobody else', async () => {
  const told: string[] = [];
  const good = memorySink();
  const throwing: ReportSink = {
    name: 'throwing',
    send() {
      throw new Error('no');
    },
  };
  const rejecting: ReportSink = { name: 'rejecting', send: () => Promise.reject(new Error('no')) };
  const hanging: ReportSink = { name: 'hanging', send: () => new Promise(() => undefined) };
  const onError = (_error: unknown, name: string): void => {
    told.push(name);
    throw new Error('a listener must not end the queue');
  };
  const reports = reporter({ sinks: [throwing, rejecting, hanging, good], dedupe: { windowMs: 0 }, onError });
  reports.report('a');
  reports.report('b');
  const closed = reports.close(500);
  await vi.advanceTimersByTimeAsync(500);
  await closed;
  expect(good.reports).toHaveLength(2);
  expect(told.toSorted()).toEqual(['rejecting', 'rejecting', 'throwing', 'throwing']);
  expect(reports.stats()).toMatchObject({ failed: 4, waiting: 2 });
});

for (const [timeoutMs, waitedMs] of [
  [Infinity, 60_000],
  [2 ** 40, 60_000],
  [NaN, 0],
  [-5, 0],
] as const) {
  test(`closing within ${timeoutMs} ms waits ${waitedMs === 0 ? 'for nothing' : 'for a slow sink'}`, async () => {
    let isDone = false;
    const slow: ReportSink = {
      name: 'slow',
      send: (_report, signal) =>
        new Promise((resolve) => {
          setTimeout(() => {
            isDone = !signal.aborted;
            resolve();
          }, 60_000);
        }),
    };
    const reports = reporter({ sinks: [slow] });
    reports.report('a');
    const closed = reports.close(timeoutMs);
    await vi.advanceTimersByTimeAsync(waitedMs);
    await closed;
    expect(isDone).toBe(waitedMs > 0);
  });
}

test('the signal of a sink aborts when the reporter gives up', async () => {
  let aborted = false;
  const hanging: ReportSink = {
    name: 'hanging',
    send: (_report, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(new Error('aborted'));
        });
      }),
  };
  const reports = reporter({ sinks: [hanging] });
  reports.report('a');
  const closed = reports.close(10);
  await vi.advanceTimersByTimeAsync(10);
  await closed;
  expect(aborted).toBe(true);
});

test('(2) a sink that never answers holds a bounded queue', async () => {
  const hanging: ReportSink = { name: 'hanging', send: () => new Promise(() => undefined) };
  const reports = reporter({ sinks: [hanging], dedupe: { windowMs: 0 }, rateLimit: { perMinute: 5_000 } });
  for (let count = 0; count < 3_000; count += 1) reports.report(full(count));
  expect(reports.stats()).toMatchObject({ reported: 3_000, waiting: 1_000, failed: 2_000 });
});

test('a closed reporter drops and counts; closing twice is safe', async () => {
  const sink = memorySink();
  const reports = reporter({ sinks: [sink] });
  await reports.close();
  await reports.close();
  await reports[Symbol.asyncDispose]();
  reports.report('late');
  expect(sink.reports).toEqual([]);
  expect(reports.stats().dropped).toBe(1);
});

test('(1) anything can be reported', async () => {
  const sink = memorySink();
  const reports = reporter({ sinks: [sink] });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const value of [null, undefined, proxy, Symbol('x'), Object.freeze(new Error('x'))]) reports.report(value);
  await reports.close();
  expect(sink.reports.length).toBeGreaterThan(3);
});

test('the log sink writes one record with the error as err', async () => {
  const records: unknown[] = [];
  const reports = reporter({ sinks: [logSink({ error: (fields, message) => void records.push([fields, message]) })] });
  reports.report(full(3), { requestId: 'r1' });
  await reports.close();
  const err = expect.objectContaining({ type: 'shop.FULL', code: 'shop.FULL', stack: expect.any(String) });
  expect(records).toEqual([[{ err, requestId: 'r1', count: 1, droppedBefore: 0 }, 'Only 3 items fit']]);
});

test('the counter sink counts by code and severity', async () => {
  const add = vi.fn<(value: number, attributes: object) => void>();
  const reports = reporter({ sinks: [counterSink({ add })] });
  for (const count of [1, 2, 3]) reports.report(full(count));
  await reports.close();
  expect(add.mock.calls).toEqual([
    [1, { 'error.type': 'shop.FULL', severity: 'warning' }],
    [2, { 'error.type': 'shop.FULL', severity: 'warning' }],
  ]);
});

const refused: readonly (readonly [string, Parameters<typeof reporter>[0], RegExp])[] = [
  [
    'a negative dedupe time',
    { sinks: [], dedupe: { windowMs: -1 } },
    /Expected `dedupe\.windowMs` to be a number of at least 0, got -1/,
  ],
  ['a rate of 0', { sinks: [], rateLimit: { perMinute: 0 } }, /`rateLimit\.perMinute`/],
  ['a rate that is no number', { sinks: [], rateLimit: { perMinute: NaN } }, /got NaN/],
  ['a time that is no option', { sinks: [], dedupe: 60_000 as never }, /Expected `dedupe` to be an object, got 60000/],
  ['no sinks', {} as never, /Expected `sinks` to be a list, got undefined/],
  ['no sink in the list', { sinks: [null as never] }, /`sinks` to be objects with a `send` function, got null/],
  ['a listener that is none', { sinks: [], onError: 5 as never }, /Expected `onError` to be a function, got 5/],
  ['a sink that cannot send', { sinks: [{ name: 'x' } as ReportSink] }, /`sinks` to be objects with a `send` function/],
];
for (const [title, options, message] of refused) {
  test(`${title} is refused at once`, () => {
    expect(() => reporter(options)).toThrow(message);
  });
}
