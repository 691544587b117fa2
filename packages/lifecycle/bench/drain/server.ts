// One server program of the drain harness: node server.ts <settings as JSON>. Prints its port, stops on SIGTERM.
import { createServer, type Server } from 'node:http';
import { createLifecycle } from '@seaworthy/lifecycle';
import { createHandler } from './handler.ts';
import * as peers from './peers.ts';
import type { ServerSettings } from './protocol.ts';

const settings = JSON.parse(process.argv[2] ?? '{}') as ServerSettings;
const { lameDuckMs, graceMs } = settings;
let isReady = true;
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What all peers do on SIGTERM before they close: readiness goes down, load balancers get time to notice. */
async function lameDuck(): Promise<void> {
  isReady = false;
  await after(lameDuckMs);
}

function tune(server: Server): Server {
  server.keepAliveTimeout = settings.keepAliveMs;
  return Object.assign(server, { keepAliveTimeoutBuffer: settings.keepAliveBufferMs });
}

function createPlainServer(): Server {
  return tune(createServer(createHandler(settings.ranFile, () => isReady)));
}

/** An echo server. */
function attachWebSockets(server: Server): InstanceType<ReturnType<typeof peers.ws>['WebSocketServer']> {
  const sockets = new (peers.ws().WebSocketServer)({ server });
  sockets.on('connection', (client) => {
    client.on('error', () => {});
    client.on('message', (data) => client.send(data.toString()));
  });
  return sockets;
}

/** None of the peers knows about WebSockets; each has a place for clean-up, and this is what `ws` recommends for it. */
function createSendAway(server: Server): () => void {
  const sockets = attachWebSockets(server);
  return () => {
    for (const client of sockets.clients) client.close(1001, 'going away');
  };
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(settings.port, '127.0.0.1', 1024, resolve));
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

/** Exits when all has ended, or after the grace; for the peers that leave this to the program. */
function stopOnSigterm(stop: () => Promise<void>): void {
  process.once('SIGTERM', () => {
    setTimeout(() => process.exit(1), graceMs).unref();
    void lameDuck()
      .then(stop)
      .then(() => process.exit(0));
  });
}

const sides: Readonly<Record<string, () => Promise<Server>>> = {
  async seaworthy() {
    const life = createLifecycle({ graceMs, lameDuckMs });
    const handler = createHandler(settings.ranFile, async () => (await life.health.check('ready')).status === 'up');
    const server = tune(createServer(handler));
    life.websocket('live', attachWebSockets(server), { spreadMs: 200 });
    // Stops first: a client that is sent away while the server still accepts would come back to it.
    life.http('api', server, { after: ['live'], start: () => listen(server) });
    await life.start();
    return server;
  },
  async '@godaddy/terminus'() {
    const server = createPlainServer();
    const sendAway = createSendAway(server);
    peers.terminus().createTerminus(server, {
      signal: 'SIGTERM',
      timeout: graceMs,
      useExit0: true,
      sendFailuresDuringShutdown: true,
      beforeShutdown: async () => {
        await lameDuck();
        sendAway();
      },
    });
    await listen(server);
    return server;
  },
  async lightship() {
    const server = createPlainServer();
    const sendAway = createSendAway(server);
    const ship = await (
      await peers.lightship()
    ).createLightship({
      detectKubernetes: false,
      port: 0,
      shutdownDelay: lameDuckMs,
      gracefulShutdownTimeout: graceMs + 1_000,
      shutdownHandlerTimeout: graceMs,
      signals: ['SIGTERM'],
    });
    ship.registerShutdownHandler(async () => {
      sendAway();
      await closed(server);
    });
    await listen(server);
    ship.signalReady();
    return server;
  },
  async 'http-terminator'() {
    const server = createPlainServer();
    const sendAway = createSendAway(server);
    const terminator = peers.httpTerminator().createHttpTerminator({ server, gracefulTerminationTimeout: graceMs });
    stopOnSigterm(async () => {
      sendAway();
      await terminator.terminate();
    });
    await listen(server);
    return server;
  },
  async 'close-with-grace'() {
    const server = createPlainServer();
    const sendAway = createSendAway(server);
    peers.closeWithGrace()({ delay: graceMs, logger: false }, async () => {
      await lameDuck();
      sendAway();
      await closed(server);
    });
    await listen(server);
    return server;
  },
  async stoppable() {
    const server = createPlainServer();
    const sendAway = createSendAway(server);
    const stopper = peers.stoppable()(server, graceMs);
    stopOnSigterm(async () => {
      sendAway();
      await new Promise<void>((resolve) => stopper.stop(resolve));
    });
    await listen(server);
    return server;
  },
  async 'http-graceful-shutdown'() {
    const server = createPlainServer();
    const sendAway = createSendAway(server);
    peers.httpGracefulShutdown()(server, {
      signals: 'SIGTERM',
      timeout: graceMs,
      preShutdown: async () => {
        await lameDuck();
        sendAway();
      },
    });
    await listen(server);
    return server;
  },
  async fastify() {
    // Answering 503 while closing would be counted as lost.
    const app = peers.fastify({ return503OnClosing: false, keepAliveTimeout: settings.keepAliveMs });
    tune(app.server);
    const handler = createHandler(settings.ranFile, () => isReady);
    app.addContentTypeParser('*', (_request, _body, done) => done(null));
    app.all('/*', (request, reply) => {
      reply.hijack();
      handler(request.raw, reply.raw);
    });
    const sendAway = createSendAway(app.server);
    stopOnSigterm(async () => {
      sendAway();
      await app.close();
    });
    await app.listen({ port: settings.port, host: '127.0.0.1', backlog: 1024 });
    return app.server;
  },
  async 'server.close'() {
    const server = createPlainServer();
    const sendAway = createSendAway(server);
    stopOnSigterm(async () => {
      sendAway();
      await closed(server);
    });
    await listen(server);
    return server;
  },
};

const start = sides[settings.side];
if (!start) throw new Error(`There is no side "${settings.side}", only ${Object.keys(sides).join(', ')}.`);
const address = (await start()).address();
process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined })}\n`);
