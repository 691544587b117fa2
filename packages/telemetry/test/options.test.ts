import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { defineMetrics, TelemetryErrors } from '../src/index.ts';
import {
  countErrors,
  createUsage,
  measureCommands,
  measureHttp,
  measureHttpClient,
  measureWebSockets,
  packageChannels,
  startTelemetry,
} from '../src/node.ts';

const endpoint = 'http://127.0.0.1:9';
const otlp = (more: object): object => ({ otlp: { endpoint, ...more } });

/** What a program without types may write. */
const wrong: readonly (readonly [option: string, options: object])[] = [
  ['service', { service: 5 }],
  ['serviceVersion', { serviceVersion: 7 }],
  ['resource', { resource: 'x' }],
  ['resource', { resource: { a: {} } }],
  ['prometheus', { prometheus: true }],
  ['prometheus', { prometheus: null }],
  ['prometheus', { prometheus: { port: 70_000 } }],
  ['prometheus', { prometheus: { port: 0, host: 5 } }],
  ['console', { console: 'metrics' }],
  ['console', { console: ['logs'] }],
  ['traces', { traces: null }],
  ['traces', { traces: true }],
  ['traces.ratio', { traces: { ratio: '0.5' } }],
  ['traces.ratio', { traces: { ratio: Number.NaN } }],
  ['traces.followParent', { traces: { followParent: 'no' } }],
  ['traces.queueSize', { traces: { queueSize: 1.5 } }],
  ['traces.batchSize', { traces: { batchSize: 0 } }],
  ['traces.delayMs', { traces: { delayMs: -1 } }],
  ['runtime', { runtime: 'yes' }],
  ['native', { native: 1 }],
  ['disabled', { disabled: 'no' }],
  ['exportAtExit', { exportAtExit: 0 }],
  ['cardinalityLimit', { cardinalityLimit: 5n }],
  ['cardinalityLimit', { cardinalityLimit: Number.POSITIVE_INFINITY }],
  ['exemplars', { exemplars: true }],
  ['channels', { channels: {} }],
  ['channels', { channels: [{ measure: () => undefined }] }],
  ['channels', { channels: [{ channel: 'a' }] }],
  ['onError', { onError: 'log' }],
  ['closeTimeoutMs', { closeTimeoutMs: Number.NaN }],
  ['configFile', { configFile: 5 }],
  ['otlp', { otlp: null }],
  ['otlp.endpoint', { otlp: {} }],
  ['otlp.endpoint', otlp({ endpoint: 'localhost:4318' })],
  ['otlp.protocol', otlp({ protocol: 'grpc' })],
  ['otlp.temporality', otlp({ temporality: 'low_memory' })],
  ['otlp.compression', otlp({ compression: 'br' })],
  ['otlp.timeoutMs', otlp({ timeoutMs: 0 })],
  ['otlp.headers', otlp({ headers: 'a=b' })],
  ['otlp.metrics', otlp({ metrics: true })],
  ['otlp.metrics', otlp({ metrics: null })],
  ['otlp.traces.url', otlp({ traces: { url: 'ftp://x' } })],
  ['otlp.metrics.headers["a"]', otlp({ metrics: { headers: { a: 5 } } })],
];

for (const [option, options] of wrong) {
  test(`${JSON.stringify(options, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))} is refused at the start by name: ${option}`, async () => {
    const starting = startTelemetry({ service: 'x', ...options });
    await expect(starting).rejects.toSatisfy((error) => TelemetryErrors.INVALID_OPTION.is(error));
    await expect(starting).rejects.toThrow(`\`${option}\``);
  });
}

test('no options at all are refused by name', async () => {
  for (const options of [undefined, null, 'shop']) {
    await expect(startTelemetry(options as never)).rejects.toThrow('Expected `options` to be');
  }
});

test('what is told says the value and its kind', async () => {
  const starting = startTelemetry({ service: 'x', closeTimeoutMs: Number.NaN });
  await expect(starting).rejects.toThrow(
    'Expected `closeTimeoutMs` to be a number, 0 or above and at most 2147483647, got `NaN` (number).',
  );
});

for (const [option, options] of [
  ['closeTimeoutMs', { closeTimeoutMs: 3e9 }],
  ['otlp.intervalMs', otlp({ intervalMs: 3e9 })],
  ['otlp.timeoutMs', otlp({ timeoutMs: 3e9 })],
  ['traces.delayMs', { traces: { delayMs: 3e9 } }],
] as const) {
  test(`${option} of a month is refused: a timer of Node would end at once`, async () => {
    await expect(startTelemetry({ service: 'x', ...options })).rejects.toThrow(`\`${option}\``);
  });
}

