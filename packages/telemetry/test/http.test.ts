import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measureHttp, startTelemetry, type HttpMeasurements, type HttpOptions, type Telemetry } from '../src/node.ts';
import { samplesOf, sumOf } from './support/samples.ts';

const count = 'http_server_request_duration_seconds_count';
const activeRequests = 'http_server_active_requests';

let telemetry: Telemetry;
let http: HttpMeasurements;
let server: Server;
let seen: number;

beforeEach(async () => {
  telemetry = await startTelemetry({ service: 'http', runtime: false });
  seen = 0;
});

afterEach(async () => {
  http[Symbol.dispose]();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await telemetry.close();
});

async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  options: HttpOptions = {},
): Promise<string> {
  http = measureHttp({ servers: (each) => each === server, ...options });
  server = createServer((request, response) => {
    seen += 1;
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('after a load with clients that leave, the counters equal the truth to the last request', async () => {
  const leaving = new Map<string, AbortController>();
  const url = await serve((request, response) => {
    const leaver = leaving.get(request.url ?? '');
    request.resume();
    // Some leave before a head was sent, others in the middle of the answer.
    if (request.url?.endsWith('5') !== true) response.write('part');
    if (leaver === undefined) setTimeout(() => response.end('end'), Number(request.url?.slice(-1)));
    else setTimeout(() => leaver.abort(), Number(request.url?.slice(-1)));
  });
  const clients = Array.from({ length: 400 }, async (_, index) => {
    const path = `/${index}`;
    const client = new AbortController();
    if (index % 4 === 0 || index % 10 === 5) leaving.set(path, client);
    try {
      return (await (await fetch(url + path, { signal: client.signal })).text()) === 'partend';
    } catch {
      return false;
    }
  });
  const answered = (await Promise.all(clients)).filter(Boolean).length;
  await expect.poll(async () => sumOf(await samplesOf(telemetry), activeRequests), { timeout: 60_000 }).toBe(0);
  const samples = await samplesOf(telemetry);
  expect([seen, answered]).toEqual([400, 400 - leaving.size]);
  expect(sumOf(samples, count)).toBe(400);
  expect(sumOf(samples, count, { error_type: 'aborted' })).toBe(leaving.size);
  expect(sumOf(samples, count, { error_type: 'aborted', http_response_status_code: '200' })).toBe(leaving.size - 40);
});

test('requests that wait in a connection behind a slow one count when the client leaves', async () => {
  const url = await serve((request, response) => {
    if (request.url !== '/slow') response.end('ok');
  });
  const client = connect(Number(new URL(url).port), '127.0.0.1');
  client.write(['/slow', '/a', '/b'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
  await expect.poll(() => seen).toBe(3);
  client.destroy();
  await expect.poll(async () => sumOf(await samplesOf(telemetry), count, { error_type: 'aborted' })).toBe(3);
  expect(sumOf(await samplesOf(telemetry), activeRequests)).toBe(0);
});

const statuses = [
  { status: 200, error: undefined },
  { status: 404, error: undefined },
  { status: 503, error: '503' },
];

for (const { status, error } of statuses) {
  test(`an answer ${status} ${error === undefined ? 'is no error' : 'is an error'} of the server`, async () => {
    const url = await serve((_request, response) => response.writeHead(status).end());
    await (await fetch(url)).text();
    await expect.poll(async () => sumOf(await samplesOf(telemetry), count)).toBe(1);
    const sample = (await samplesOf(telemetry)).find(({ name }) => name === count);
    expect(sample?.labels).toEqual({
      http_request_method: 'GET',
      http_response_status_code: String(status),
      ...(error !== undefined && { error_type: error }),
    });
  });
}

test('a method that no standard knows and patterns above the limit share one series', async () => {
  const url = await serve((_request, response) => response.end(), { route: ({ url: path }) => path, maxRoutes: 2 });
  for (const path of ['/a', '/b', '/c', '/d', '/a']) await (await fetch(url + path)).text();
  await (await fetch(`${url}/a`, { method: 'PROPFIND' })).text();
  await expect.poll(async () => sumOf(await samplesOf(telemetry), count)).toBe(6);
  const samples = await samplesOf(telemetry);
  expect(sumOf(samples, count, { http_route: '/a' })).toBe(3);
  expect(sumOf(samples, count, { http_route: '_OTHER' })).toBe(2);
  expect(sumOf(samples, count, { http_request_method: '_OTHER' })).toBe(1);
});

test('requests of a server that was left out do not count, and after disposing none does', async () => {
  const url = await serve((_request, response) => response.end(), { servers: () => false });
  await (await fetch(url)).text();
  http[Symbol.dispose]();
  await (await fetch(url)).text();
  expect(seen).toBe(2);
  expect(sumOf(await samplesOf(telemetry), count)).toBe(0);
});
