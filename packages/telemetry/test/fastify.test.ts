import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  measureEveryFastify,
  measureFastify,
  measureHttp,
  startTelemetry,
  type HttpMeasurements,
  type Telemetry,
} from '../src/node.ts';
import { samplesOf, sumOf } from './support/samples.ts';

const count = 'http_server_request_duration_seconds_count';

let telemetry: Telemetry;
let http: HttpMeasurements;
let app: FastifyInstance;

beforeEach(async () => {
  telemetry = await startTelemetry({ service: 'fastify', runtime: false });
  http = measureHttp();
});

afterEach(async () => {
  await app.close();
  http[Symbol.dispose]();
  await telemetry.close();
});

async function listen(instance: FastifyInstance): Promise<string> {
  instance.get('/orders/:id', (request) => Promise.resolve(request.params));
  instance.get('/refused', { preHandler: (_request, reply) => void reply.code(403).send() }, () => 'never');
  instance.get('/broken', () => Promise.reject(new Error('broken')));
  return instance.listen({ port: 0, host: '127.0.0.1' });
}

async function load(url: string): Promise<void> {
  for (const path of ['/orders/1', '/orders/2', '/refused', '/broken', '/none']) await (await fetch(url + path)).text();
  await expect.poll(async () => sumOf(await samplesOf(telemetry), count)).toBe(5);
}

const ways: readonly { readonly name: string; readonly create: () => FastifyInstance }[] = [
  {
    name: 'an instance that is given',
    create() {
      const instance = fastify();
      measureFastify(instance, http);
      return instance;
    },
  },
  {
    name: 'an instance that is made somewhere',
    create() {
      const every = measureEveryFastify(http);
      const instance = fastify();
      every[Symbol.dispose]();
      return instance;
    },
  },
];

for (const { name, create } of ways) {
  test(`${name} is measured by pattern, also where a hook or an error answers`, async () => {
    app = create();
    await load(await listen(app));
    const samples = await samplesOf(telemetry);
    expect(sumOf(samples, count, { http_route: '/orders/:id', http_response_status_code: '200' })).toBe(2);
    expect(sumOf(samples, count, { http_route: '/refused', http_response_status_code: '403' })).toBe(1);
    expect(sumOf(samples, count, { http_route: '/broken', error_type: '500' })).toBe(1);
    const unknown = samples.find(
      ({ name: each, labels }) => each === count && labels['http_response_status_code'] === '404',
    );
    expect(unknown?.labels).not.toHaveProperty('http_route');
  });
}

test('an instance that was made after disposing has no patterns', async () => {
  measureEveryFastify(http)[Symbol.dispose]();
  app = fastify();
  await load(await listen(app));
  expect(sumOf(await samplesOf(telemetry), count, { http_route: '/orders/:id' })).toBe(0);
});
