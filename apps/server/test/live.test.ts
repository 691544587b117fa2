import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { routeUpgrades } from '../src/http/upgrades.ts';
import { createFeed } from '../src/modules/live/feed.ts';
import { createListeners, type Listeners, type ListenersOptions } from '../src/modules/live/listeners.ts';
import { liveMessage, type LiveMessage } from '../src/modules/live/message.ts';
import type { StoredReport } from '../src/modules/reports/store.ts';
import { listenLive } from './support/live-client.ts';
import { newReport } from './support/new-report.ts';
import { push, reportBody } from './support/report.ts';
import { manage, runServer, type RunningServer } from './support/run-server.ts';

const patience = { timeout: 20_000, interval: 5 };
let server: RunningServer;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_LIVE_LISTENERS: '20', SEAWORTHY_LIVE_LISTENERS_PER_ADDRESS: '20' });
});
afterAll(() => server.stop());

const listen = async (query = '', options = {}) => {
  const client = await listenLive(server.url, query, options);
  onTestFinished(async () => {
    client.socket.terminate();
    await client.closed;
  });
  return client;
};

test('a stored report is told to all listeners of its project, and a repeated one to nobody', async () => {
  const [all, mine, others] = await Promise.all([
    listen(),
    listen('?project=orders'),
    listen('?project=%40shop%2Ftax'),
  ]);
  const { id } = (await (await push(server.url, reportBody())).json()) as { id: string };
  await push(server.url, reportBody());
  await push(server.url, reportBody({ name: '@shop/tax', overall: 90 }));
  await expect.poll(() => all.heard.length, patience).toBe(2);
  await expect.poll(() => others.heard.length, patience).toBe(1);
  expect(mine.heard).toEqual([
    {
      version: 1,
      type: 'report',
      report: expect.objectContaining({ id, project: 'orders', overall: 72, errors: 1 }),
    },
  ]);
  for (const message of all.heard) expect(liveMessage.parse(message)).toEqual(message);
});

const refused = [
  {
    what: 'a page of another site',
    query: '',
    headers: { origin: 'https://evil.example' },
    status: 403,
    code: 'ORIGIN_REFUSED',
  },
  { what: 'a page of nowhere', query: '', headers: { origin: 'null' }, status: 403, code: 'ORIGIN_REFUSED' },
  { what: 'two projects', query: '?project=a&project=b', headers: {}, status: 422, code: 'INPUT_REFUSED' },
];

for (const { what, query, headers, status, code } of refused) {
  test(`${what} is refused with ${status}`, async () => {
    const attempt = listenLive(server.url, query, { headers });
    await expect(attempt).rejects.toMatchObject({ status, code: `seaworthy.server.${code}` });
  });
}

test('a page of this server may listen', async () => {
  const { socket } = await listen('', { headers: { origin: new URL(server.url).origin } });
  expect(socket.readyState).toBe(socket.OPEN);
});

test('a handshake without a key is answered with 400, and one at another address with the page', async () => {
  const ask = async (path: string): Promise<string> => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`);
    let answer = '';
    for await (const part of socket.setEncoding('utf8')) answer += part;
    return answer;
  };
  expect(await ask('/api/v1/live')).toMatch(/^HTTP\/1\.1 400 /);
  expect(await ask('/api/v1/projects')).toMatch(/^HTTP\/1\.1 200 [^]*x-request-id/i);
  expect(await ask('/none')).toMatch(/^HTTP\/1\.1 404 /);
});

test('a request without an upgrade is told to use one', async () => {
  const response = await fetch(`${server.url}/api/v1/live`);
  expect([response.status, response.headers.get('upgrade')]).toEqual([426, 'websocket']);
});

test('a request for HTTP/2 is answered as any other', async () => {
  const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' };
  const response = await new Promise<number | undefined>((resolve, reject) => {
    request(`${server.url}/api/v1/projects`, { headers }, (answer) => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end();
  });
  expect(response).toBe(200);
});

test('who asks for a WebSocket before an earlier answer has come loses the connection, and nobody else does', async () => {
  const upgrade =
    'upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==';
  for (const earlier of ['/packages', '/npm/-/ping', '/assets/style.css']) {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    socket.write(
      `GET ${earlier} HTTP/1.1\r\nhost: a\r\n\r\nGET /api/v1/live HTTP/1.1\r\nhost: a\r\n${upgrade}\r\n\r\n`,
    );
    await once(socket, 'close');
    expect((await fetch(`${server.url}${earlier}`)).status).toBe(200);
  }
});

test('who sends something is closed with 1003, and who sends a megabyte with 1009', async () => {
  const [talker, flood] = await Promise.all([listen(), listen()]);
  talker.socket.send('hello');
  flood.socket.send(Buffer.alloc(1_048_576));
  expect(await Promise.all([talker.closed, flood.closed])).toEqual([1003, 1009]);
});

test('a thousand connections above the limit are refused, those that listen stay, and one that leaves makes room', async () => {
  const listening = await Promise.all(Array.from({ length: 20 }, () => listen()));
  for (let round = 0; round < 20; round += 1) {
    const attempts = await Promise.allSettled(Array.from({ length: 50 }, () => listenLive(server.url)));
    expect(attempts.every((attempt) => attempt.status === 'rejected' && attempt.reason.status === 503)).toBe(true);
  }
  expect(listening.every(({ socket }) => socket.readyState === socket.OPEN)).toBe(true);
  listening[0]?.socket.close();
  await listening[0]?.closed;
  const again = async (): Promise<boolean> =>
    listen().then(
      () => true,
      () => false,
    );
  await expect.poll(again, patience).toBe(true);
});

test('connections and messages are counted', async () => {
  const { heard } = await listen();
  await push(server.url, reportBody({ name: 'counted' }));
  await expect.poll(() => heard.length, patience).toBe(1);
  const page = async (): Promise<string> => (await manage(server, '/metrics')).text();
  await expect.poll(page, patience).toMatch(/websocket_server_messages_total\{[^}]*"\/api\/v1\/live"[^}]*"sent"/);
  expect(await page()).toMatch(/websocket_server_connections_active\{[^}]*"\/api\/v1\/live"/);
});

test('a server that stops tells listeners to go elsewhere, and does not wait for one that hangs', async () => {
  const other = await runServer();
  const [polite, hanging] = await Promise.all([listenLive(other.url), listenLive(other.url)]);
  hanging.socket.pause();
  const startedAt = performance.now();
  await other.stop();
  expect(await polite.closed).toBe(1001);
  expect(performance.now() - startedAt).toBeLessThan(15_000);
  hanging.socket.terminate();
});

interface Bench {
  readonly url: string;
  readonly listeners: Listeners;
}

/** The listeners alone, behind a server of their own. */
async function bench(options: Partial<ListenersOptions>): Promise<Bench> {
  const http: Server = createServer();
  const listeners = createListeners({ limit: 100, limitPerAddress: 100, ...options });
  const take = routeUpgrades(http, (incoming) => {
    const upgrade = take(incoming);
    if (upgrade !== undefined) listeners.accept(incoming, upgrade, { address: 'a' });
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of listeners.sockets.clients) socket.terminate();
    listeners.sockets.close();
    await new Promise((resolve) => http.close(resolve));
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`, listeners };
}

