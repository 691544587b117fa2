import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { after, beginStop, cleanUp, dialAndUse, get, serve } from './serving.ts';

const post = (length: number, body = ''): string =>
  `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n${body}`;

/** Writes again and again until the connection ends. */
function drip(socket: Socket, text: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(text), everyMs);
  socket.once('close', () => clearInterval(timer));
  cleanUp(() => clearInterval(timer));
}

test('a head that drips in without end is answered with 408 and does not hold up the stop', async () => {
  const running = await serve((_, response) => response.end());
  const { socket, reader } = await dialAndUse(running);
  Object.assign(running.server, { keepAliveTimeoutBuffer: 100 });
  const { stopped } = await beginStop(running);
  socket.write('GET / HTTP/1.1\r\n');
  drip(socket, 'X: y\r\n', 40);
  expect(await reader.next()).toMatchObject({ status: 408, closes: true });
  socket.destroy();
  const report = await stopped;
  expect(report).toMatchObject({ exitCode: 0, active: { connections: {} } });
  expect(report.durationMs).toBeLessThan(30_000);
});

test('an upload that never ends is cut when the time is over, and the report says so', async () => {
  const running = await serve((request, response) => request.resume().on('end', () => response.end()), {
    timeoutMs: 400,
  });
  const { socket } = await dialAndUse(running);
  socket.write(post(1e9));
  drip(socket, 'x'.repeat(1_000), 10);
  await after(30);
  expect(await running.life.stop()).toMatchObject({
    exitCode: 1,
    resources: [{ name: 'api', outcome: 'hung' }],
    active: { connections: { api: 1 } },
  });
});

test('a client that never reads is cut when the time is over, and the report says so', async () => {
  const running = await serve((_, response) => response.end(Buffer.alloc(50_000_000)), { timeoutMs: 400 });
  const { socket } = await running.dial();
  socket.pause();
  socket.write(get('/big'));
  await after(50);
  expect(await running.life.stop()).toMatchObject({ exitCode: 1, active: { connections: { api: 1 } } });
});

