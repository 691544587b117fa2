// What do request metrics cost a server? Each side has the instrumentation that its users have: ours is `measureHttp` with
// `measureFastify`, the peers' is the hook of their documentation and of the plugins around them: a timer that starts in
// `onRequest` and a histogram with three labels in `onResponse`. Ten clients keep their connections and send one request
// after the other, with as little work of their own as can be, so that the server is most of what is measured.
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { measureFastify, measureHttp, startTelemetry, type HttpMeasurements } from '@seaworthy/telemetry/node';
import { run, type Side } from './harness.ts';
import { openTelemetry, prometheusIo, promClient, type Labels } from './subjects.ts';

type Record = (seconds: number, labels: Labels) => void;

await using telemetry = await startTelemetry({ service: 'bench', runtime: false, native: false });
const otel = openTelemetry();
const io = prometheusIo();
const old = promClient();
const apps: FastifyInstance[] = [];
const clients = 10;

const plain = fastify();
const ours = fastify();
let http: HttpMeasurements | undefined;
measureFastify(ours, {
  setRoute: (request, route) => http?.setRoute(request, route),
  run: (request, work) => (http === undefined ? work() : http.run(request, work)),
});

await run({
  name: 'Fastify request, measured by measureHttp and measureFastify',
  ours: measured(requests(await listen(ours))),
  peers: {
    'Fastify without metrics': requests(await listen(plain)),
    'with @opentelemetry/sdk-metrics': requests(await withHook((seconds, labels) => otel.record(seconds, labels))),
    'with @prometheus-io/client': requests(await withHook((seconds, labels) => io.histogram.observe(labels, seconds))),
    'with prom-client': requests(await withHook((seconds, labels) => old.histogram.observe(labels, seconds))),
  },
  target: {
    'Fastify without metrics': 1.05,
    'with @opentelemetry/sdk-metrics': 1,
    'with @prometheus-io/client': 1,
    'with prom-client': 1,
  },
  better: 'lower',
  count: 100,
  rounds: 160,
});
for (const app of apps) {
  app.server.closeAllConnections();
  await app.close();
}
const { body } = await telemetry.render();
if (!body.includes('http_route="/orders/:id",http_response_status_code="200"')) {
  throw new TypeError('nothing was recorded');
}

/** Node tells of the requests of all servers: nobody listens while the others have their turn. */
function measured(side: Side): Side {
  return async (count) => {
    http = measureHttp();
    await side(count);
    http[Symbol.dispose]();
  };
}

function withHook(record: Record): Promise<FastifyInstance> {
  const app = fastify();
  const began = Symbol('began');
  app.decorateRequest(began, 0);
  app.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    Reflect.set(request, began, performance.now());
    done();
  });
  app.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const seconds = (performance.now() - (Reflect.get(request, began) as number)) / 1_000;
    const route = request.routeOptions.url ?? '';
    record(seconds, { method: request.method, route, status: String(reply.statusCode) });
    done();
  });
  return listen(app);
}

async function listen(app: FastifyInstance): Promise<FastifyInstance> {
  app.get('/orders/:id', (request) => ({ id: (request.params as { id: string }).id, state: 'paid', items: [1, 2, 3] }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  apps.push(app);
  return app;
}

function requests(app: FastifyInstance): Side {
  const { port } = app.server.address() as AddressInfo;
  const sockets = Array.from({ length: clients }, () => connect(port, '127.0.0.1').setEncoding('latin1'));
  return async (count) => {
    await Promise.all(sockets.map((socket) => exchange(socket, count / clients)));
  };
}

async function exchange(socket: Socket, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    socket.write(`GET /orders/${index} HTTP/1.1\r\nhost: bench\r\n\r\n`);
    await once(socket, 'data');
  }
}
