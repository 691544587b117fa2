import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfigFile } from '../src/config-file.ts';
import { defineMetrics } from '../src/index.ts';
import { startTelemetry } from '../src/node.ts';
import { startCollector } from './support/collector.ts';
import { metricOf, pointsOf, resourceOf, spansOf } from './support/otlp-body.ts';

const { 'desk.calls': calls } = defineMetrics(
  { name: 'desk' },
  { 'desk.calls': { type: 'counter', unit: '{call}', description: 'Calls.' } },
);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-otel-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(yaml: string): string {
  const file = join(folder, 'otel.yaml');
  writeFileSync(file, `file_format: "1.0"\n${yaml}`);
  return file;
}

const whole = (endpoint: string): string => `
resource:
  attributes:
    - name: service.name
      value: desk
    - name: service.version
      value: "3.0"
    - name: floor
      value: 4
      type: int
  attributes_list: floor=9,house=caf%C3%A9
propagator:
  composite:
    - tracecontext:
    - baggage:
meter_provider:
  readers:
    - periodic:
        interval: 5000
        timeout: 700
        cardinality_limits:
          default: 50
        exporter:
          otlp_http:
            endpoint: ${endpoint}/in/v1/metrics
            encoding: json
            temporality_preference: delta
            headers:
              - name: x-key
                value: secret
  exemplar_filter: always_off
tracer_provider:
  processors:
    - batch:
        schedule_delay: 100
        max_queue_size: 20
        max_export_batch_size: 10
        exporter:
          otlp_http:
            endpoint: ${endpoint}/in/v1/traces
            compression: gzip
  sampler:
    parent_based:
      root:
        trace_id_ratio_based:
          ratio: 0.5
`;

test('a whole file becomes options, without a problem', async () => {
  expect(await readConfigFile(write(whole('http://there')))).toEqual({
    problems: [],
    options: {
      service: 'desk',
      serviceVersion: '3.0',
      resource: { floor: 4, house: 'café' },
      console: [],
      cardinalityLimit: 50,
      exemplars: false,
      otlp: {
        endpoint: 'http://localhost:4318',
        intervalMs: 5_000,
        temporality: 'delta',
        metrics: {
          url: 'http://there/in/v1/metrics',
          headers: { 'x-key': 'secret' },
          timeoutMs: 700,
          protocol: 'http/json',
        },
        traces: { url: 'http://there/in/v1/traces', compression: 'gzip', protocol: 'http/protobuf' },
      },
      traces: { ratio: 0.5, followParent: true, delayMs: 100, queueSize: 20, batchSize: 10 },
    },
  });
});

const shapes: readonly (readonly [yaml: string, options: object])[] = [
  ['disabled: true', { disabled: true }],
  ['', { console: [], traces: false }],
  [
    `meter_provider:
  readers:
    - pull:
        exporter:
          prometheus/development:
            host: 0.0.0.0
            port: 0
    - periodic:
        exporter:
          console:
tracer_provider:
  processors:
    - simple:
        exporter:
          console:
  sampler:
    always_off:`,
    {
      console: ['metrics', 'traces'],
      prometheus: { host: '0.0.0.0', port: 0 },
      traces: { ratio: 0, followParent: false },
    },
  ],
];
for (const [yaml, options] of shapes) {
  test(`${JSON.stringify(yaml.slice(0, 60))} becomes ${JSON.stringify(options).slice(0, 60)}`, async () => {
    expect(await readConfigFile(write(yaml))).toEqual({ options, problems: [] });
  });
}

test('(1) what this package does not do is named, each setting once', async () => {
  const file = write(`
attribute_limits:
  attribute_count_limit: 3
propagator:
  composite_list: b3
logger_provider:
  processors:
    - simple:
        exporter:
          console:
meter_provider:
  readers:
    - periodic:
        exporter:
          otlp_grpc:
    - periodic:
        exporter:
          otlp_http:
            temporality_preference: low_memory
    - periodic:
        exporter:
          otlp_http:
  exemplar_filter: always_on
tracer_provider:
  limits:
    event_count_limit: 1
  processors:
    - batch:
        exporter:
          otlp_http:
            tls:
              ca_file: /ca.pem
    - batch:
        exporter:
          otlp_http:
`);
  const { problems } = await readConfigFile(file);
  expect(problems.map(({ code }) => code)).toEqual(problems.map(() => 'seaworthy.telemetry.UNUSED_SETTING'));
  const settings = problems.map(({ message }) => /^The setting (\S+) of /.exec(message)?.[1]);
  expect(settings.toSorted((one = '', other = '') => one.localeCompare(other))).toEqual([
    'attribute_limits',
    'logger_provider',
    'meter_provider.exemplar_filter',
    'meter_provider.readers[0].periodic.exporter.otlp_grpc',
    'meter_provider.readers[1].periodic.exporter.otlp_http.temporality_preference',
    'meter_provider.readers[2].periodic',
    'propagator',
    'tracer_provider.limits',
    'tracer_provider.processors[0].exporter.otlp_http.tls',
    'tracer_provider.processors[1]',
  ]);
});

const broken: readonly (readonly [name: string, text: string | undefined])[] = [
  ['a file that is not there', undefined],
  ['a file that is no YAML', 'a: [1'],
  ['a file of another format', 'file_format: "7.0"\n'],
  ['a file that the schema refuses', 'file_format: "1.0"\ntracer_provider: {processors: 3}\n'],
];
for (const [name, text] of broken) {
  test(`${name} is refused with a code, before anything starts`, async () => {
    const configFile = join(folder, 'broken.yaml');
    if (text !== undefined) writeFileSync(configFile, text);
    const started = startTelemetry({ service: 'desk', configFile });
    await expect(started).rejects.toMatchObject({ code: 'seaworthy.telemetry.INVALID_CONFIG_FILE' });
    await expect(started).rejects.toThrow(/broken\.yaml/);
  });
}

test('a telemetry of a file sends as it says, the file wins, and problems are told', async () => {
  await using collector = await startCollector();
  const told: unknown[] = [];
  await using telemetry = await startTelemetry({
    service: 'default',
    exportAtExit: false,
    configFile: write(
      `${whole(collector.endpoint).replace('ratio: 0.5', 'ratio: 1')}\nattribute_limits: {attribute_count_limit: 3}\n`,
    ),
    onError: (error) => told.push(error),
  });
  calls.add(2);
  telemetry.tracerProvider.getTracer('desk').startSpan('call').end();
  await telemetry.flush(60_000);
  const [metrics, spans] = ['/in/v1/metrics', '/in/v1/traces'].map((path) =>
    collector.received.find((each) => each.path === path),
  );
  if (metrics === undefined || spans === undefined) throw new TypeError('something was not sent');
  expect(metrics.headers['x-key']).toBe('secret');
  expect(resourceOf(metrics)).toMatchObject({ 'service.name': 'desk', 'service.version': '3.0', house: 'café' });
  expect(pointsOf(metricOf(metrics, 'desk.calls'))).toEqual([[{}, 2]]);
  expect(metricOf(metrics, 'desk.calls')?.sum).toMatchObject({ aggregationTemporality: 1 });
  expect(spansOf(spans).map(({ name }) => name)).toEqual(['call']);
  expect(told).toEqual([expect.objectContaining({ code: 'seaworthy.telemetry.UNUSED_SETTING' })]);
  expect(telemetry.diagnose().problems).toEqual([expect.stringContaining('attribute_limits')]);
});
