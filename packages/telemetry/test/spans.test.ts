import { execFile } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { context, trace } from '@opentelemetry/api';
import { defineErrors } from '@seaworthy/errors';
import fastify from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  activeTrace,
  countErrors,
  exceptionEvent,
  logException,
  measureCommands,
  measureEveryFastify,
  measureHttp,
  measureHttpClient,
  packageChannels,
  startTelemetry,
  type HttpMeasurements,
  type Telemetry,
} from '../src/node.ts';
import { startCollector, type CollectedSpan, type Collector } from './support/json-collector.ts';
import { samplesOf, sumOf } from './support/samples.ts';

const ShopErrors = defineErrors('shop', { SOLD_OUT: { message: 'Sold out.' } });
const [server, client] = [2, 3];

let collector: Collector;
let telemetry: Telemetry;
let http: HttpMeasurements;
let outgoing: Disposable;
let listening: Server | undefined;

beforeEach(async () => {
  collector = await startCollector();
  const { host } = new URL(collector.endpoint);
  telemetry = await startTelemetry({
    service: 'spans',
    runtime: false,
    channels: packageChannels(),
    exportAtExit: false,
    otlp: { endpoint: collector.endpoint, protocol: 'http/json' },
  });
  http = measureHttp({
    servers: (each) => each === listening,
    route: ({ url }) => url?.replace(/\?.*/, '').replace(/\d+/, ':id'),
  });
  outgoing = measureHttpClient({ propagateTo: (origin) => !origin.includes(host) });
});

afterEach(async () => {
  for (const each of [http, outgoing]) each[Symbol.dispose]();
  listening?.closeAllConnections();
  await new Promise((resolve) => (listening === undefined ? resolve(undefined) : listening.close(resolve)));
  listening = undefined;
  await telemetry.close();
  await collector[Symbol.asyncDispose]();
});

async function serve(listener: Parameters<typeof createServer>[1]): Promise<string> {
  listening = createServer(listener);
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
}

async function exported(name: string): Promise<CollectedSpan> {
  const find = (): CollectedSpan | undefined => collector.spans.find((span) => span.name === name);
  await expect
    .poll(
      async () => {
        await telemetry.flush(60_000);
        return find();
      },
      { timeout: 60_000 },
    )
    .toBeDefined();
  return find() as CollectedSpan;
}

const within = <Result>(name: string, work: () => Promise<Result>): Promise<Result> =>
  telemetry.tracerProvider.getTracer('test').startActiveSpan(name, async (span) => {
    try {
      return await work();
    } finally {
      span.end();
    }
  });

test('one trace runs from fetch through the server, and the handler is within the span of its request', async () => {
  const seen: unknown[] = [];
  const url = await serve((request, response) => {
    http.run(request, () => {
      seen.push(activeTrace());
      response.end();
    });
  });
  await within('work', async () => (await fetch(`${url}/orders/7?token=secret`)).text());
  const [root, asked, answered] = [await exported('work'), await exported('GET'), await exported('GET /orders/:id')];
  expect([asked.traceId, answered.traceId]).toEqual([root.traceId, root.traceId]);
  expect([asked.parentSpanId, answered.parentSpanId]).toEqual([root.spanId, asked.spanId]);
  expect([asked.kind, answered.kind]).toEqual([client, server]);
  expect(answered.attributes).toMatchObject({ 'http.route': '/orders/:id', 'url.path': '/orders/7' });
  expect(JSON.stringify(collector.spans)).not.toContain('secret');
  expect(seen).toEqual([{ traceId: answered.traceId, spanId: answered.spanId, traceFlags: 1 }]);
});

test.for([
  [
    'what it says',
    ({ url = '' }: IncomingMessage) => url.replace(/(\/tokens\/).*/, '$1***'),
    { 'url.path': '/tokens/***' },
  ],
  [
    'nothing, where it throws',
    () => {
      throw new TypeError('no path');
    },
    {},
  ],
] as const)('where the program says what a path tells, a span has %s', async ([, path, expected]) => {
  for (const each of [http, outgoing]) each[Symbol.dispose]();
  http = measureHttp({ servers: (each) => each === listening, path });
  const url = await serve((_request, response) => response.end());
  await (await fetch(`${url}/tokens/secret`)).text();
  const answered = await exported('GET');
  const paths = Object.fromEntries(Object.entries(answered.attributes).filter(([name]) => name === 'url.path'));
  expect(paths).toEqual(expected);
});