const { digest: _digest, body: _body, ...report } = newReport();
const about = (change: Partial<StoredReport> = {}): LiveMessage => ({
  version: 1,
  type: 'report',
  report: { ...report, ...change },
});

test('(2) who stops reading is cut, and the others hear all', async () => {
  const { url, listeners } = await bench({ unreadBytes: 100_000 });
  const [stalled, reader] = await Promise.all([listenLive(url), listenLive(url)]);
  stalled.socket.pause();
  const large = about({ sentBy: 'x'.repeat(500_000) });
  // One at a time, so that who reads keeps up: only the one that does not is over the limit.
  for (let sent = 1; sent <= 200 && listeners.count > 1; sent += 1) {
    listeners.tell(large);
    await expect.poll(() => reader.heard.length, patience).toBe(sent);
  }
  await expect.poll(() => listeners.count, patience).toBe(1);
  expect(reader.socket.readyState).toBe(reader.socket.OPEN);
  stalled.socket.terminate();
  reader.socket.terminate();
});

test('(2) who does not answer a ping is cut, and who does stays, without more handlers', async () => {
  const { url, listeners } = await bench({ pingMs: 100 });
  const dead = await listenLive(url, '', { autoPong: false });
  const alive = await listenLive(url);
  expect(await dead.closed).toBe(1006);
  let pings = 0;
  alive.socket.on('ping', () => (pings += 1));
  await expect.poll(() => pings, patience).toBeGreaterThan(3);
  const [socket] = listeners.sockets.clients;
  expect(listeners.count).toBe(1);
  expect(socket?.listenerCount('pong')).toBeLessThan(2);
  alive.socket.terminate();
});

test('one address may have some of the listeners, not all', async () => {
  const { url, listeners } = await bench({ limitPerAddress: 1 });
  const { socket } = await listenLive(url);
  expect(() => listeners.expectRoom('a')).toThrow(
    expect.objectContaining({ code: 'seaworthy.server.LISTENERS_OF_ADDRESS' }),
  );
  expect(() => listeners.expectRoom('b')).not.toThrow();
  socket.terminate();
  await expect.poll(() => listeners.count, patience).toBe(0);
  expect(() => listeners.expectRoom('a')).not.toThrow();
});

function feedOf(find: (id: string) => Promise<StoredReport | undefined>, options = {}) {
  const told: string[] = [];
  const tell = (message: LiveMessage): void => void told.push(message.type === 'report' ? message.report.id : 'missed');
  const toTell = async (id: string) => {
    const found = await find(id);
    return found && { report: found, mayHear: () => true };
  };
  const feed = createFeed({ find: toTell, tell, hasListeners: () => true, onFailed: () => undefined, ...options });
  return { feed, told };
}

test('(1) reports are told in the order of their announcements, however long each takes to be read', async () => {
  const first = Promise.withResolvers<StoredReport>();
  const { feed, told } = feedOf((id) => (id === 'one' ? first.promise : Promise.resolve({ ...report, id })));
  feed.changed('report', 'one');
  feed.changed('report', 'two');
  feed.changed('package', 'three');
  first.resolve({ ...report, id: 'one' });
  await expect.poll(() => told, patience).toEqual(['one', 'two']);
});

test('(2) what cannot be read, is gone, is too much or was not heard is told as missed', async () => {
  const { feed, told } = feedOf(
    (id) => (id === 'gone' ? Promise.resolve(undefined) : Promise.reject(new Error('away'))),
    { maxWaiting: 2 },
  );
  for (const id of ['gone', 'failing', 'too much']) feed.stored(id);
  expect(told).toEqual(['missed']);
  await expect.poll(() => told.length, patience).toBe(3);
  feed.missed();
  expect(told).toEqual(['missed', 'missed', 'missed', 'missed']);
});

test('nothing is read for nobody', () => {
  const { feed, told } = feedOf(() => Promise.reject(new Error('was read')), { hasListeners: () => false });
  feed.stored('one');
  expect(told).toEqual([]);
});
