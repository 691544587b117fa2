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

function unbound(record: (labels: Labels) => void): Side {
  return (count) => {
    for (let index = 0; index < count; index += 1) record(order[index & 1023] as Labels);
  };
}

function repeat(action: (index: number) => void): Side {
  return (count) => {
    for (let index = 0; index < count; index += 1) action(index);
  };
}

const first = sets[0] as Labels;
const requests = ours['bench.requests'];
const duration = ours['bench.duration'];
const values = Array.from({ length: 64 }, (_, index) => 0.0007 * index ** 2);
let turn = 0;
const value = (): number => values[(turn = (turn + 1) & 63)] as number;

// Before the start: recording is a comparison.
await run({
  name: 'no-op call before the start, 3 attributes',
  ours: unbound((labels) => requests.add(1, labels)),
  peers: { '@opentelemetry/sdk-metrics': unbound((labels) => otel.add(1, labels)) },
  target: { '@opentelemetry/sdk-metrics': 0.02 },
  better: 'lower',
  count: 20_000,
});
await run({
  name: 'no-op call before the start, bound',
  ours: repeat(boundRequests()),
  peers: {
    '@opentelemetry/sdk-metrics': unbound((labels) => otel.add(1, labels)),
    '@opentelemetry/api without an SDK': repeat(() => api.add(1)),
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
  ours: unbound((labels) => requests.add(1, labels)),
  peers: {
    '@opentelemetry/sdk-metrics': unbound((labels) => otel.add(1, labels)),
    '@prometheus-io/client': unbound((labels) => io.counter.inc(labels, 1)),
    'prom-client': unbound((labels) => old.counter.inc(labels, 1)),
  },
  target: { '@opentelemetry/sdk-metrics': 7, '@prometheus-io/client': 7, 'prom-client': 7 },
  better: 'higher',
  count: 10_000,
});
await run({
  name: 'counter, bound',
  ours: repeat(boundRequests()),
  peers: {
    '@opentelemetry/sdk-metrics': unbound((labels) => otel.add(1, labels)),
    '@prometheus-io/client': unbound((labels) => io.counter.inc(labels, 1)),
  },
  target: { '@opentelemetry/sdk-metrics': 50, '@prometheus-io/client': 50 },
  better: 'higher',
  count: 20_000,
});
await run({
  name: 'histogram, 3 attributes',
  ours: unbound((labels) => duration.record(value(), labels)),
  peers: {
    '@opentelemetry/sdk-metrics': unbound((labels) => otel.record(value(), labels)),
    '@prometheus-io/client': unbound((labels) => io.histogram.observe(labels, value())),
    'prom-client': unbound((labels) => old.histogram.observe(labels, value())),
  },
  target: { '@opentelemetry/sdk-metrics': 5, '@prometheus-io/client': 5, 'prom-client': 5 },
  better: 'higher',
  count: 10_000,
});
await run({
  name: 'histogram, bound',
  ours: repeat(boundDuration()),
  peers: {
    '@opentelemetry/sdk-metrics': unbound((labels) => otel.record(value(), labels)),
    '@prometheus-io/client': unbound((labels) => io.histogram.observe(labels, value())),
  },
  target: { '@opentelemetry/sdk-metrics': 10, '@prometheus-io/client': 10 },
  better: 'higher',
  count: 20_000,
});

function boundRequests(): () => void {
  const bound = requests.bind(first);
  return () => bound.add(1);
}

function boundDuration(): () => void {
  const bound = duration.bind(first);
  return () => bound.record(value());
}

// What was measured was recorded, to the last one.
const page = await telemetry.render();
if (!page.body.includes('bench_requests_total{')) throw new TypeError('the benchmark recorded nothing');
