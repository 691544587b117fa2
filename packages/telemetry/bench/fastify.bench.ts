// What do request metrics cost a server? Ten clients keep their connections and send one request after the other, with as
// little work of their own as can be, so that the server is most of what is measured.
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { startTelemetry } from '@seaworthy/telemetry/node';
import { run, type Side } from './harness.ts';
import { openTelemetry, ours, prometheusIo, promClient, type Labels } from './subjects.ts';

type Record = (seconds: number, labels: Labels) => void;

await using telemetry = await startTelemetry({ service: 'bench', runtime: false, native: false });
const otel = openTelemetry();
const io = prometheusIo();
const old = promClient();
const duration = ours['bench.duration'];
const apps: FastifyInstance[] = [];
const clients = 10;

await run({
  name: 'Fastify request with a duration histogram',
  ours: requests(await server((seconds, labels) => duration.record(seconds, labels))),
  peers: {
    'Fastify without metrics': requests(await server(undefined)),
    'with @opentelemetry/sdk-metrics': requests(await server((seconds, labels) => otel.record(seconds, labels))),
    'with @prometheus-io/client': requests(await server((seconds, labels) => io.histogram.observe(labels, seconds))),
    'with prom-client': requests(await server((seconds, labels) => old.histogram.observe(labels, seconds))),
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
if (!(await telemetry.render()).body.includes('route="/orders/:id"')) throw new TypeError('nothing was recorded');

async function server(record: Record | undefined): Promise<FastifyInstance> {
  const app = fastify();
  if (record !== undefined) {
    app.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const route = request.routeOptions.url ?? '';
      record(reply.elapsedTime / 1000, { method: request.method, route, status: String(reply.statusCode) });
      done();
    });
  }
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
