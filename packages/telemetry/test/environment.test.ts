import { trace } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { defineMetrics } from '../src/index.ts';
import { readEnvironment, startTelemetry, type Telemetry } from '../src/node.ts';
import { startCollector, type Collector } from './support/collector.ts';
import { metricOf, pointsOf, resourceOf, spansOf } from './support/otlp-body.ts';

const { 'till.sales': sales } = defineMetrics(
  { name: 'till' },
  { 'till.sales': { type: 'counter', unit: '{sale}', description: 'Sales.' } },
);

/** Of both signals, of a program that says nothing else. */
const unset = {
  console: [],
  otlp: { endpoint: 'http://localhost:4318', metrics: {}, traces: {} },
  traces: { ratio: 1, followParent: true },
};

test('without variables both signals go to the collector of this machine, as the specification has it', () => {
  expect(readEnvironment({})).toEqual({ options: unset, problems: [] });
});

test('an empty variable is an unset one', () => {
  const variables = { OTEL_SERVICE_NAME: ' ', OTEL_TRACES_SAMPLER: '', OTEL_METRIC_EXPORT_INTERVAL: '' };
  expect(readEnvironment(variables)).toEqual({ options: unset, problems: [] });
});

const off = { ...unset, otlp: undefined, traces: false } as const;
const cases: readonly (readonly [variables: Readonly<Record<string, string>>, options: object])[] = [
  [{ OTEL_SDK_DISABLED: 'TRUE', OTEL_SERVICE_NAME: 'x' }, { disabled: true }],
  [{ OTEL_CONFIG_FILE: 'otel.yaml', OTEL_SERVICE_NAME: 'x' }, { configFile: 'otel.yaml' }],
  [
    { OTEL_SERVICE_NAME: 'till', OTEL_RESOURCE_ATTRIBUTES: 'service.name=other' },
    { ...unset, service: 'till' },
  ],
  [
    { OTEL_RESOURCE_ATTRIBUTES: 'service.name=till,service.version=2.1, place = caf%C3%A9 ,' },
    { ...unset, service: 'till', serviceVersion: '2.1', resource: { place: 'café' } },
  ],
  [
    { OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
    { console: [], traces: false },
  ],
  [
    { OTEL_TRACES_EXPORTER: 'console', OTEL_METRICS_EXPORTER: 'prometheus,console' },
    {
      console: ['metrics', 'traces'],
      prometheus: { host: 'localhost', port: 9_464 },
      traces: { ratio: 1, followParent: true },
    },
  ],
  [
    {
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    },
    { console: [], prometheus: { host: '0.0.0.0', port: 0 }, traces: false },
  ],
  [
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector/base',
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%3Db,team=shop',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_TIMEOUT: '500',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://spans:1/in',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'k=v',
      OTEL_EXPORTER_OTLP_METRICS_TIMEOUT: '700',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      OTEL_METRIC_EXPORT_INTERVAL: '5000',
    },
    {
      ...unset,
      otlp: {
        endpoint: 'https://collector/base',
        headers: { 'api-key': 'a=b', team: 'shop' },
        protocol: 'http/json',
        timeoutMs: 500,
        compression: 'gzip',
        temporality: 'delta',
        intervalMs: 5_000,
        metrics: { timeoutMs: 700 },
        traces: { url: 'http://spans:1/in', headers: { k: 'v' } },
      },
    },
  ],
  [
    { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
    { ...unset, traces: { ratio: 0.25, followParent: false } },
  ],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, { ...unset, traces: { ratio: 0, followParent: true } }],
  [{ OTEL_TRACES_SAMPLER: 'always_on' }, { ...unset, traces: { ratio: 1, followParent: false } }],
  [
    { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5', OTEL_BSP_SCHEDULE_DELAY: '100' },
    { ...unset, traces: { ratio: 1, followParent: true, queueSize: 10, batchSize: 5, delayMs: 100 } },
  ],
  [{ OTEL_METRICS_EXEMPLAR_FILTER: 'always_off' }, { ...unset, exemplars: false }],
];
for (const [variables, options] of cases) {
  test(`${JSON.stringify(variables)} is understood`, () => {
    expect(readEnvironment(variables)).toEqual({ options, problems: [] });
  });
}

const wrong: readonly (readonly [name: string, value: string, says: string])[] = [
  ['OTEL_SDK_DISABLED', 'yes', 'must be true or false, and is "yes"'],
  ['OTEL_METRIC_EXPORT_INTERVAL', 'soon', 'must be a number from 1 to 2147483647, and is "soon"'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '-1', 'and is "-1"'],
  ['OTEL_METRIC_EXPORT_INTERVAL', '3000000000', 'must be a number from 1 to 2147483647'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'api-key=a%0Ab', 'a list of headers'],
  ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'api key=a', 'a list of headers'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', '1.5', 'must be a whole number, 1 or above'],
  ['OTEL_TRACES_SAMPLER', 'jaeger_remote', 'always_on, always_off'],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'must be http/protobuf or http/json, and is "grpc"'],
  ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zip', 'must be gzip or none'],
  ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'lowmemory', 'must be cumulative or delta'],
  ['OTEL_METRICS_EXEMPLAR_FILTER', 'always_on', 'must be trace_based or always_off'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=%zz', 'percent-encoded, and is "a=%zz"'],
  ['OTEL_RESOURCE_ATTRIBUTES', 'a=1,b', 'all of it is left out'],
  ['OTEL_PROPAGATORS', 'b3', 'must be tracecontext,baggage'],
  ['OTEL_LOGS_EXPORTER', 'otlp', 'no logs are exported'],
  ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/ca.pem', 'NODE_EXTRA_CA_CERTS'],
];
for (const [name, value, says] of wrong) {
  test(`${name}=${value} is a problem with a code, and the default holds`, () => {
    const { options, problems } = readEnvironment({ [name]: value });
    expect(options).toEqual(unset);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'seaworthy.telemetry.INVALID_VARIABLE' });
    expect(problems[0]?.message).toContain(name);
    expect(problems[0]?.message).toContain(says);
  });
}

