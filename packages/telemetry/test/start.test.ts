// A start ends in time and with its signal, and one that fails leaves nothing open.
import dns from 'node:dns';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { metrics as api } from '@opentelemetry/api';
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { TelemetryErrors } from '../src/index.ts';
import { startTelemetry } from '../src/node.ts';
import { startCollector } from './support/collector.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const run = promisify(execFile);
const noop = api.getMeterProvider();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function isAccepting(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** A name server that does not answer until it is told to. */
function holdLookups(): { readonly asked: Promise<void>; readonly answer: () => void } {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let answer = (): void => undefined;
  vi.spyOn(dns, 'lookup').mockImplementation((_host: string, ...more: unknown[]) => {
    const done = more.at(-1) as (error: null, addresses: unknown, family?: number) => void;
    const isAll = (more[0] as { all?: boolean }).all === true;
    answer = () => (isAll ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4));
    resolve();
  });
  return { asked, answer: () => answer() };
}

test('(1) (2) a port that is not there in time is a coded error, and is closed when it comes after all', async () => {
  const port = await freePort();
  const { asked, answer } = holdLookups();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const starting = startTelemetry({ service: 'x', prometheus: { port, host: 'pages.test' } });
  await asked;
  vi.advanceTimersByTime(10_000);
  await expect(starting).rejects.toSatisfy((error) => TelemetryErrors.START_TIMEOUT.is(error));
  await expect(starting).rejects.toThrow('within 10000 ms: it was still waiting to listen on pages.test');
  vi.useRealTimers();
  expect(api.getMeterProvider()).toBe(noop);
  answer();
  vi.restoreAllMocks();
  await expect.poll(() => isAccepting(port), { timeout: 30_000 }).toBe(false);
});

test('(1) (2) a signal ends a start, with its reason', async () => {
  const { asked, answer } = holdLookups();
  const stop = new AbortController();
  const { signal } = stop;
  const starting = startTelemetry({ service: 'x', prometheus: { port: 0, host: 'pages.test' }, signal });
  await asked;
  stop.abort(new RangeError('not wanted any more'));
  await expect(starting).rejects.toThrow(new RangeError('not wanted any more'));
  answer();
  await expect(startTelemetry({ service: 'x', signal })).rejects.toThrow('not wanted any more');
  expect(api.getMeterProvider()).toBe(noop);
});

test('a signal that aborts after the start changes nothing', async () => {
  const stop = new AbortController();
  await using telemetry = await startTelemetry({
    service: 'x',
    runtime: false,
    signal: stop.signal,
    startTimeoutMs: 60_000,
  });
  stop.abort();
  expect((await telemetry.render()).body).toContain('target_info{service_name="x"} 1\n');
});

const folder = mkdtempSync(join(tmpdir(), 'telemetry-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a FIFO as the configuration file is refused, and not waited for', async () => {
  const configFile = join(folder, 'otel.yaml');
  await run('mkfifo', [configFile]);
  const starting = startTelemetry({ service: 'x', configFile });
  await expect(starting).rejects.toSatisfy((error) => TelemetryErrors.INVALID_CONFIG_FILE.is(error));
  await expect(starting).rejects.toThrow('it is no regular file');
});

test('a directory as the configuration file is refused', async () => {
  const starting = startTelemetry({ service: 'x', configFile: folder });
  await expect(starting).rejects.toSatisfy((error) => TelemetryErrors.INVALID_CONFIG_FILE.is(error));
  await expect(starting).rejects.toThrow('it is a directory');
});

test('a port that is taken leaves the API as it was', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const starting = startTelemetry({ service: 'x', prometheus: { port } });
  await expect(starting).rejects.toSatisfy((error) => TelemetryErrors.PORT_UNAVAILABLE.is(error));
  expect(api.getMeterProvider()).toBe(noop);
});

test('closing ends when its time is up or its signal aborts, also when somebody else closes with more time', async () => {
  await using collector = await startCollector();
  collector.answer('never');
  const start = () =>
    startTelemetry({
      service: 'x',
      exportAtExit: false,
      closeTimeoutMs: 600_000,
      otlp: { endpoint: collector.endpoint, timeoutMs: 600_000 },
    });
  const first = await start();
  await first.close(50);
  const second = await start();
  const closing = second.close();
  const stop = new AbortController();
  const again = second.close(600_000, stop.signal);
  stop.abort();
  await Promise.all([closing, again]);
  const dropped = (): number => second.diagnose().signals.metrics.dropped['export-failed'];
  await expect.poll(dropped, { timeout: 30_000 }).toBeGreaterThan(0);
  await expect(second.close(Number.NaN)).rejects.toThrow('`timeoutMs`');
  await expect.poll(collector.open, { timeout: 30_000 }).toBe(0);
}, 120_000);
