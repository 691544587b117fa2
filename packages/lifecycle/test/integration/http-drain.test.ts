import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createReader } from './raw-client.ts';
import { after, beginStop, cleanUp, dialAndUse, get, portOf, serve } from './serving.ts';

test('a pipelined batch that arrives while draining is answered whole, and only its last answer says close', async () => {
  const running = await serve((request, response) => response.end(request.url));
  const { socket, reader } = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  socket.write(['/a', '/b', '/c', '/d'].map(get).join(''));
  const answers = [await reader.next(), await reader.next(), await reader.next(), await reader.next()];
  expect(answers).toMatchObject([
    { body: '/a', closes: false },
    { body: '/b', closes: false },
    { body: '/c', closes: false },
    { body: '/d', closes: true },
  ]);
  expect(await reader.next()).toBe('end');
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('requests in flight when the drain begins are answered, and the newest says close', async () => {
  const answers: (() => void)[] = [];
  const running = await serve((request, response) => {
    answers.push(() => response.end(request.url));
  });
  const { socket, reader } = await running.dial();
  socket.write(get('/a') + get('/b'));
  await expect.poll(() => answers.length).toBe(2);
  const { stopped } = await beginStop(running);
  answers.forEach((answer) => answer());
  expect([await reader.next(), await reader.next()]).toMatchObject([
    { body: '/a', closes: false },
    { body: '/b', closes: true },
  ]);
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('nothing that arrives after the announcement reaches the application, and it causes no reset', async () => {
  const urls: string[] = [];
  const running = await serve((request, response) => {
    urls.push(request.url ?? '');
    if (request.url === '/first') response.end();
    else {
      response.writeHead(200, { 'content-length': 4 }).write('ab');
      setTimeout(() => response.end('cd'), 150);
    }
  });
  const { socket, reader } = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  socket.write(get('/long'));
  await after(50);
  for (let n = 0; n < 200; n += 1) socket.write(get(`/late/${n}?${'x'.repeat(5_000)}`));
  expect(await reader.next()).toMatchObject({ body: 'abcd', closes: true });
  for (let n = 0; n < 20; n += 1) socket.write(get(`/later/${n}`));
  expect(await reader.next()).toBe('end');
  expect(urls).toEqual(['/first', '/long']);
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('a request whose head arrives in two halves, the second after the idle time, is answered', async () => {
  const running = await serve((request, response) => response.end(request.url));
  const { socket, reader } = await dialAndUse(running);
  running.server.keepAliveTimeout = 100;
  Object.assign(running.server, { keepAliveTimeoutBuffer: 50 });
  const { stopped } = await beginStop(running);
  socket.write('GET /split HTTP/1.1\r\nHo');
  await after(400);
  socket.write('st: localhost\r\n\r\n');
  expect(await reader.next()).toMatchObject({ body: '/split', closes: true });
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('connections that still wait to be accepted when the drain begins are answered', async () => {
  const { life, server } = await serve((request, response) => response.end(request.url));
  const clients = Array.from({ length: 30 }, (_, index) => {
    const socket = connect(portOf(server), '127.0.0.1');
    cleanUp(() => socket.destroy());
    socket.write(get(`/${index}`));
    return createReader(socket);
  });
  const stopped = life.stop();
  const answers = await Promise.all(clients.map((reader) => reader.next()));
  expect(answers).toMatchObject(clients.map((_, index) => ({ body: `/${index}` })));
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('as long as the server accepts, no client is told to go: it would come back at once', async () => {
  const running = await serve((_, response) => response.end(), {}, { lameDuckMs: 120 });
  const { socket, reader } = await dialAndUse(running);
  const stopped = running.life.stop();
  socket.write(get('/while-accepting'));
  expect(await reader.next()).toMatchObject({ closes: false });
  await expect.poll(() => running.server.listening, { interval: 1 }).toBe(false);
  socket.write(get('/after'));
  expect(await reader.next()).toMatchObject({ closes: true });
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('an idle connection is still served after the server has stopped accepting', async () => {
  const running = await serve((_, response) => response.end('hello'));
  const idle = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  await after(100);
  idle.socket.write(get('/again'));
  expect(await idle.reader.next()).toMatchObject({ body: 'hello', closes: true });
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('an idle connection lives as long as it was promised, and then ends without a reset', async () => {
  const running = await serve((_, response) => response.end());
  Object.assign(running.server, { keepAliveTimeoutBuffer: 200 });
  const { reader } = await dialAndUse(running);
  const startedAt = performance.now();
  const { stopped } = await beginStop(running);
  expect(await reader.next()).toBe('end');
  expect(performance.now() - startedAt).toBeGreaterThan(400);
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('with idle: prompt an idle connection ends at once', async () => {
  const running = await serve((_, response) => response.end(), { idle: 'prompt' });
  running.server.keepAliveTimeout = 60_000;
  const { reader } = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  expect(await reader.next()).toBe('end');
  expect((await stopped).durationMs).toBeLessThan(30_000);
});

test('a stream that had begun before the drain ends whole', async () => {
  const running = await serve((_, response) => {
    response.write('begin ');
    setTimeout(() => response.end('end'), 100);
  });
  const { socket, reader } = await running.dial();
  socket.write(get('/'));
  await after(30);
  const { stopped } = await beginStop(running);
  expect(await reader.next()).toMatchObject({ body: 'begin end', closes: false });
  expect(await reader.next()).toBe('end');
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
});

test('during the lame-duck time new connections are served while readiness is down', async () => {
  const { life, dial } = await serve(
    (_, response) => response.end('still here'),
    { idle: 'prompt' },
    { lameDuckMs: 150 },
  );
  const stop = life.stop();
  expect((await life.health.check('ready')).status).toBe('down');
  expect((await life.health.check('live')).status).toBe('up');
  const { socket, reader } = await dial();
  socket.write(get('/'));
  expect(await reader.next()).toMatchObject({ body: 'still here', closes: false });
  expect(life.signal.aborted).toBe(false);
  await stop;
  await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('a request that never ends is cut when the time is over, and the report says so', async () => {
  const { life, dial } = await serve(() => {}, { timeoutMs: 100 });
  const { socket, reader } = await dial();
  socket.write(get('/'));
  await after(30);
  const report = await life.stop();
  expect(report).toMatchObject({
    exitCode: 1,
    resources: [{ name: 'api', outcome: 'hung' }],
    active: { connections: { api: 1 } },
  });
  await reader.next().catch(() => 'cut');
});

test('a connection that was upgraded is neither waited for nor ended', async () => {
  const { life, server, dial } = await serve((_, response) => response.end());
  const upgraded: Socket[] = [];
  server.on('upgrade', (_, socket: Socket) => {
    upgraded.push(socket);
    cleanUp(() => socket.destroy());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  });
  const { socket, reader } = await dial();
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  expect(await reader.next()).toMatchObject({ status: 101 });
  expect(await life.stop()).toMatchObject({ exitCode: 0 });
  expect(upgraded[0]?.destroyed).toBe(false);
});

test('every listener of the application runs, also one that listens once, and all are there again afterwards', async () => {
  const seen: string[] = [];
  const running = await serve((_, response) => response.end());
  running.server.on('request', () => seen.push('second'));
  const { socket, reader } = await dialAndUse(running);
  running.server.once('request', () => seen.push('once'));
  const before = running.server.listenerCount('request');
  const { stopped } = await beginStop(running);
  socket.write(get('/a') + get('/b'));
  await reader.next();
  await reader.next();
  await stopped;
  expect(seen).toEqual(['second', 'second', 'once', 'second']);
  expect(running.server.listenerCount('request')).toBe(before);
});

test('start and stop given with a server run around its drain', async () => {
  const log: string[] = [];
  const { life } = await serve((_, response) => response.end(), { stop: ({ reason }) => void log.push(reason) });
  await life.stop('deploy');
  expect(log).toEqual(['deploy']);
});
