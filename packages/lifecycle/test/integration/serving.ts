// A real server in this process, drained by a lifecycle of its own, and raw connections to it.
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, expect } from 'vitest';
import { createLifecycle, type HttpOptions, type Lifecycle, type LifecycleOptions } from '../../src/index.ts';
import { createReader } from './raw-client.ts';

export const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

const open: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()));
});

/** Runs after the test, also when it fails. */
export function cleanUp(close: () => unknown): void {
  open.push(close);
}

export function portOf(server: Server): number {
  const address = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

export interface Running {
  readonly life: Lifecycle;
  readonly server: Server;
  readonly dial: () => Promise<{ socket: Socket; reader: ReturnType<typeof createReader> }>;
}

export async function serve(
  handler: RequestListener,
  http: HttpOptions = {},
  more: LifecycleOptions = {},
): Promise<Running> {
  const life = createLifecycle({ graceMs: 60_000, lameDuckMs: 0, signals: [], onUncaught: 'off', ...more });
  const server = createServer(handler);
  server.keepAliveTimeout = 300;
  life.http('api', server, {
    ...http,
    start: () => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)),
  });
  await life.start();
  cleanUp(() => life.stop());
  return {
    life,
    server,
    async dial() {
      const socket = connect(portOf(server), '127.0.0.1');
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      cleanUp(() => socket.destroy());
      return { socket, reader: createReader(socket) };
    },
  };
}

/** Begins to stop; resolves when the server accepts no more and its connections are being let go. */
export async function beginStop({ life, server }: Running): Promise<{ stopped: ReturnType<Lifecycle['stop']> }> {
  const stopped = life.stop();
  await expect.poll(() => server.listening, { interval: 1 }).toBe(false);
  return { stopped };
}

/** Opens a connection and uses it once, so that the server has it in its books. */
export async function dialAndUse(running: Running): ReturnType<Running['dial']> {
  const connection = await running.dial();
  connection.socket.write(get('/first'));
  await connection.reader.next();
  return connection;
}
