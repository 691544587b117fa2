// Nothing that others do ends the process, holds a page or loses a count.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { metrics as api, trace } from '@opentelemetry/api';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { createDelivery } from '../src/delivery.ts';
import { defineMetrics } from '../src/index.ts';
import { measureHttp, startTelemetry, type Telemetry, type TelemetryOptions } from '../src/node.ts';
import { createOtlpClient } from '../src/otlp.ts';
import { answer } from '../src/page.ts';
import { createSpanQueue } from '../src/spans.ts';
import { samplesOf, sumOf } from './support/samples.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each[Symbol.asyncDispose]();
});

async function start(options: Partial<TelemetryOptions> = {}): Promise<Telemetry> {
  const telemetry = await startTelemetry({ service: 'ends', runtime: false, exportAtExit: false, ...options });
  open.push(telemetry);
  return telemetry;
}

for (const target of ['//', '/metrics?a=//', '//metrics', '*', 'http://[']) {
  test(`the page's port answers ${target}, and is there for the next one`, async () => {
    const telemetry = await start({ prometheus: { port: 0 } });
    const { port, hostname } = new URL(telemetry.url ?? '');
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${target} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`);
    expect(await text(socket)).toMatch(target.startsWith('/metrics') ? /^HTTP\/1.1 200/ : /^HTTP\/1.1 404/);
    expect((await fetch(telemetry.url ?? '')).status).toBe(200);
  });
}

test('a native instrument that throws is left out, told and counted, and the others are on the page', async () => {
  const errors: unknown[] = [];
  const telemetry = await start({ onError: (error) => errors.push(error) });
  const meter = api.getMeter('native');
  meter.createObservableGauge('native.throws').addCallback(() => {
    throw new RangeError('no value');
  });
  meter.createObservableGauge('native.fine').addCallback((result) => result.observe(3));
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, 'native_fine')).toBe(3);
  expect(errors).toEqual([new RangeError('no value')]);
  expect(sumOf(await samplesOf(telemetry), 'seaworthy_telemetry_errors_total')).toBe(2);
});

test('a native instrument that never answers holds a page for a second, and is told', async () => {
  const errors: unknown[] = [];
  const telemetry = await start({ onError: (error) => errors.push(error) });
  const hanging = api.getMeter('native').createObservableGauge('native.hangs');
  hanging.addCallback(() => new Promise(() => undefined));
  // Held by the instrument, it would never come.
  expect((await telemetry.render()).body).toContain('target_info');
  expect(errors).toHaveLength(1);
});

test('a page that is asked for after the close is answered, with nothing of the program', async () => {
  const telemetry = await start();
  await telemetry.close();
  expect((await telemetry.render()).body).toContain('target_info{service_name="ends"} 1\n');
});

test('a page that cannot be made is answered with 500, and the handler does not reject', async () => {
  const heads: number[] = [];
  const response = { writeHead: (status: number) => heads.push(status), end: () => undefined };
  await answer({ method: 'GET' }, response, () => Promise.reject(new Error('no page')));
  expect(heads).toEqual([500]);
});

test('what cannot be asked for at all is counted as dropped', async () => {
  const reasons: string[] = [];
  const delivery = createDelivery((_signal, _loss, reason) => reasons.push(reason));
  const headers = { 'x-api-key': 'a\nb' };
  const client = createOtlpClient({ endpoint: 'http://127.0.0.1:9', headers }, delivery);
  // Only a span that somebody reads has anything to send.
  const telemetry = await start({ otlp: { endpoint: 'http://127.0.0.1:9', metrics: false }, closeTimeoutMs: 100 });
  const span = telemetry.tracerProvider.getTracer('x').startSpan('lost');
  expect(await client.sendSpans([span as never])).toBe(false);
  expect(delivery.read().traces.dropped['export-failed']).toBe(1);
  expect(reasons).toEqual([expect.stringContaining('x-api-key')]);
});

test('a queue goes on after a batch that could not be sent', async () => {
  const sent: unknown[] = [];
  const queue = createSpanQueue({
    send: (spans) => {
      sent.push(...spans);
      return sent.length === 1 ? Promise.reject(new Error('no')) : Promise.resolve();
    },
    onFull: () => undefined,
    batch: 1,
  });
  const ended = { spanContext: () => ({ traceFlags: 1 }) } as never;
  queue.onEnd(ended);
  queue.onEnd(ended);
  await queue.forceFlush();
  expect(sent).toHaveLength(2);
});

for (const [option, options] of [
  ['route', { route: () => fail() }],
  ['servers', { servers: () => fail() }],
] as const) {
  test(`a function \`${option}\` that throws reaches neither the request nor the process`, async () => {
    const telemetry = await start();
    const http = measureHttp(options);
    onTestFinished(() => http[Symbol.dispose]());
    const server = createServer((_request, response) => response.end('fine')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('fine');
    const counted = async (): Promise<number> =>
      sumOf(await samplesOf(telemetry), 'http_server_request_duration_seconds_count');
    await expect.poll(counted).toBe(option === 'route' ? 1 : 0);
    server.close();
  });
}

function fail(): never {
  throw new Error('this question has no answer');
}

test('of several telemetries the last one still gets exemplars when the first one has closed', async () => {
  const metrics = defineMetrics(
    { name: 'ends' },
    { 'ends.work': { type: 'counter', unit: '1', description: 'x', attributes: { turn: 'string' } } },
  );
  const first = await start({ traces: {} });
  const last = await start({ traces: {} });
  await first.close();
  const third = await start({ traces: {} });
  await third.close();
  const again = await start({ traces: {}, exemplars: false });
  again.tracerProvider.getTracer('x').startActiveSpan('work', (span) => {
    expect(trace.getActiveSpan()).toBe(span);
    metrics['ends.work'].add(1, { turn: 'last' });
    span.end();
  });
  const { body } = await last.render('application/openmetrics-text');
  expect(body).toMatch(/ends_work_total\{turn="last"\} 1 # \{trace_id="[\da-f]{32}"/);
});

test('what two copies of a package could not record is summed', async () => {
  const telemetry = await start();
  const define = () =>
    defineMetrics(
      { name: 'ends' },
      { 'ends.twice': { type: 'counter', unit: '1', description: 'x', attributes: { kind: ['a'] } } },
    )['ends.twice'];
  const [one, other] = [define(), define()];
  for (const value of [-1, -1]) one.add(value, { kind: 'a' });
  other.add(-1, { kind: 'a' });
  for (const each of [one, one, other]) each.add(1, { kind: 'b' as 'a' });
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, 'seaworthy_telemetry_rejected_total', { metric: 'ends.twice' })).toBe(3);
  expect(sumOf(samples, 'seaworthy_telemetry_misfits_total', { metric: 'ends.twice' })).toBe(3);
  const said = telemetry.diagnose().problems.filter((problem) => problem.includes('ends.twice'));
  expect(said).toHaveLength(2);
  expect(said[1]).toContain('given 3 values');
});

test('flushing ends when its signal aborts, and a time that no timer has is refused', async () => {
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const telemetry = await start({
    closeTimeoutMs: 100,
    otlp: { endpoint: `http://127.0.0.1:${port}`, timeoutMs: 600_000 },
  });
  const stop = new AbortController();
  // Without the signal each of these takes longer than this test may.
  const flushing = telemetry.flush(600_000, stop.signal);
  stop.abort();
  await flushing;
  await telemetry.flush(600_000, stop.signal);
  await expect(telemetry.flush(Number.NaN)).rejects.toThrow('`timeoutMs`');
  await telemetry.close();
  server.closeAllConnections();
  server.close();
});
