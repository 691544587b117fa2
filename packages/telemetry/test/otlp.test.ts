import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { metrics as api, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineMetrics } from '../src/index.ts';
import { startTelemetry, type OtlpOptions, type Telemetry, type TelemetryOptions } from '../src/node.ts';
import { metricsResponse, startCollector, type Collector } from './support/collector.ts';
import { metricOf, pointsOf, resourceOf, spansOf } from './support/otlp-body.ts';

const shop = defineMetrics(
  { name: 'shop', version: '1.2.0' },
  {
    'shop.orders': {
      type: 'counter',
      unit: '{order}',
      description: 'Orders.',
      attributes: { channel: ['web', 'app'], size: 'number?', gift: 'boolean?' },
    },
    'shop.stock': { type: 'updowncounter', unit: '{item}', description: 'Stock.' },
    'shop.basket': { type: 'gauge', unit: '{item}', description: 'Baskets.' },
    'shop.duration': { type: 'histogram', unit: 's', description: 'Time.', buckets: [0.1, 1] },
  },
);

/** Longer than a machine stalls, shorter than a test waits. */
const longMs = 60_000;

let collector: Collector;
let telemetry: Telemetry | undefined;
beforeEach(async () => {
  collector = await startCollector();
});
afterEach(async () => {
  await telemetry?.close();
  telemetry = undefined;
  await collector[Symbol.asyncDispose]();
});

async function start(otlp: Partial<OtlpOptions> = {}, more: Partial<TelemetryOptions> = {}): Promise<Telemetry> {
  telemetry = await startTelemetry({
    service: 'shop-service',
    serviceVersion: '9.1',
    runtime: false,
    exportAtExit: false,
    closeTimeoutMs: 500,
    otlp: { endpoint: collector.endpoint, timeoutMs: longMs, ...otlp },
    ...more,
  });
  return telemetry;
}

function record(): void {
  shop['shop.orders'].add(2, { channel: 'web', size: 3, gift: true });
  shop['shop.orders'].add(1, { channel: 'app' });
  shop['shop.stock'].add(-4);
  shop['shop.basket'].set(7);
  for (const seconds of [0.05, 0.5, 5]) shop['shop.duration'].record(seconds);
}

const lastMetrics = () => {
  const found = collector.received.findLast(({ path }) => path === '/v1/metrics');
  if (found === undefined) throw new TypeError('no metrics were received');
  return found;
};

for (const protocol of ['http/protobuf', 'http/json'] as const) {
  test(`${protocol}: all types, with resource, scope and native instruments beside`, async () => {
    const { flush, meterProvider } = await start({ protocol, headers: { 'x-key': 'secret' } });
    record();
    meterProvider.getMeter('native').createCounter('native.calls').add(3, { kind: 'a' });
    await flush(longMs);
    const body = lastMetrics();
    expect(body.headers['x-key']).toBe('secret');
    expect(resourceOf(body)).toMatchObject({ 'service.name': 'shop-service', 'service.version': '9.1' });
    expect(metricOf(body, 'shop.orders')?.sum).toMatchObject({ isMonotonic: true, aggregationTemporality: 2 });
    expect(pointsOf(metricOf(body, 'shop.orders')).map((point) => JSON.stringify(point))).toEqual([
      '[{"channel":"web","size":3,"gift":true},2]',
      '[{"channel":"app"},1]',
    ]);
    expect(pointsOf(metricOf(body, 'shop.stock'))).toEqual([[{}, -4]]);
    expect(pointsOf(metricOf(body, 'shop.basket'))).toEqual([[{}, 7]]);
    expect(pointsOf(metricOf(body, 'shop.duration'))).toEqual([[{}, [5.55, 3, [1, 1, 1]]]]);
    expect(pointsOf(metricOf(body, 'native.calls'))).toEqual([[{ kind: 'a' }, 3]]);
  });

  test(`${protocol}: spans`, async () => {
    const { flush, tracerProvider } = await start({ protocol });
    tracerProvider.getTracer('test').startActiveSpan('parent', (span) => {
      trace.getTracer('test').startSpan('child').end();
      span.end();
    });
    await flush(longMs);
    const body = collector.received.find(({ path }) => path === '/v1/traces');
    const spans = spansOf(body ?? lastMetrics());
    expect(spans.map(({ name }) => name)).toEqual(['child', 'parent']);
    expect(spans[0]?.traceId).toBe(spans[1]?.traceId);
  });
}

test('delta sends what came since the last time, of ours and of native instruments; gauges and stocks stay as they are', async () => {
  const { flush } = await start({ temporality: 'delta' });
  const native = api.getMeter('native').createCounter('native.calls');
  record();
  native.add(5);
  await flush(longMs);
  shop['shop.orders'].add(10, { channel: 'app' });
  shop['shop.stock'].add(1);
  shop['shop.duration'].record(0.5);
  native.add(1);
  await flush(longMs);
  const body = lastMetrics();
  expect(metricOf(body, 'shop.orders')?.sum?.aggregationTemporality).toBe(1);
  expect(pointsOf(metricOf(body, 'shop.orders'))).toEqual([[{ channel: 'app' }, 10]]);
  expect(pointsOf(metricOf(body, 'shop.duration'))).toEqual([[{}, [0.5, 1, [0, 1, 0]]]]);
  expect(pointsOf(metricOf(body, 'shop.stock'))).toEqual([[{}, -3]]);
  expect(pointsOf(metricOf(body, 'shop.basket'))).toEqual([[{}, 7]]);
  expect(pointsOf(metricOf(body, 'native.calls'))).toEqual([[{}, 1]]);
});

