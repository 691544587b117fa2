// What is misspelt would do nothing: it is refused by name, with the nearest one that there is and all of them.
import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { defineMetrics, observe, TelemetryErrors, type MetricDefinition, type ObserveOptions } from '../src/index.ts';
import {
  countErrors,
  createUsage,
  measureCommands,
  measureEveryFastify,
  measureFastify,
  measureHttp,
  measureHttpClient,
  measureWebSockets,
  packageChannels,
  startTelemetry,
  type HttpMeasurements,
  type OtlpOptions,
  type OtlpSignalOptions,
  type TelemetryOptions,
  type TraceOptions,
} from '../src/node.ts';

const endpoint = 'http://127.0.0.1:9';
const usageEvent = { description: 'x' };
const counter = { type: 'counter', unit: '1', description: 'x' };
const start = (options: object) => () => startTelemetry({ service: 'x', ...options });

const misspelt: readonly (readonly [option: string, near: string | undefined, call: () => unknown])[] = [
  ['servce', 'service', start({ servce: 'x' })],
  ['cardinalitylimit', 'cardinalityLimit', start({ cardinalitylimit: 5 })],
  ['colour', undefined, start({ colour: undefined })],
  ['prometheus.prot', 'port', start({ prometheus: { port: 0, prot: 1 } })],
  ['traces.rato', 'ratio', start({ traces: { rato: 0.1 } })],
  ['otlp.temporalty', 'temporality', start({ otlp: { endpoint, temporalty: 'delta' } })],
  ['otlp.metrics.header', 'headers', start({ otlp: { endpoint, metrics: { header: {} } } })],
  ['otlp.traces.endpoint', undefined, start({ otlp: { endpoint, traces: { endpoint } } })],
  ['maxRoute', 'maxRoutes', () => measureHttp({ maxRoute: 1 } as never)],
  ['maxHost', 'maxHosts', () => measureHttpClient({ maxHost: 1 } as never)],
  ['endPoint', 'endpoint', () => measureWebSockets(new EventEmitter(), { endPoint: '/' } as never)],
  ['quota', 'quotas', () => measureCommands({ quota: {} } as never)],
  ['quotas["git"].window', 'windowMs', () => measureCommands({ quotas: { git: { limit: 1, window: 1 } } } as never)],
  ['maxCode', 'maxCodes', () => countErrors({ maxCode: 1 } as never)],
  ['expect', 'except', () => packageChannels({ expect: [] } as never)],
  ['enable', 'enabled', () => createUsage({ name: 'u' }, { e: usageEvent }, { enable: true } as never)],
  [
    'events["e"].atributes',
    'attributes',
    () => createUsage({ name: 'u' }, { e: { ...usageEvent, atributes: {} } } as never),
  ],
  ['a.b.bucket', 'buckets', () => defineMetrics({ name: 'x' }, { 'a.b': { ...counter, bucket: [1] } } as never)],
  ['metrics', 'metric', () => observe('x', { metrics: undefined } as never, () => 1)],
];

for (const [option, near, call] of misspelt) {
  test(`\`${option}\` is refused${near === undefined ? '' : `, and \`${near}\` named`}`, async () => {
    const calling = (async () => call())();
    await expect(calling).rejects.toSatisfy((error) => TelemetryErrors.UNKNOWN_OPTION.is(error));
    const hint = near === undefined ? '' : ` Did you mean \`${near}\`?`;
    await expect(calling).rejects.toThrow(`There is no option \`${option}\`.${hint} Correct or remove it. Known are: `);
  });
}

test('all that there are, are named', async () => {
  const all = 'ratio, followParent, queueSize, batchSize, delayMs';
  await expect(startTelemetry({ service: 'x', traces: { x: 1 } as never })).rejects.toThrow(`Known are: ${all}.`);
});

// With a name left out, or one that does not exist, this file has no type.
const sending: Required<OtlpSignalOptions> = {
  url: endpoint,
  protocol: 'http/json',
  headers: {},
  timeoutMs: 1,
  compression: 'none',
};
const { url: _, ...both } = sending;
const traces: Required<TraceOptions> = { ratio: 1, followParent: true, queueSize: 1, batchSize: 1, delayMs: 1 };
const otlp: Required<OtlpOptions> = {
  ...both,
  endpoint,
  temporality: 'delta',
  intervalMs: 60_000,
  metrics: sending,
  traces: sending,
};
const whole: Required<Omit<TelemetryOptions, 'configFile'>> = {
  service: 'x',
  serviceVersion: '1',
  resource: {},
  prometheus: { port: 0, host: '127.0.0.1' },
  otlp,
  console: [],
  traces,
  runtime: false,
  cardinalityLimit: 1,
  exemplars: false,
  native: false,
  disabled: false,
  channels: [],
  exportAtExit: false,
  startTimeoutMs: 60_000,
  signal: new AbortController().signal,
  closeTimeoutMs: 1,
  onError: () => undefined,
};

test('every option that there is, is known', async () => {
  await using telemetry = await startTelemetry(whole);
  expect(telemetry.url).toContain('127.0.0.1');
  const observed: Required<ObserveOptions<object>> = {
    metric: { record: () => undefined },
    attributes: {},
    unit: 'ms',
    spanAttributes: {},
  };
  expect(await observe('x', observed, () => 1)).toBe(1);
  const defined: Required<MetricDefinition> = { ...counter, type: 'histogram', attributes: {}, buckets: [1] };
  expect(() => defineMetrics({ name: 'x' }, { 'known.all': defined })).not.toThrow();
});

test('options in the place of what `measureHttp` gives are refused, before a request', () => {
  const app = { addHook: () => expect.unreachable('no hook is added') };
  for (const wrong of [undefined, {}, { maxRoutes: 5 }] as unknown[] as HttpMeasurements[]) {
    for (const call of [() => measureFastify(app, wrong), () => measureEveryFastify(wrong)]) {
      expect(call).toThrow('Expected `http` to be what `measureHttp` gave');
    }
  }
  const http = measureHttp({ servers: () => false, route: () => undefined, maxRoutes: 1 });
  onTestFinished(() => http[Symbol.dispose]());
  const hooks: string[] = [];
  measureFastify({ addHook: (name) => hooks.push(name) }, http);
  expect(hooks).toEqual(['onRequest']);
});