test('the known exporters of a list hold when another one is unknown', () => {
  const { options, problems } = readEnvironment({
    OTEL_TRACES_EXPORTER: 'zipkin,console',
    OTEL_METRICS_EXPORTER: 'none',
  });
  expect(options).toMatchObject({ console: ['traces'] });
  expect(options.otlp).toBe(off.otlp);
  expect(problems.map(({ message }) => message).join()).toContain('OTEL_TRACES_EXPORTER');
});

test('(3) no problem shows a header or what stands in an address', () => {
  const { problems } = readEnvironment({
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key%zz=hunter2',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://me:hunter2@there',
  });
  expect(problems).toHaveLength(2);
  expect(JSON.stringify(problems.map((problem) => [problem.message, problem]))).not.toContain('hunter2');
});

async function sent(collector: Collector, telemetry: Telemetry): Promise<void> {
  sales.add(3);
  trace.getTracer('till').startSpan('sale').end();
  await telemetry.flush(60_000);
  const [body] = collector.received.filter(({ path }) => path.endsWith('/v1/metrics'));
  if (body === undefined) throw new TypeError('no metrics were received');
  expect(pointsOf(metricOf(body, 'till.sales'))).toEqual([[{}, 3]]);
  expect(resourceOf(body)).toMatchObject({ 'service.name': 'till', 'deployment.environment.name': 'test' });
}

test('a telemetry that is started with the variables sends where they say, each signal in its own way', async () => {
  await using collector = await startCollector();
  const { options, problems } = readEnvironment({
    OTEL_SERVICE_NAME: 'till',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/base`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=both',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.endpoint}/only/v1/traces`,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-key=spans',
  });
  expect(problems).toEqual([]);
  await using telemetry = await startTelemetry({ service: 'default', exportAtExit: false, ...options });
  await sent(collector, telemetry);
  expect(
    new Set(collector.received.map(({ path, headers }) => [path, headers['x-key'], headers['content-type']].join(' '))),
  ).toEqual(new Set(['/base/v1/metrics both application/json', '/only/v1/traces spans application/x-protobuf']));
  const spans = collector.received.find(({ path }) => path === '/only/v1/traces');
  expect(spans && spansOf(spans).map(({ name }) => name)).toEqual(['sale']);
});

for (const [signal, path] of [
  ['metrics', '/v1/metrics'],
  ['traces', '/v1/traces'],
] as const) {
  test(`only ${signal} are sent when the other signal has no exporter`, async () => {
    await using collector = await startCollector();
    const { options } = readEnvironment({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
      [signal === 'metrics' ? 'OTEL_TRACES_EXPORTER' : 'OTEL_METRICS_EXPORTER']: 'none',
    });
    await using telemetry = await startTelemetry({ service: 'till', exportAtExit: false, ...options });
    sales.add(1);
    telemetry.tracerProvider.getTracer('till').startSpan('sale').end();
    await telemetry.flush(60_000);
    expect(collector.received.map((each) => each.path)).toEqual([path]);
  });
}

test('a disabled telemetry records, serves and registers nothing, and says why', async () => {
  const { options } = readEnvironment({ OTEL_SDK_DISABLED: 'true' });
  await using telemetry = await startTelemetry({ service: 'till', ...options });
  sales.add(1);
  await expect(telemetry.render()).rejects.toMatchObject({ code: 'seaworthy.telemetry.PROMETHEUS_OFF' });
  expect(telemetry.diagnose()).toMatchObject({ registered: [], exporters: [] });
  expect(telemetry.diagnose().problems).toEqual([expect.stringContaining('OTEL_SDK_DISABLED')]);
  await using other = await startTelemetry({ service: 'till', runtime: false });
  expect((await other.render()).body).not.toContain('till_sales_total');
});