test('one trace runs through node:http as a client too', async () => {
  const url = await serve((_request, response) => response.writeHead(503).end());
  await within('work', async () => {
    const request = get(`${url}/things`);
    const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream];
    response.resume();
    await once(response, 'end');
  });
  const [root, answered] = [await exported('work'), await exported('GET /things')];
  expect(answered.traceId).toBe(root.traceId);
  expect(answered.failed).toBe(true);
  const count = 'http_client_request_duration_seconds_count';
  await expect.poll(async () => sumOf(await samplesOf(telemetry), count, { error_type: '503' })).toBe(1);
});

test('a request that cannot be sent is an error by its code, and its span has failed', async () => {
  const url = await serve(() => undefined);
  listening?.close();
  await once(listening as Server, 'close');
  listening = undefined;
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect((await exported('GET')).failed).toBe(true);
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, 'http_client_request_duration_seconds_count', { error_type: 'ECONNREFUSED' })).toBe(1);
});

test('an exemplar of a duration names the trace of its request', async () => {
  const url = await serve((_request, response) => response.end());
  await (await fetch(`${url}/x`)).text();
  const { traceId } = await exported('GET /x');
  const { body } = await telemetry.render('application/openmetrics-text; version=1.0.0');
  expect(body).toMatch(
    new RegExp(`http_server_request_duration_seconds_bucket\\{[^}]*\\} 1 # \\{trace_id="${traceId}"`),
  );
});

test('a handler of Fastify and what it awaits are within the span of their request', async () => {
  const every = measureEveryFastify(http);
  const app = fastify();
  listening = app.server;
  every[Symbol.dispose]();
  app.get('/orders/:id', async () => {
    await Promise.resolve();
    return activeTrace();
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const answer: unknown = await (await fetch(`${url}/orders/1`)).json();
  const { traceId, spanId } = await exported('GET /orders/:id');
  expect(answer).toEqual({ traceId, spanId, traceFlags: 1 });
  await app.close();
  listening = undefined;
});

test('a child process is a span below what started it', async () => {
  const commands = measureCommands();
  await within('work', () => promisify(execFile)(process.execPath, ['-e', '']));
  commands[Symbol.dispose]();
  const [root, command] = [await exported('work'), await exported('run node')];
  expect([command.traceId, command.parentSpanId]).toEqual([root.traceId, root.spanId]);
});

test('what took time in a package becomes a span below the active one, with its true duration', async () => {
  await within('work', () => {
    const event = { pipeline: 'pay', outcome: 'timeout', attempts: 2, durationMs: 750 };
    channel('seaworthy:resilience:call-finished').publish(event);
    return Promise.resolve();
  });
  const [root, call] = [await exported('work'), await exported('call pay')];
  expect(call.parentSpanId).toBe(root.spanId);
  expect(call.durationMs).toBeCloseTo(750, 0);
  expect(call.failed).toBe(true);
});

const moments = [
  {
    name: 'feature_flag.evaluation',
    channel: 'flags:evaluated',
    event: { 'feature_flag.key': 'trend', 'feature_flag.result.reason': 'static' },
  },
  { name: 'retry', channel: 'resilience:retry-scheduled', event: { pipeline: 'pay', attempt: 1, waitMs: 5 } },
  {
    name: 'breaker changed',
    channel: 'resilience:breaker-changed',
    event: { pipeline: 'pay', from: 'closed', to: 'open' },
  },
];

for (const { name, channel: published, event } of moments) {
  test(`${published} is an event of the active span`, async () => {
    await within('work', () => Promise.resolve(channel(`seaworthy:${published}`).publish(event)));
    expect((await exported('work')).events).toEqual([name]);
  });
}

test('an exception is a log event with the ids of its trace, and marks the span', async () => {
  const records: object[] = [];
  await within('work', () => {
    logException({ error: (fields) => records.push(fields) }, new ShopErrors.SOLD_OUT());
    return Promise.resolve();
  });
  const { traceId, spanId, attributes } = await exported('work');
  expect(records).toEqual([
    expect.objectContaining({
      'event.name': 'exception',
      'exception.message': 'Sold out.',
      'error.type': 'shop.SOLD_OUT',
      trace_id: traceId,
      span_id: spanId,
    }),
  ]);
  expect(attributes['error.type']).toBe('shop.SOLD_OUT');
});

test('an error that is counted marks the span it happened in', async () => {
  await within('work', () => Promise.resolve(countErrors().count(new ShopErrors.SOLD_OUT())));
  expect((await exported('work')).attributes['error.type']).toBe('shop.SOLD_OUT');
});

test('outside of any span there are no ids, and any thrown value is an event', () => {
  expect([activeTrace(), trace.getSpan(context.active())]).toEqual([undefined, undefined]);
  expect(exceptionEvent('text')).toMatchObject({ 'event.name': 'exception', 'exception.message': 'text' });
  expect(exceptionEvent(undefined)).not.toHaveProperty('trace_id');
});
