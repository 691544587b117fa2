// The peers, with the little of their types that the harness uses: not all of them bring types.
import { createRequire } from 'node:module';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const require = createRequire(import.meta.url);

type Stop = () => Promise<void>;

interface Terminus {
  createTerminus(server: Server, options: object): void;
}
interface Lightship {
  createLightship(options: object): Promise<{ registerShutdownHandler(stop: Stop): void; signalReady(): void }>;
}
interface HttpTerminator {
  createHttpTerminator(options: object): { terminate: Stop };
}
type CloseWithGrace = (options: object, stop: Stop) => void;
type Stoppable = (server: Server, graceMs: number) => { stop(done: () => void): void };
type HttpGracefulShutdown = (server: Server, options: object) => void;
interface FastifyApp {
  readonly server: Server;
  all(path: string, handler: (request: { raw: IncomingMessage }, reply: FastifyReply) => void): void;
  addContentTypeParser(type: string, parser: (request: unknown, body: unknown, done: (e: null) => void) => void): void;
  listen(options: object): Promise<string>;
  close(): Promise<void>;
}
interface FastifyReply {
  readonly raw: ServerResponse;
  hijack(): void;
}

/** A client of the `ws` package. */
export interface WebSocketClient {
  on(event: 'message', listener: (data: Buffer) => void): void;
  on(event: 'close', listener: (code: number) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  once(event: 'open' | 'close', listener: () => void): void;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
}
interface WebSocketServer {
  readonly clients: Iterable<WebSocketClient>;
  on(event: 'connection', listener: (client: WebSocketClient) => void): void;
  off(event: 'connection', listener: (client: WebSocketClient) => void): void;
  close(callback?: () => void): void;
}
interface Ws {
  new (url: string): WebSocketClient;
  readonly WebSocketServer: new (options: object) => WebSocketServer;
}

export const terminus = (): Terminus => require('@godaddy/terminus');
export const lightship = (): Promise<Lightship> => import('lightship');
export const httpTerminator = (): HttpTerminator => require('http-terminator');
export const closeWithGrace = (): CloseWithGrace => require('close-with-grace');
export const stoppable = (): Stoppable => require('stoppable');
export const httpGracefulShutdown = (): HttpGracefulShutdown => require('http-graceful-shutdown');
export const fastify = (options: object): FastifyApp => require('fastify')(options);
export const ws = (): Ws => require('ws');
