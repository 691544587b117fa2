import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { expect, test } from 'vitest';
import { ServerErrors } from '../src/errors.ts';
import { isLoopback, listen, listenOnFree } from '../src/http/listen.ts';

const hosts = [
  ['127.0.0.1', true],
  ['127.8.9.10', true],
  ['localhost', true],
  ['::1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['', false],
  ['127.0.0.999', false],
  ['127.0.0.1.example.org', false],
  ['localhost.example.org', false],
] as const;
for (const [host, is] of hosts) {
  test(`"${host}" is ${is ? '' : 'not '}loopback`, () => {
    expect(isLoopback(host)).toBe(is);
  });
}

const taken = (): Error => {
  const cause = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE' });
  return new ServerErrors.PORT_IN_USE({ port: 1, host: 'x' }, { cause });
};

test('ports are tried in turn, until one is free', async () => {
  const tried: number[] = [];
  const answer = await listenOnFree(8080, '127.0.0.1', (port) => {
    tried.push(port);
    return port < 8083 ? Promise.reject(taken()) : Promise.resolve(port);
  });
  expect([answer, tried]).toEqual([8083, [8080, 8081, 8082, 8083]]);
});

test('after a hundred ports that are taken it gives up', async () => {
  let tried = 0;
  const failure = await listenOnFree(8080, '127.0.0.1', () => {
    tried += 1;
    return Promise.reject(taken());
  }).catch((error: unknown) => error);
  expect(ServerErrors.NO_FREE_PORT.is(failure)).toBe(true);
  expect([tried, String(failure)]).toEqual([100, expect.stringContaining('8080 and 8179')]);
});

test('another failure ends the search', async () => {
  const start = () => Promise.reject(new TypeError('no'));
  await expect(listenOnFree(8080, '127.0.0.1', start)).rejects.toThrow('no');
});

/** A server that listens, or fails with a code, without a socket. */
function fakeServer(failure?: string): Server {
  const events = new EventEmitter();
  return Object.assign(events, {
    address: () => ({ port: 4711 }),
    listen: (_place: object, done: () => void) =>
      failure === undefined ? done() : events.emit('error', Object.assign(new Error(failure), { code: failure })),
  }) as unknown as Server;
}

test('the address is the one to be typed into a browser', async () => {
  expect((await listen(fakeServer(), { host: '127.0.0.1', port: 0 })).url).toBe('http://127.0.0.1:4711');
  expect((await listen(fakeServer(), { host: '::1', port: 0 })).url).toBe('http://[::1]:4711');
});

test('a port that was asked for is not replaced by another', async () => {
  const refused = listen(fakeServer('EADDRINUSE'), { host: '127.0.0.1', port: 80 });
  await expect(refused).rejects.toSatisfy(ServerErrors.PORT_IN_USE.is);
  const forbidden = listen(fakeServer('EACCES'), { host: '127.0.0.1', port: 80 });
  await expect(forbidden).rejects.toThrow('Cannot listen on 127.0.0.1:80 (EACCES)');
});
