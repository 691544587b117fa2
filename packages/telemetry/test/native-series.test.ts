// What code of others records through OpenTelemetry's API is bounded as our own metrics are, over all collections.
import { metrics as api, ValueType, type Attributes, type ObservableResult } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTelemetry, type OtlpOptions, type Telemetry } from '../src/node.ts';
import { startCollector, type Collector } from './support/collector.ts';
import { heapUsed } from './support/garbage.ts';
import { metricOf, metricsOf, pointsOf } from './support/otlp-body.ts';
import { samplesOf, sumOf } from './support/samples.ts';

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

async function start(cardinalityLimit = 2_000, otlp: Partial<OtlpOptions> = {}): Promise<Telemetry> {
  const common = { service: 'native', runtime: false, exportAtExit: false, traces: false } as const;
  const { endpoint } = collector;
  telemetry = await startTelemetry({ ...common, cardinalityLimit, otlp: { endpoint, intervalMs: 600_000, ...otlp } });
  return telemetry;
}

type Point = readonly [Attributes, number | readonly [number, number, readonly number[]]];

/** By export: the points that a metric had in it. */
const exported = (name: string): readonly (readonly Point[])[] =>
  collector.received.map((body) => pointsOf(metricOf(body, name)) as readonly Point[]);

const seriesOf = (points: readonly Point[]): ReadonlySet<string> =>
  new Set(points.map(([attributes]) => JSON.stringify(attributes)));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const countOf = ([, value]: Point): number => (typeof value === 'number' ? value : value[1]);

/** 50,000 sets of attributes over ten collections, each recorded once. */
async function load(running: Telemetry, record: (attributes: Attributes) => void): Promise<void> {
  for (let round = 0; round < 10; round += 1) {
    for (let user = 0; user < 5_000; user += 1) record({ user: `u${round}-${user}` });
    await Promise.all([running.render(), running.flush(60_000)]);
  }
}

const instruments = {
  counter: () => {
    const counter = api.getMeter('native').createCounter('native.calls');
    return (attributes: Attributes) => counter.add(1, attributes);
  },
  'up-down counter': () => {
    const counter = api.getMeter('native').createUpDownCounter('native.calls');
    return (attributes: Attributes) => counter.add(1, attributes);
  },
  histogram: () => {
    const histogram = api.getMeter('native').createHistogram('native.calls');
    return (attributes: Attributes) => histogram.record(7, attributes);
  },
};

for (const temporality of ['cumulative', 'delta'] as const) {
  for (const [type, create] of Object.entries(instruments)) {
    test(`(1) (2) a ${type}, ${temporality}: 50,000 sets over ten collections are at most 2,000 series, and exact totals`, async () => {
      const running = await start(2_000, { temporality });
      await load(running, create());
      const name =
        type === 'histogram' ? 'native_calls_count' : type === 'counter' ? 'native_calls_total' : 'native_calls';
      const samples = (await samplesOf(running)).filter((sample) => sample.name === name);
      expect(samples).toHaveLength(2_000);
      expect(sumOf(samples, name)).toBe(50_000);
      const exports = exported('native.calls');
      expect(exports).toHaveLength(10);
      expect(seriesOf(exports.flat()).size).toBe(2_000);
      expect(exports.flat()).toContainEqual([{ 'otel.metric.overflow': true }, expect.anything()]);
      const isTotal = temporality === 'cumulative' || type === 'up-down counter';
      expect(sum((isTotal ? (exports.at(-1) ?? []) : exports.flat()).map(countOf))).toBe(50_000);
      expect(running.diagnose().overflowing).toEqual(['native.calls']);
    }, 120_000);
  }

  test(`(1) (2) an observed counter, ${temporality}: 50,000 sets over ten collections, and exact totals`, async () => {
    const running = await start(2_000, { temporality });
    const observed: Attributes[] = [];
    const counter = api.getMeter('native').createObservableCounter('native.calls');
    counter.addCallback((result) => {
      for (const attributes of observed) result.observe(1, attributes);
    });
    await load(running, (attributes) => void observed.push(attributes));
    const samples = (await samplesOf(running)).filter(({ name }) => name === 'native_calls_total');
    expect(samples).toHaveLength(2_000);
    expect(sumOf(samples, 'native_calls_total')).toBe(50_000);
    const exports = exported('native.calls');
    expect(seriesOf(exports.flat()).size).toBe(2_000);
    const last = temporality === 'cumulative' ? (exports.at(-1) ?? []) : exports.flat();
    expect(sum(last.map(countOf))).toBe(50_000);
    expect(running.diagnose().overflowing).toEqual(['native.calls']);
  }, 120_000);
}