for (const [what, headers] of [
  ['an unset variable', { 'x-api-key': undefined }],
  ['a line break', { 'x-api-key': 'secret-value\n' }],
  ['a name with a space', { 'x api': 'secret-value' }],
] as const) {
  test(`${what} in a header is refused at the start, and its value is not shown`, async () => {
    const starting = startTelemetry({ service: 'x', otlp: { endpoint, headers: headers as Record<string, string> } });
    await expect(starting).rejects.toThrow(/`otlp\.headers\["x.api/);
    await expect(starting).rejects.not.toThrow('secret-value');
  });
}

const event = { description: 'x' };
const elsewhere: Readonly<Record<string, () => unknown>> = {
  maxRoutes: () => measureHttp({ maxRoutes: -1 }),
  route: () => measureHttp({ route: '/a' as never }),
  servers: () => measureHttp({ servers: [] as never }),
  maxHosts: () => measureHttpClient({ maxHosts: Number.NaN }),
  propagateTo: () => measureHttpClient({ propagateTo: 'all' as never }),
  maxCommands: () => measureCommands({ maxCommands: 0 }),
  'quotas["git"]': () => measureCommands({ quotas: { git: null as never } }),
  'quotas["git"].limit': () => measureCommands({ quotas: { git: { limit: -1, windowMs: 1 } } }),
  'quotas["git"].windowMs': () => measureCommands({ quotas: { git: { limit: 1, windowMs: 0 } } }),
  maxCodes: () => countErrors({ maxCodes: 'x' as never }),
  server: () => measureWebSockets({} as never),
  endpoint: () => measureWebSockets(new EventEmitter(), { endpoint: 5 as never }),
  except: () => packageChannels({ except: ['seaworthy:flags:evaluted'] }),
  events: () => createUsage({ name: 'u' }, null as never),
  'e.attributes["text"]': () =>
    createUsage({ name: 'u' }, { e: { ...event, attributes: { text: 'string' as never } } }),
  enabled: () => createUsage({ name: 'u' }, { e: event }, { enabled: 'false' as never }),
  send: () => createUsage({ name: 'u' }, { e: event }, { send: 'x' as never }),
  batchSize: () => createUsage({ name: 'u' }, { e: event }, { batchSize: 0 }),
  maxQueued: () => createUsage({ name: 'u' }, { e: event }, { maxQueued: Number.NaN }),
  timeoutMs: () => createUsage({ name: 'u' }, { e: event }, { timeoutMs: 0 }),
};

for (const [option, make] of Object.entries(elsewhere)) {
  test(`a wrong ${option} is refused by name`, () => {
    expect(make).toThrow(expect.toSatisfy((error) => TelemetryErrors.INVALID_OPTION.is(error)));
    expect(make).toThrow(`\`${option}\``);
  });
}

const counter = { type: 'counter', unit: '1', description: 'x' };
const definitions: Readonly<Record<string, unknown>> = {
  'a.b': null,
  'a.b.type': { ...counter, type: 'summary' },
  'a.b.unit': { type: 'counter', description: 'x' },
  'a.b.description': { type: 'counter', unit: '1' },
  'a.b.attributes': { ...counter, attributes: 'kind' },
  'a.b.attributes["kind"]': { ...counter, attributes: { kind: 'strng' } },
  'a.b.attributes["list"]': { ...counter, attributes: { list: [] } },
  'a.b.attributes["none"]': { ...counter, attributes: { none: null } },
  'a.b.attributes["schema"]': { ...counter, attributes: { schema: { '~standard': {} } } },
};

for (const [option, definition] of Object.entries(definitions)) {
  test(`a definition with a wrong ${option} is refused by name, and the page stays`, async () => {
    await using telemetry = await startTelemetry({ service: 'x', runtime: false });
    const before = telemetry.diagnose().metrics;
    const define = (): unknown =>
      defineMetrics({ name: 'x' }, { 'spoils.before': counter, 'a.b': definition } as never);
    expect(define).toThrow(expect.toSatisfy((error) => TelemetryErrors.INVALID_OPTION.is(error)));
    expect(define).toThrow(`\`${option}\``);
    expect((await telemetry.render()).body).toContain('target_info');
    expect(telemetry.diagnose().metrics).toBe(before);
  });
}

test('a meter without a name, and definitions that are none, are refused', () => {
  expect(() => defineMetrics(null as never, {})).toThrow('`meter`');
  expect(() => defineMetrics({ name: 'x', version: 5 as never }, {})).toThrow('`meter.version`');
  expect(() => defineMetrics({ name: 'x' }, null as never)).toThrow('`definitions`');
});
