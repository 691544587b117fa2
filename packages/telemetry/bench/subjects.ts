// The same metrics in our package and in the peers: three attributes, as a server has them.
import { metrics as api, type Attributes } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { Counter as IoCounter, Histogram as IoHistogram, Registry as IoRegistry } from '@prometheus-io/client';
import { defineMetrics } from '@seaworthy/telemetry';
import prom from 'prom-client';

const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const labelNames = ['method', 'route', 'status'];

// A type and not an interface: the peers want something with an index.
export type Labels = Readonly<Record<'method' | 'route' | 'status', string>>;

const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const statuses = ['200', '201', '404', '500'];

/** `count` different combinations. */
export function labelSets(count: number): readonly Labels[] {
  const routes = Array.from({ length: (count >> 4) + 1 }, (_, index) => literal(`/api/v1/resource-${index}/items`));
  return Array.from({ length: count }, (_, index) => ({
    method: methods[index % methods.length] as string,
    status: statuses[(index >> 2) % statuses.length] as string,
    route: routes[index >> 4] as string,
  }));
}

/**
 * The one string that V8 has for texts in a source, which is what routes are. What a template makes is a copy, and turns into
 * a reference to that one as soon as somebody uses it as a key: one side would change what the others are given.
 */
function literal(text: string): string {
  return Object.keys({ [text]: true })[0] as string;
}

const attributes = { method: 'string', route: 'string', status: 'string' } as const;

export const ours = defineMetrics(
  { name: 'bench' },
  {
    'bench.requests': { type: 'counter', unit: '{request}', description: 'Requests.', attributes },
    'bench.duration': { type: 'histogram', unit: 's', description: 'Durations.', attributes, buckets: bounds },
    // Programs have many metrics, and code that is shared between them is slower than for one.
    'bench.others': {
      type: 'counter',
      unit: '1',
      description: 'Others.',
      attributes: { kind: 'string', of: 'string' },
    },
    'bench.more': {
      type: 'histogram',
      unit: 'By',
      description: 'More.',
      attributes: { one: 'string', two: 'string', three: 'string' },
    },
  },
);

export function openTelemetry(): {
  add: (value: number, labels: Attributes) => void;
  record: (value: number, labels: Attributes) => void;
  page: () => Promise<string>;
} {
  const reader = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    readers: [reader],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: 20_000 }],
  });
  const meter = provider.getMeter('bench');
  const counter = meter.createCounter('bench_requests', { description: 'Requests.' });
  const histogram = meter.createHistogram('bench_duration', {
    description: 'Durations.',
    advice: { explicitBucketBoundaries: bounds },
  });
  const page = (): Promise<string> =>
    new Promise((resolve) => {
      const response = { statusCode: 200, setHeader: () => undefined, end: (body: string) => resolve(body) };
      reader.getMetricsRequestHandler(undefined as never, response as never);
    });
  return {
    add: (value, labels) => counter.add(value, labels),
    record: (value, labels) => histogram.record(value, labels),
    page,
  };
}

/** `@prometheus-io/client`, which prom-client became. */
export function prometheusIo() {
  const registry = new IoRegistry();
  const registers = [registry];
  const counter = new IoCounter({ name: 'bench_requests_total', help: 'Requests.', labelNames, registers });
  const histogram = new IoHistogram({
    name: 'bench_duration_seconds',
    help: 'D.',
    labelNames,
    buckets: bounds,
    registers,
  });
  return { counter, histogram, registry };
}

export function promClient() {
  const registry = new prom.Registry();
  const registers = [registry];
  const counter = new prom.Counter({ name: 'bench_requests_total', help: 'Requests.', labelNames, registers });
  const histogram = new prom.Histogram({
    name: 'bench_duration_seconds',
    help: 'D.',
    labelNames,
    buckets: bounds,
    registers,
  });
  return { counter, histogram, registry };
}

/** An instrument of the API with no SDK behind it. */
export function apiAlone() {
  return api.getMeter('bench').createCounter('bench_requests');
}
