// One side of `fastify.bench.ts`, a server in a process of its own: `fastify.program.ts <side>`. It tells its port, the
// microseconds that it has computed for, and what it recorded, and ends with its parent.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { measureFastify, measureHttp, startTelemetry } from '@seaworthy/telemetry/node';
import { openTelemetry, prometheusIo, promClient, type Labels } from './subjects.ts';

type Observe = (seconds: number, labels: Labels) => void;

const sides: Readonly<Record<string, (app: FastifyInstance) => Promise<void>>> = {
  ours,
  'Fastify without metrics': async () => {},
  'with @opentelemetry/sdk-metrics': async (app) => {
    const otel = openTelemetry();
    withHook(app, (seconds, labels) => otel.record(seconds, labels));
  },
  'with @prometheus-io/client': async (app) => {
    const { histogram } = prometheusIo();
    withHook(app, (seconds, labels) => histogram.observe(labels, seconds));
  },
  'with prom-client': async (app) => {
    const { histogram } = promClient();
    withHook(app, (seconds, labels) => histogram.observe(labels, seconds));
  },
};

const side = process.argv[2] ?? '';
const app = fastify();
await sides[side]?.(app);
app.get('/orders/:id', (request) => ({ id: (request.params as { id: string }).id, state: 'paid', items: [1, 2, 3] }));
await app.listen({ port: 0, host: '127.0.0.1' });
process.on('message', (question) => {
  if (question !== 'cpu') return;
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.send?.((app.server.address() as AddressInfo).port);
await once(process, 'disconnect');
process.exit();

/** What our users write. It ends in an error when nothing was recorded. */
async function ours(instance: FastifyInstance): Promise<void> {
  const telemetry = await startTelemetry({ service: 'bench', runtime: false, native: false });
  measureFastify(instance, measureHttp());
  process.on('message', (question) => {
    if (question === 'page') void telemetry.render().then(({ body }) => process.send?.(body));
  });
}

/** What the documentation of the peers and the plugins around them do. */
function withHook(instance: FastifyInstance, record: Observe): void {
  const began = Symbol('began');
  instance.decorateRequest(began, 0);
  instance.addHook('onRequest', (request: FastifyRequest, _reply, done) => {
    Reflect.set(request, began, performance.now());
    done();
  });
  instance.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const seconds = (performance.now() - (Reflect.get(request, began) as number)) / 1_000;
    const route = request.routeOptions.url ?? '';
    record(seconds, { method: request.method, route, status: String(reply.statusCode) });
    done();
  });
}
