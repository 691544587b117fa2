// A collector that is slower than the interval has one export of metrics to answer, and loses nothing by it.
import { expect, test } from 'vitest';
import { defineMetrics } from '../src/index.ts';
import { startTelemetry, type OtlpOptions, type Telemetry } from '../src/node.ts';
import { createPush } from '../src/push.ts';
import { startCollector, type Collector } from './support/collector.ts';
import { heapUsed } from './support/garbage.ts';
import { metricOf, pointsOf } from './support/otlp-body.ts';

const { 'slow.calls': calls } = defineMetrics(
  { name: 'slow' },
  { 'slow.calls': { type: 'counter', unit: '{call}', description: 'Calls.', attributes: { user: 'string' } } },
);
const patient = { timeout: 60_000, interval: 20 };

function start({ endpoint }: Collector, otlp: Partial<OtlpOptions>): Promise<Telemetry> {
  return startTelemetry({
    service: 'slow',
    runtime: false,
    exportAtExit: false,
    closeTimeoutMs: 100,
    otlp: { endpoint, intervalMs: 10, ...otlp },
  });
}

test('(1) a collector that never answers has one open request, whatever comes due, and the heap stays as it is', async () => {
  await using collector = await startCollector();
  collector.answer('never');
  await using telemetry = await start(collector, { timeoutMs: 120_000 });
  for (let user = 0; user < 1_000; user += 1) calls.add(1, { user: `u${user}` });
  const putOff = (): number => telemetry.diagnose().signals.metrics.putOff;
  await expect.poll(putOff, patient).toBeGreaterThan(20);
  const before = heapUsed();
  await expect.poll(putOff, patient).toBeGreaterThan(220);
  // Collected and serialized for each of 200 exports, a thousand series would be tens of MiB.
  expect(heapUsed() - before).toBeLessThan(8 * 1_048_576);
  await expect.poll(collector.open, patient).toBe(1);
  expect([collector.mostOpen(), collector.received.length]).toEqual([1, 1]);
  expect(telemetry.diagnose().problems.join()).toMatch(/Of metrics, \d+ exports were put off/);
}, 150_000);

test('(1) flushes that a collector holds wait for one export together, and none of them opens a request', async () => {
  await using collector = await startCollector();
  collector.answer('never');
  await using telemetry = await start(collector, { timeoutMs: 120_000, intervalMs: 600_000 });
  calls.add(1, { user: 'a' });
  await Promise.all(Array.from({ length: 50 }, () => telemetry.flush(200)));
  await expect.poll(collector.open, patient).toBe(1);
  expect(collector.mostOpen()).toBe(1);
});

test('an export that runs out of time is counted as dropped, its request is gone, and the next one begins', async () => {
  await using collector = await startCollector();
  collector.answer('never');
  await using telemetry = await start(collector, { timeoutMs: 50 });
  calls.add(1, { user: 'a' });
  await expect.poll(() => collector.received.length, patient).toBeGreaterThan(5);
  await telemetry.close();
  await expect.poll(collector.open, patient).toBe(0);
  const { metrics } = telemetry.diagnose().signals;
  expect(metrics.dropped['export-failed']).toBeGreaterThanOrEqual(5);
  expect(metrics.exported).toBe(0);
}, 90_000);

for (const temporality of ['cumulative', 'delta'] as const) {
  test(`(2) ${temporality}: a collector that answers late gets every call, one request after the other`, async () => {
    await using collector = await startCollector();
    collector.answer({ status: 200, afterMs: 100 });
    await using telemetry = await start(collector, { temporality, timeoutMs: 60_000 });
    const native = telemetry.meterProvider.getMeter('slow').createCounter('slow.native');
    for (let round = 1; round <= 5; round += 1) {
      calls.add(round, { user: 'a' });
      native.add(round);
      await expect.poll(() => collector.answered.length, patient).toBeGreaterThanOrEqual(round);
    }
    await telemetry.flush(60_000);
    const values = (name: string): readonly number[] =>
      collector.received.flatMap((body) =>
        pointsOf(metricOf(body, name)).map((point) => (point as [object, number])[1]),
      );
    for (const name of ['slow.calls', 'slow.native']) {
      const sent = values(name);
      const total = temporality === 'delta' ? sent.reduce((sum, value) => sum + value, 0) : sent.at(-1);
      expect(total, `all of ${name}`).toBe(15);
    }
    expect(collector.mostOpen()).toBe(1);
    const { dropped, putOff } = telemetry.diagnose().signals.metrics;
    expect(dropped).toEqual({ 'queue-full': 0, 'export-failed': 0, refused: 0 });
    expect(putOff).toBeGreaterThan(0);
  }, 90_000);
}

test('(1) an export that begins when another one ends takes the place of those that waited', async () => {
  let [atOnce, most, runs] = [0, 0, 0];
  const run = async (): Promise<void> => {
    runs += 1;
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise(setImmediate);
    atOnce -= 1;
  };
  const push = createPush({ intervalMs: 60_000, run, onPutOff: () => undefined });
  const first = push.flush();
  // Told of the end before those that wait are.
  const eager = first.then(() => push.flush());
  await Promise.all([first, eager, push.flush(), push.flush()]);
  expect([most, runs]).toEqual([1, 2]);
});
