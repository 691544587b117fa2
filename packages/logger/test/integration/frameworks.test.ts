// httpLogger in the servers that people use.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { fastify, type FastifyBaseLogger } from 'fastify';
import { describe, expect, test } from 'vitest';
import {
  httpLogger,
  type HttpMiddleware,
  type HttpRequest,
  type Logger,
  type LoggerOptions,
  type MemorySink,
} from '../../src/index.ts';
import { logToMemory } from '../records.ts';

interface Served {
  readonly url: string;
  close(): Promise<unknown>;
}

// It comes without types.
const require = createRequire(import.meta.url);
const express = require('express') as () => ExpressApp;

/** What a server does with each of three addresses: `/orders/<id>` answers, `/broken` fails, `/health` is not logged. */
type Serve = (log: Logger, logRequest: HttpMiddleware<HttpRequest>) => Promise<Served>;

const servers: Record<string, Serve> = {
  async 'Fastify 5, in a hook'(log, logRequest) {
    const app = fastify();
    app.addHook('onRequest', (request, reply, done) => logRequest(request.raw, reply.raw, done));
    app.get('/orders/:id', async (request) => {
      await Promise.resolve();
      log.info('looking');
      return { id: (request.params as { id: string }).id };
    });
    app.get('/broken', () => {
      throw new TypeError('broken');
    });
    app.get('/health', () => 'ok');
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
  },
  async 'Express 5, as middleware'(log, logRequest) {
    const app = express();
    app.set('env', 'test');
    app.use(logRequest);
    app.get('/orders/:id', async (request, response) => {
      await Promise.resolve();
      log.info('looking');
      response.json({ id: request.params['id'] });
    });
    app.get('/broken', () => {
      throw new TypeError('broken');
    });
    app.get('/health', (_request, response) => response.send('ok'));
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const close = async () => {
      server.close();
      await once(server, 'close');
    };
    return { url: `http://127.0.0.1:${port}`, close };
  },
};

for (const [name, serve] of Object.entries(servers)) {
  describe(name, () => {
    test('each request is logged once with its id, and so is what is logged on the way', async () => {
      const { sink } = await withServer(serve, async (url) => {
        const answer = await get(`${url}/orders/17?token=secret`, { 'x-request-id': 'r-1' });
        expect([answer.status, await answer.json(), answer.headers.get('x-request-id')]).toEqual([
          200,
          { id: '17' },
          'r-1',
        ]);
      });
      expect(sink.records).toMatchObject([
        { message: 'looking', requestId: 'r-1' },
        {
          message: 'request completed',
          requestId: 'r-1',
          method: 'GET',
          path: '/orders/17',
          status: 200,
          level: 'info',
        },
      ]);
      expect(JSON.stringify(sink.records)).not.toContain('secret');
    });

    test('requests at the same time keep their ids apart', async () => {
      const ids = Array.from({ length: 50 }, (_, index) => `r-${index}`);
      const { sink } = await withServer(serve, async (url) => {
        await Promise.all(ids.map(async (id) => (await get(`${url}/orders/${id}`, { 'x-request-id': id })).text()));
      });
      const completed = sink.records.filter(({ message }) => message === 'request completed');
      for (const { requestId, path } of completed) expect(path).toBe(`/orders/${String(requestId)}`);
      for (const message of ['looking', 'request completed']) {
        const seen = sink.records.filter((record) => record['message'] === message).map(({ requestId }) => requestId);
        expect(new Set(seen)).toEqual(new Set(ids));
      }
    });

    test('an answer that failed is logged at error, one for nothing at warn, and one that is skipped not at all', async () => {
      const { sink } = await withServer(serve, async (url) => {
        for (const path of ['/broken', '/nowhere', '/health']) await (await get(url + path)).text();
      });
      expect(sink.records).toMatchObject([
        { path: '/broken', status: 500, level: 'error' },
        { path: '/nowhere', status: 404, level: 'warn' },
      ]);
    });
  });
}

describe('Fastify 5, with the logger as its own', () => {
  async function served(options: LoggerOptions) {
    const { log, sink } = logToMemory(options);
    // `silent` is a method of pino's, and a switch of winston's.
    const app = fastify({ loggerInstance: log as unknown as FastifyBaseLogger });
    app.get('/orders/:id', async (request) => {
      request.log.info({ orderId: 17 }, 'found %s', 'it');
      return {};
    });
    app.get('/broken', () => {
      throw new TypeError('broken');
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    for (const path of ['/orders/17', '/broken']) {
      await (await get(url + path, { authorization: 'Bearer secret' })).text();
    }
    await app.close();
    return sink.records.filter(({ reqId }) => reqId !== undefined);
  }

  test('writes requests as Fastify writes them with pino: without headers', async () => {
    const records = await served({});
    expect(records).toMatchObject([
      { message: 'incoming request', req: { method: 'GET', url: '/orders/17' }, reqId: 'req-1' },
      { message: 'found it', orderId: 17, reqId: 'req-1' },
      { message: 'request completed', res: { statusCode: 200 }, responseTime: expect.any(Number) },
      { message: 'incoming request', reqId: 'req-2' },
      { message: 'broken', level: 'error', err: { type: 'TypeError', stack: expect.any(String) } },
      { message: 'request completed', res: { statusCode: 500 } },
    ]);
    expect(JSON.stringify(records)).not.toContain('secret');
  });

  test('keeps the serializers of the logger', async () => {
    const [first] = await served({ serializers: { req: ({ method }: { method: string }) => method } });
    expect(first).toMatchObject({ message: 'incoming request', req: 'GET' });
  });
});

async function withServer(serve: Serve, use: (url: string) => Promise<void>): Promise<{ sink: MemorySink }> {
  const { log, sink } = logToMemory();
  const server = await serve(log, httpLogger({ log, skip: ({ url }) => url === '/health' }));
  try {
    await use(server.url);
  } finally {
    // A request is complete for its server a moment after it is for its client.
    await server.close();
  }
  return { sink };
}

function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers: { connection: 'close', ...headers } });
}

interface ExpressApp {
  set(name: string, value: string): void;
  use(middleware: HttpMiddleware<HttpRequest>): void;
  get(path: string, handler: (request: ExpressRequest, response: ExpressResponse) => unknown): void;
  listen(port: number, host: string): Server;
}

interface ExpressRequest {
  readonly params: Readonly<Record<string, string>>;
}

interface ExpressResponse {
  json(body: unknown): void;
  send(body: string): void;
}
