import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineMetrics } from '../src/index.ts';
import { startTelemetry } from '../src/node.ts';
import { startCollector } from './support/collector.ts';
import { heapUsed } from './support/garbage.ts';

const { 'load.calls': calls } = defineMetrics(
  { name: 'load' },
  {
    'load.calls': {
      type: 'counter',
      unit: '{call}',
      description: 'Calls.',
      attributes: { user: 'string', kind: ['a', 'b'] },
    },
  },
);

const samples = (body: string) =>
  body
    .split('\n')
    .filter((line) => line.startsWith('load_calls_total'))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));

test('50,000 sets of labels over ten pages leave at most 2,000 series and an overflow, and exact totals', async () => {
  await using telemetry = await startTelemetry({ service: 'load', runtime: false });
  for (let page = 0; page < 10; page += 1) {
    for (let index = 0; index < 5_000; index += 1) calls.add(1, { user: `u${page}-${index}`, kind: 'a' });
    await telemetry.render();
  }
  const values = samples((await telemetry.render()).body);
  expect(values).toHaveLength(2_001);
  expect(values.reduce((sum, value) => sum + value, 0)).toBe(50_000);
  expect(telemetry.diagnose()).toMatchObject({ overflowing: ['load.calls'] });
});

test('a page that nobody asks for keeps nothing: the heap is the same after a million measurements', async () => {
  await using telemetry = await startTelemetry({ service: 'load', runtime: false });
  const round = (start: number): number => {
    for (let index = 0; index < 500_000; index += 1) calls.add(1, { user: `u${(start + index) % 50_000}`, kind: 'a' });
    return heapUsed();
  };
  const first = round(0);
  const second = round(25_000);
  expect(second - first).toBeLessThan(4 * 1_048_576);
  expect(telemetry.diagnose().series).toBeLessThan(2_100);
});

test('native instruments beside a page that is never asked for: the heap is the same after 200 more collections', async () => {
  await using collector = await startCollector();
  await using telemetry = await startTelemetry({
    service: 'load',
    runtime: false,
    exportAtExit: false,
    traces: false,
    otlp: { endpoint: collector.endpoint },
  });
  const native = telemetry.meterProvider.getMeter('native');
  const [counter, histogram] = [native.createCounter('native.calls'), native.createHistogram('native.time')];
  const collections = async (count: number): Promise<number> => {
    for (let round = 0; round < count; round += 1) {
      for (let user = 0; user < 500; user += 1) {
        counter.add(1, { user: `u${user}` });
        histogram.record(user, { user: `u${user}` });
      }
      await telemetry.flush(60_000);
    }
    collector.forget();
    return heapUsed();
  };
  await collections(20);
  const before = await collections(20);
  const after = await collections(200);
  // Kept for a reader, one collection of these is a third of a MiB.
  expect(after - before).toBeLessThan(6 * 1_048_576);
  const { body } = await telemetry.render();
  expect(body).toContain('native_calls_total{user="u7"} 240\n');
  expect(body).toContain('native_time_count{user="u499"} 240\n');
});

test('an attribute that the definition does not allow makes no series, and is counted', async () => {
  await using telemetry = await startTelemetry({ service: 'load', runtime: false });
  for (let index = 0; index < 100; index += 1) calls.add(1, { user: 'x', kind: `k${index}` as 'a' });
  const { body } = await telemetry.render();
  expect(body).toContain('load_calls_total{otel_metric_overflow="true"} 100\n');
  expect(body).toContain('seaworthy_telemetry_misfits_total{metric="load.calls"} 100\n');
});

test('a schema of zod decides which values make a series, and is asked once for each combination that it allows', async () => {
  let asked = 0;
  const country = z
    .string()
    .length(2)
    .refine(({ length }) => length !== 2 || (asked += 1) > 0)
    .optional();
  const orders = defineMetrics(
    { name: 'load' },
    { 'load.orders': { type: 'counter', unit: '{order}', description: 'Orders.', attributes: { country } } },
  )['load.orders'];
  await using telemetry = await startTelemetry({ service: 'load', runtime: false });
  for (let index = 0; index < 50; index += 1) {
    orders.add(1, { country: 'de' });
    orders.add(1, {});
    orders.bind({ country: 'Germany' }).add(1);
  }
  const { body } = await telemetry.render();
  expect(body).toContain('load_orders_total{country="de"} 50\n');
  expect(body).toContain('load_orders_total 50\n');
  expect(body).toContain('load_orders_total{otel_metric_overflow="true"} 50\n');
  expect(body).toContain('seaworthy_telemetry_misfits_total{metric="load.orders"} 50\n');
  expect(asked).toBe(1);
});