test('what the limit left over is one point with the attribute of the specification', async () => {
  const { flush } = await start({}, { cardinalityLimit: 1 });
  record();
  await flush(longMs);
  expect(pointsOf(metricOf(lastMetrics(), 'shop.orders'))).toContainEqual([{ 'otel.metric.overflow': true }, 1]);
});

test('gzip is sent as gzip', async () => {
  const { flush } = await start({ compression: 'gzip' });
  record();
  await flush(longMs);
  expect(lastMetrics().headers['content-encoding']).toBe('gzip');
  expect(pointsOf(metricOf(lastMetrics(), 'shop.stock'))).toEqual([[{}, -4]]);
});

test('a collector that is busy is asked again, and nothing is lost', async () => {
  collector.answer(
    { status: 503, headers: { 'retry-after': '0' } },
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 200 },
  );
  const { flush, tracerProvider, diagnose } = await start({}, { native: true });
  tracerProvider.getTracer('test').startSpan('once').end();
  await flush(longMs);
  const { traces, metrics } = diagnose().signals;
  expect(traces.exported).toBe(1);
  expect(metrics.exported).toBeGreaterThan(0);
  expect([traces.dropped['export-failed'], metrics.dropped['export-failed']]).toEqual([0, 0]);
});

test('a collector that answers 500 loses what was sent: it is counted, told once, and recording goes on', async () => {
  collector.answer({ status: 500 });
  const errors: unknown[] = [];
  const running = await start({}, { onError: (error) => errors.push(error) });
  for (const name of ['a', 'b', 'c']) running.tracerProvider.getTracer('test').startSpan(name).end();
  await running.flush(longMs);
  await running.flush(longMs);
  const { problems, signals } = running.diagnose();
  expect(signals.traces.dropped['export-failed']).toBe(3);
  expect(signals.metrics.lastError).toBe('HTTP 500');
  expect(errors.map((error) => (error as { code: string }).code)).toEqual(
    Array(2).fill('seaworthy.telemetry.EXPORT_FAILED'),
  );
  expect(problems.join('\n')).toMatch(/Of traces, 0 were exported and dropped: 3 export-failed/);
  record();
  const { body } = await running.render();
  expect(body).toContain('seaworthy_telemetry_dropped_total{signal="traces",reason="export-failed"} 3\n');
  expect(body).toContain('shop_stock -4\n');
});

test('a collector that took a part says how much, and the rest is counted as refused', async () => {
  const body = metricsResponse
    .encode({ partial_success: { rejected_data_points: 2, error_message: 'too old' } })
    .finish();
  collector.answer({ status: 200, body });
  const { flush, diagnose } = await start();
  record();
  await flush(longMs);
  const { metrics } = diagnose().signals;
  expect(metrics.dropped.refused).toBe(2);
  expect(metrics.lastError).toBe('too old');
});

test('a collector that never answers holds nobody: waits end in time, and spans beyond the queue are counted', async () => {
  collector.answer('never');
  // An export would wait for longer than this test may take.
  const running = await start({ timeoutMs: 600_000, intervalMs: 600_000 }, { traces: { queueSize: 100 } });
  const tracer = running.tracerProvider.getTracer('test');
  for (let index = 0; index < 1_000; index += 1) tracer.startSpan(`s${index}`).end();
  await running.flush(100);
  // One batch is on its way and one waits.
  expect(running.diagnose().signals.traces.dropped['queue-full']).toBeGreaterThanOrEqual(800);
  await running.close();
  expect(running.diagnose().signals.traces.exported).toBe(0);
});

test('a collector that is not there holds nobody, and what was to be sent is counted', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  other.close();
  await once(other, 'close');
  const running = await start({ endpoint: `http://127.0.0.1:${port}`, timeoutMs: 300 });
  running.tracerProvider.getTracer('test').startSpan('lost').end();
  record();
  await running.flush(longMs);
  const { traces, metrics } = running.diagnose().signals;
  expect(traces.dropped['export-failed']).toBe(1);
  expect(traces.lastError).toContain('ECONNREFUSED');
  expect(metrics.dropped['export-failed']).toBeGreaterThan(4);
  await running.close();
  // Tried again until the time is up, this export would take longer than this test may.
  const patient = await start(
    { endpoint: `http://127.0.0.1:${port}`, timeoutMs: 600_000 },
    { closeTimeoutMs: 600_000 },
  );
  await patient.close();
  expect(patient.diagnose().signals.metrics.dropped['export-failed']).toBeGreaterThan(0);
});

test('with a ratio of 0 no trace begins here, and one that began elsewhere goes on', async () => {
  const { tracerProvider, flush } = await start({}, { traces: { ratio: 0 } });
  tracerProvider.getTracer('test').startSpan('unsampled').end();
  await flush(longMs);
  expect(collector.received.filter(({ path }) => path === '/v1/traces')).toEqual([]);
});
