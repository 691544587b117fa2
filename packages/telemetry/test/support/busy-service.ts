import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import {
  countErrors,
  createUsage,
  measureCommands,
  measureHttp,
  measureHttpClient,
  measureWebSockets,
  packageChannels,
  startTelemetry,
  type Telemetry,
} from '../../src/node.ts';
import { publishAll } from './events.ts';

export interface BusyService extends AsyncDisposable {
  readonly telemetry: Telemetry;
  /** Host and port of the page at `/metrics`. */
  readonly target: string;
  /** Uses everything that is measured, once. */
  readonly work: () => Promise<void>;
}

/** A service that uses every instrument: HTTP in both directions, WebSockets, commands, errors, usage, our packages' events. */
export async function startBusyService(
  options: Partial<Parameters<typeof startTelemetry>[0]> = {},
): Promise<BusyService> {
  const telemetry = await startTelemetry({ service: 'busy', channels: packageChannels(), ...options });
  // Whoever asks for `/slow` gives up when the server has the request, and not before.
  let leave = (): void => undefined;
  const page = createServer((request, response) => void telemetry.handler(request, response));
  const server = createServer((request, response) => {
    if (request.url === '/slow') {
      leave();
      return;
    }
    response.statusCode = request.url === '/broken' ? 500 : 200;
    response.end('done');
  });
  const http = measureHttp({ servers: (each) => each === server, route: ({ url }) => url });
  const client = measureHttpClient();
  const commands = measureCommands({ quotas: { node: { limit: 1_000, windowMs: 60_000 } } });
  const errors = countErrors();
  const usage = createUsage({ name: 'busy' }, { worked: { description: 'Worked.' } }, { enabled: true });
  const sockets = new WebSocketServer({ server, maxPayload: 100 });
  const socketMetrics = measureWebSockets(sockets, { endpoint: '/events' });
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', () => socketMetrics.send(socket, 'answer'));
  });
  const [url, target] = [await listen(server), await listen(page)];

  const work = async (): Promise<void> => {
    publishAll();
    errors.count(new RangeError('too large'));
    usage.track('worked', {});
    garbage();
    const leaver = new AbortController();
    leave = () => leaver.abort();
    await Promise.all([
      ...['/', '/broken'].map(async (path) => (await fetch(`http://${url}${path}`)).text()),
      fetch(`http://${url}/slow`, { signal: leaver.signal }).catch(() => undefined),
      new Promise((resolve) => execFile(process.execPath, ['-e', ''], resolve)),
      talk(`ws://${url}`),
    ]);
  };
  return {
    telemetry,
    target,
    work,
    async [Symbol.asyncDispose]() {
      for (const each of [http, client, commands, socketMetrics]) each[Symbol.dispose]();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await Promise.all([close(server), close(page)]);
      await telemetry.close();
    },
  };
}

/** One connection stays open, one says too much and is thrown out. */
async function talk(url: string): Promise<void> {
  const [polite, loud] = [new WebSocket(url), new WebSocket(url)];
  await Promise.all([once(polite, 'open'), once(loud, 'open')]);
  polite.send('question');
  loud.send('x'.repeat(1_000));
  await Promise.all([once(polite, 'message'), once(loud, 'close')]);
}

function garbage(): void {
  for (let index = 0; index < 50; index += 1) void Array.from({ length: 20_000 }, () => ({ index }));
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function close(server: Server): Promise<unknown> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}
