import { expect, onTestFinished, test } from 'vitest';
import { createUsage, startTelemetry, type Telemetry, type UsageEvent, type UsageOptions } from '../src/node.ts';
import { samplesOf, sumOf } from './support/samples.ts';

const events = {
  'audit.finished': {
    description: 'An audit came to its end.',
    attributes: { format: ['pretty', 'json'], production: 'boolean', findings: 'magnitude' },
  },
} as const;

const usage = (options: UsageOptions) => createUsage({ name: 'app' }, events, options);
const finished = { format: 'json', production: true, findings: 12 } as const;

async function started(): Promise<Telemetry> {
  const telemetry = await startTelemetry({ service: 'usage', runtime: false });
  onTestFinished(() => telemetry.close());
  return telemetry;
}

test('without consent nothing is counted and nothing is sent', async () => {
  const telemetry = await started();
  const sent: UsageEvent[] = [];
  const quiet = usage({ send: (batch) => Promise.resolve(void sent.push(...batch)) });
  quiet.track('audit.finished', finished);
  await quiet.flush();
  expect(sent).toEqual([]);
  expect(quiet.stats()).toEqual({ tracked: 0, sent: 0, dropped: 0, queued: 0 });
  expect(sumOf(await samplesOf(telemetry), 'seaworthy_usage_audit_finished_total')).toBe(0);
});

test('with consent an event is counted by its bounded attributes and sent', async () => {
  const telemetry = await started();
  const sent: UsageEvent[] = [];
  const open = usage({ enabled: true, send: (batch) => Promise.resolve(void sent.push(...batch)) });
  open.track('audit.finished', finished);
  open.track('audit.finished', { format: '/home/somebody' as 'json', production: 'x' as unknown as true, findings: 0 });
  await open.flush();
  expect(sent.map(({ name, attributes }) => [name, attributes])).toEqual([
    ['audit.finished', { format: 'json', production: 'true', findings: '10-99' }],
    ['audit.finished', { format: '_OTHER', production: '_OTHER', findings: '0' }],
  ]);
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, 'seaworthy_usage_audit_finished_total', { findings: '10-99' })).toBe(1);
});

const magnitudes = [
  [-3, '0'],
  [0.5, '0'],
  [1, '1-9'],
  [9, '1-9'],
  [10, '10-99'],
  [999_999, '100000-999999'],
  [1e9, '1000000+'],
  [Number.NaN, '0'],
  [Number.POSITIVE_INFINITY, '1000000+'],
] as const;

for (const [findings, kept] of magnitudes) {
  test(`of ${findings} only ${kept} is kept`, async () => {
    const sent: UsageEvent[] = [];
    const open = usage({ enabled: true, send: (batch) => Promise.resolve(void sent.push(...batch)) });
    open.track('audit.finished', { ...finished, findings });
    await open.flush();
    expect(sent[0]?.attributes['findings']).toBe(kept);
  });
}

test('a receiver that hangs holds nobody, and what does not fit is dropped and counted', async () => {
  const telemetry = await started();
  const stopped: boolean[] = [];
  const hung = usage({
    enabled: true,
    maxQueued: 5,
    batchSize: 2,
    timeoutMs: 20,
    send: (_batch, signal) =>
      new Promise(() => signal.addEventListener('abort', () => stopped.push(true), { once: true })),
  });
  for (let index = 0; index < 9; index += 1) hung.track('audit.finished', finished);
  expect(hung.stats().dropped).toBe(4);
  await hung.flush();
  expect(hung.stats()).toEqual({ tracked: 9, sent: 0, dropped: 9, queued: 0 });
  expect(stopped).toHaveLength(3);
  expect(sumOf(await samplesOf(telemetry), 'seaworthy_usage_events_dropped_total')).toBe(9);
});

test('a full batch is sent by itself, and one that fails is dropped', async () => {
  const batches: number[] = [];
  const failing = usage({
    enabled: true,
    batchSize: 2,
    send(batch) {
      batches.push(batch.length);
      return batches.length === 1 ? Promise.reject(new Error('down')) : Promise.resolve();
    },
  });
  failing.track('audit.finished', finished);
  failing.track('audit.finished', finished);
  await expect.poll(() => failing.stats().dropped).toBe(2);
  failing.track('audit.finished', finished);
  await failing[Symbol.asyncDispose]();
  expect(batches).toEqual([2, 1]);
  expect(failing.stats()).toEqual({ tracked: 3, sent: 1, dropped: 2, queued: 0 });
});

test('an event without the attributes that it should have is counted as others', async () => {
  const telemetry = await started();
  usage({ enabled: true }).track('audit.finished', undefined as never);
  const labels = { format: '_OTHER', production: '_OTHER', findings: '_OTHER' };
  expect(sumOf(await samplesOf(telemetry), 'seaworthy_usage_audit_finished_total', labels)).toBe(1);
});

test('a receiver that throws at once is one that could not be reached', async () => {
  const open = usage({
    enabled: true,
    send: () => {
      throw new TypeError('no receiver');
    },
  });
  open.track('audit.finished', finished);
  await open.flush();
  expect(open.stats()).toEqual({ tracked: 1, sent: 0, dropped: 1, queued: 0 });
});

test('who waits for a flush need not: its signal ends the wait, and the sending goes on', async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const open = usage({ enabled: true, send: () => arrived });
  open.track('audit.finished', finished);
  await open.flush(AbortSignal.timeout(1));
  await open.flush(AbortSignal.abort());
  expect(open.stats().sent).toBe(0);
  resolve();
  await open.flush();
  expect(open.stats().sent).toBe(1);
});