test('(1) the heap does not grow with sets of attributes that are not kept apart', async () => {
  const running = await start(100);
  const counter = api.getMeter('native').createCounter('native.calls');
  const gauge = api.getMeter('native').createObservableGauge('native.peers');
  let round = 0;
  gauge.addCallback((result) => {
    for (let peer = 0; peer < 1_000; peer += 1) result.observe(peer, { peer: `p${round}-${peer}` });
  });
  const rounds = async (until: number): Promise<number> => {
    for (; round < until; round += 1) {
      for (let user = 0; user < 1_000; user += 1) counter.add(1, { user: `u${round}-${user}` });
      await Promise.all([running.render(), running.flush(60_000)]);
      collector.forget();
    }
    return heapUsed();
  };
  const before = await rounds(20);
  // Kept, the 160,000 more sets are above 30 MiB.
  expect((await rounds(100)) - before).toBeLessThan(6 * 1_048_576);
  expect(sumOf(await samplesOf(running), 'native_calls_total')).toBe(100_000);
}, 120_000);

test('(2) a histogram adds up its buckets, sums and counts, and what is no number changes nothing', async () => {
  const running = await start(2);
  const histogram = api.getMeter('native').createHistogram('native.time', {
    advice: { explicitBucketBoundaries: [1, 10] },
  });
  for (const round of [0, 1, 2]) {
    for (const value of [Number.NaN, 0.5, 5, 50]) histogram.record(value, { user: `u${round}` });
    await running.flush(60_000);
  }
  expect(exported('native.time').at(-1)).toEqual([
    [{ user: 'u0' }, [55.5, 3, [1, 1, 1]]],
    [{ 'otel.metric.overflow': true }, [111, 6, [2, 2, 2]]],
  ]);
});

test('a recorded gauge shows its last value, in exports too in which it was not set', async () => {
  const running = await start();
  const gauge = api.getMeter('native').createGauge('native.level');
  gauge.record(3, { tank: 'a' });
  await running.flush(60_000);
  gauge.record(5, { tank: 'b' });
  gauge.record(4, { tank: 'b' });
  await running.flush(60_000);
  expect(exported('native.level').at(-1)).toEqual([
    [{ tank: 'a' }, 3],
    [{ tank: 'b' }, 4],
  ]);
  expect(sumOf(await samplesOf(running), 'native_level', { tank: 'b' })).toBe(4);
});

test('callbacks of one metric share its series, and one that is taken away takes along what did not fit', async () => {
  const running = await start(3);
  const meter = api.getMeter('native');
  const counter = meter.createObservableUpDownCounter('native.open');
  const callbackOf = (pool: string) => (result: ObservableResult) => {
    for (const index of [1, 2, 3]) result.observe(index, { pool, index });
  };
  const [first, second] = [callbackOf('a'), callbackOf('b')];
  counter.addCallback(first);
  meter.createObservableUpDownCounter('native.open').addCallback(second);
  const page = async () => (await samplesOf(running)).filter(({ name }) => name === 'native_open');
  expect((await page()).map(({ value }) => value)).toEqual([1, 2, 9]);
  expect(sumOf(await page(), 'native_open')).toBe(12);
  counter.removeCallback(first);
  expect(sumOf(await page(), 'native_open', { otel_metric_overflow: 'true' })).toBe(6);
});

test('a callback for several instruments is bounded by each of them, and can be taken away', async () => {
  const running = await start(2);
  const meter = api.getMeter('native');
  const [reads, writes] = [meter.createObservableCounter('native.reads'), meter.createObservableGauge('native.writes')];
  let calls = 0;
  const callback: Parameters<typeof meter.addBatchObservableCallback>[0] = (result) => {
    calls += 1;
    for (const disk of ['a', 'b', 'c']) {
      result.observe(reads, 10, { disk });
      result.observe(writes, 4, { disk });
    }
  };
  meter.addBatchObservableCallback(callback, [reads, writes]);
  const samples = await samplesOf(running);
  expect(sumOf(samples, 'native_reads_total', { disk: 'a' })).toBe(10);
  expect(sumOf(samples, 'native_reads_total', { otel_metric_overflow: 'true' })).toBe(20);
  expect(sumOf(samples, 'native_writes', { otel_metric_overflow: 'true' })).toBe(4);
  meter.removeBatchObservableCallback(callback, [reads, writes]);
  await running.render();
  expect(calls).toBe(1);
});

test('metrics of one name stay apart where the SDK keeps them apart: by scope, unit and kind', async () => {
  const running = await start();
  api.getMeter('one').createCounter('native.same', { unit: 's' }).add(1);
  api.getMeter('one').createCounter('native.same', { unit: 'By', valueType: ValueType.INT }).add(2);
  api.getMeter('two', '1.0').createCounter('native.same').add(3);
  expect(api.getMeter('one')).toBe(api.getMeter('one'));
  await running.flush(60_000);
  await running.flush(60_000);
  const last = collector.received.at(-1);
  const metrics = last === undefined ? [] : metricsOf(last, 'native.same');
  expect(metrics.map((metric) => pointsOf(metric))).toEqual([[[{}, 1]], [[{}, 2]], [[{}, 3]]]);
});