test('a client that reads slowly gets its answer whole', async () => {
  const running = await serve((_, response) => response.end(Buffer.alloc(20_000_000)));
  const { socket } = await running.dial();
  let bytes = 0;
  socket.removeAllListeners('data');
  socket.on('data', (chunk: string) => {
    bytes += chunk.length;
    socket.pause();
    setTimeout(() => socket.resume(), 2);
  });
  socket.write(get('/big'));
  await after(30);
  const stopped = running.life.stop();
  await new Promise((resolve) => socket.once('end', resolve));
  expect(bytes).toBeGreaterThan(20_000_000);
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('Expect: 100-continue is answered while draining', async () => {
  const running = await serve((request, response) => request.resume().on('end', () => response.end('done')));
  const { socket, reader } = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
  expect(await reader.next()).toMatchObject({ status: 100 });
  socket.write('body');
  expect(await reader.next()).toMatchObject({ status: 200, body: 'done', closes: true });
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

for (const isHandedOn of [false, true]) {
  const how = isHandedOn ? 'hands on as a request' : 'answers itself';
  test(`a request that the application takes from checkContinue and ${how} is answered and says close`, async () => {
    const running = await serve((_, response) => response.end('handed on'));
    running.server.on('checkContinue', (request, response) => {
      if (isHandedOn) return running.server.emit('request', request, response);
      return setTimeout(() => response.end('by itself'), 500);
    });
    const { socket, reader } = await dialAndUse(running);
    Object.assign(running.server, { keepAliveTimeoutBuffer: 0 });
    running.server.keepAliveTimeout = 50;
    const { stopped } = await beginStop(running);
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n');
    expect(await reader.next()).toMatchObject({ body: isHandedOn ? 'handed on' : 'by itself', closes: true });
    expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
  });
}

test('an upgrade while draining is left to the application', async () => {
  const running = await serve((_, response) => response.end());
  running.server.on('upgrade', (_, socket: Socket) => {
    cleanUp(() => socket.destroy());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  });
  const { socket, reader } = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
  expect(await reader.next()).toMatchObject({ status: 101 });
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
  expect(socket.readableEnded).toBe(false);
});

for (const head of [
  'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n',
  'CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n',
]) {
  test(`${head.split(' ')[0]} for another protocol after close was announced does not reach the application`, async () => {
    const seen: string[] = [];
    const running = await serve((request, response) => {
      if (request.url === '/first') return response.end();
      response.writeHead(200, { 'content-length': 2 }).write('a');
      return setTimeout(() => response.end('b'), 100);
    });
    for (const event of ['upgrade', 'connect']) running.server.on(event, () => seen.push(event));
    const { socket, reader } = await dialAndUse(running);
    const { stopped } = await beginStop(running);
    socket.write(get('/long'));
    await after(40);
    socket.write(head);
    expect(await reader.next()).toMatchObject({ body: 'ab', closes: true });
    expect(await reader.next()).toBe('end');
    expect(seen).toEqual([]);
    expect(await stopped).toMatchObject({ exitCode: 0 });
  });
}

test('CONNECT that the application took is neither waited for nor ended', async () => {
  const running = await serve((_, response) => response.end());
  running.server.on('connect', (_, socket: Socket) => {
    cleanUp(() => socket.destroy());
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
  });
  const { socket, reader } = await running.dial();
  socket.write('CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n');
  expect(await reader.next()).toMatchObject({ status: 200 });
  expect(await running.life.stop()).toMatchObject({ exitCode: 0, active: { connections: {} } });
  expect(socket.readableEnded).toBe(false);
});

test('with a keep-alive timeout of 0 an idle connection still ends', async () => {
  const running = await serve((_, response) => response.end());
  running.server.keepAliveTimeout = 0;
  Object.assign(running.server, { keepAliveTimeoutBuffer: 0 });
  const { reader } = await dialAndUse(running);
  const report = running.life.stop();
  expect(await reader.next()).toBe('end');
  expect(await report).toMatchObject({ exitCode: 0 });
  expect((await report).durationMs).toBeGreaterThan(4_900);
});

test('an upload that is answered early gets its answer, without a reset while it goes on sending', async () => {
  const running = await serve((_, response) => response.end('early'));
  const { socket, reader } = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  socket.write(post(300_000));
  const sending = (async () => {
    for (let part = 0; part < 30; part += 1) {
      socket.write('x'.repeat(10_000));
      await after(30);
    }
  })();
  expect(await reader.next()).toMatchObject({ body: 'early', closes: true });
  await sending;
  expect(await reader.next()).toBe('end');
  expect(await stopped).toMatchObject({ exitCode: 0, active: { connections: {} } });
});

test('HTTP/1.0 is answered, and its connection ends', async () => {
  const running = await serve((request, response) => {
    response.setHeader('Content-Length', 3).end(request.httpVersion);
  });
  const { socket, reader } = await dialAndUse(running);
  const { stopped } = await beginStop(running);
  socket.write('GET / HTTP/1.0\r\n\r\n');
  expect(await reader.next()).toMatchObject({ status: 200, closes: true });
  expect(await reader.next()).toBe('end');
  expect(await stopped).toMatchObject({ exitCode: 0 });
});

test('after an answer in which the application itself said close, nothing reaches it', async () => {
  const urls: string[] = [];
  const running = await serve((request, response) => {
    urls.push(request.url ?? '');
    response.writeHead(200, { Connection: 'close', 'Content-Length': 2 }).write('a');
    setTimeout(() => response.end('b'), 150);
  });
  const { socket, reader } = await running.dial();
  socket.write(get('/own'));
  await expect.poll(() => urls.length).toBe(1);
  const { stopped } = await beginStop(running);
  socket.write(get('/late'));
  expect(await reader.next()).toMatchObject({ body: 'ab', closes: true });
  expect(await reader.next()).toBe('end');
  expect(urls).toEqual(['/own']);
  expect(await stopped).toMatchObject({ exitCode: 0 });
});
