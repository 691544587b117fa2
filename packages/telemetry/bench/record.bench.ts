// What does one measurement cost, compared with OpenTelemetry's SDK and the clients of Prometheus?
import { startTelemetry } from '@seaworthy/telemetry/node';
import { run, type Side } from './harness.ts';
import { apiAlone, labelSets, openTelemetry, ours, prometheusIo, promClient, type Labels } from './subjects.ts';

const sets = labelSets(96);
const otel = openTelemetry();
const io = prometheusIo();
const old = promClient();
const api = apiAlone();

// In an order that no cache can learn, the same for all; the objects are there already, so that recording is measured.
const order = Array.from({ length: 1024 }, (_, index) => sets[(index * 5741) % 96] as Labels);

const requests = ours['bench.requests'];
const duration = ours['bench.duration'];
const values = Array.from({ length: 64 }, (_, index) => 0.0007 * index ** 2);
let turn = 0;
const value = (): number => values[(turn = (turn + 1) & 63)] as number;
const at = (index: number): Labels => order[index & 1023] as Labels;
// Several bound ones in turns: for a single one V8 would do all but the addition once, before the loop.
const boundRequests = sets.slice(0, 16).map((labels) => requests.bind(labels));
const boundDurations = sets.slice(0, 16).map((labels) => duration.bind(labels));

// A loop for each, as each place of a program that records is code of its own. In one that all share V8 can inline nothing,
// and its call of whatever comes would be two thirds of what is measured of a bound counter.
const sides = {
  add: (count) => {
    for (let index = 0; index < count; index += 1) requests.add(1, at(index));
  },
  addBound: (count) => {
    for (let index = 0; index < count; index += 1) boundRequests[index & 15]?.add(1);
  },
  record: (count) => {
    for (let index = 0; index < count; index += 1) duration.record(value(), at(index));
  },
  recordBound: (count) => {
    for (let index = 0; index < count; index += 1) boundDurations[index & 15]?.record(value());
  },
  apiAdd: (count) => {
    for (let index = 0; index < count; index += 1) api.add(1);
  },
  otelAdd: (count) => {
    for (let index = 0; index < count; index += 1) otel.add(1, at(index));
  },
  otelRecord: (count) => {
    for (let index = 0; index < count; index += 1) otel.record(value(), at(index));
  },
  ioAdd: (count) => {
    for (let index = 0; index < count; index += 1) io.counter.inc(at(index), 1);
  },
  ioRecord: (count) => {
    for (let index = 0; index < count; index += 1) io.histogram.observe(at(index), value());
  },
  oldAdd: (count) => {
    for (let index = 0; index < count; index += 1) old.counter.inc(at(index), 1);
  },
  oldRecord: (count) => {
    for (let index = 0; index < count; index += 1) old.histogram.observe(at(index), value());
  },
} satisfies Readonly<Record<string, Side>>;

// Before the start: recording is a comparison.
await run({
  name: 'no-op call before the start, 3 attributes',
  ours: sides.add,
  peers: { '@opentelemetry/sdk-metrics': sides.otelAdd },
  target: { '@opentelemetry/sdk-metrics': 0.02 },
  better: 'lower',
  count: 20_000,
});
await run({
  name: 'no-op call before the start, bound',
  ours: sides.addBound,
  peers: {
    '@opentelemetry/sdk-metrics': sides.otelAdd,
    '@opentelemetry/api without an SDK': sides.apiAdd,
  },
  target: { '@opentelemetry/sdk-metrics': 0.02, '@opentelemetry/api without an SDK': 20 },
  better: 'lower',
  count: 20_000,
});

await using telemetry = await startTelemetry({ service: 'bench', runtime: false, native: false });
for (let index = 0; index < 20_000; index += 1) {
  ours['bench.others'].add(1, { kind: `k${index % 3}`, of: 'x' });
  ours['bench.more'].record(index, { one: 'a', two: `b${index % 5}`, three: 'c' });
}

await run({
  name: 'counter, 3 attributes',
  ours: sides.add,
  peers: {
    '@opentelemetry/sdk-metrics': sides.otelAdd,
    '@prometheus-io/client': sides.ioAdd,
    'prom-client': sides.oldAdd,
  },
  target: { '@opentelemetry/sdk-metrics': 7, '@prometheus-io/client': 7, 'prom-client': 7 },
  better: 'higher',
  count: 10_000,
});
await run({
  name: 'counter, bound',
  ours: sides.addBound,
  peers: {
    '@opentelemetry/sdk-metrics': sides.otelAdd,
    '@prometheus-io/client': sides.ioAdd,
  },
  target: { '@opentelemetry/sdk-metrics': 50, '@prometheus-io/client': 50 },
  better: 'higher',
  count: 20_000,
});
await run({
  name: 'histogram, 3 attributes',
  ours: sides.record,
  peers: {
    '@opentelemetry/sdk-metrics': sides.otelRecord,
    '@prometheus-io/client': sides.ioRecord,
    'prom-client': sides.oldRecord,
  },
  target: { '@opentelemetry/sdk-metrics': 5, '@prometheus-io/client': 5, 'prom-client': 5 },
  better: 'higher',
  count: 10_000,
});
await run({
  name: 'histogram, bound',
  ours: sides.recordBound,
  peers: {
    '@opentelemetry/sdk-metrics': sides.otelRecord,
    '@prometheus-io/client': sides.ioRecord,
  },
  target: { '@opentelemetry/sdk-metrics': 10, '@prometheus-io/client': 10 },
  better: 'higher',
  count: 20_000,
});

// What was measured was recorded, to the last one.
const page = await telemetry.render();
if (!page.body.includes('bench_requests_total{')) throw new TypeError('the benchmark recorded nothing');
