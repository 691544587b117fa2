// (1) A request that reached the application is answered; one that did not is safe to send again.
// (2) Only the newest answer of a connection says `Connection: close`; after it went out nothing on that
//     connection reaches the application (RFC 9112, section 9.6).
// (3) An idle connection ends only when the keep-alive time it was promised, and a buffer, are over.
// (4) A connection ends with FIN and half a second of reading: closing with unread bytes would be a reset.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { watchConnections, type Connection, type Connections } from './connections.ts';

const lingerMs = 500;
const acceptMs = 200;

/** A server that can be drained. */
export interface HttpDrain {
  /** Resolves when the last connection has gone; the signal cuts what is left. */
  drain(signal: AbortSignal): Promise<void>;
  /** Connections that had to be cut. */
  cut(): number;
}

/** Watches an HTTP/1 server so that it can be drained later. */
export function createHttpDrain(server: Server, idle: 'patient' | 'prompt'): HttpDrain {
  const connections = watchConnections(server);
  let cut = 0;
  return {
    cut: () => cut,
    async drain(signal) {
      const patienceMs = idle === 'prompt' ? 0 : keepAliveMs(server);
      const closer = createCloser(patienceMs);
      const restore = gateRequests(server, connections, closer);
      connections.onAccepted = closer.begin;
      for (const connection of connections.open.values()) closer.begin(connection);
      await acceptWaiting(connections);
      // http.Server#close would end idle connections at once, also those whose next request is on its way.
      NetServer.prototype.close.call(server);
      await allGone(connections, signal);
      for (const connection of ours(connections)) {
        cut += 1;
        connection.socket.destroy();
      }
      closer.clear();
      restore();
    },
  };
}

/** The event loop accepts one connection a turn; closing would reset those that still wait in the kernel's queue. */
async function acceptWaiting(connections: Connections): Promise<void> {
  const until = performance.now() + acceptMs;
  let before = -1;
  while (connections.accepted !== before && performance.now() < until) {
    before = connections.accepted;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** True for servers of node:http and node:https. */
export function isHttpServer(value: unknown): value is Server {
  return value instanceof NetServer && 'keepAliveTimeout' in value;
}

/** What idle clients were promised, plus the time a request may be on its way. */
function keepAliveMs(server: Server & { readonly keepAliveTimeoutBuffer?: number }): number {
  return (server.keepAliveTimeout || 5_000) + (server.keepAliveTimeoutBuffer ?? 1_000);
}

function ours({ open }: Connections): readonly Connection[] {
  return [...open.values()].filter(({ isUpgraded }) => !isUpgraded);
}

function allGone(connections: Connections, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!signal.aborted && ours(connections).length > 0) return;
      connections.onClosed = undefined;
      signal.removeEventListener('abort', look);
      resolve();
    };
    connections.onClosed = look;
    signal.addEventListener('abort', look);
    look();
  });
}

interface Closer {
  /** Announces the end on the newest answer, or waits for the idle time to pass. */
  readonly begin: (connection: Connection) => void;
  readonly clear: () => void;
}

function createCloser(patienceMs: number): Closer {
  const timers = new Set<NodeJS.Timeout>();
  const after = (ms: number, run: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  };
  const linger = (connection: Connection): void => {
    const { socket } = connection;
    if (connection.isClosing) return;
    connection.isClosing = true;
    socket.end();
    socket.resume();
    after(lingerMs, () => socket.destroy());
  };
  const endWhenIdle = (connection: Connection): void => {
    const { socket } = connection;
    const bytesRead = socket.bytesRead;
    after(patienceMs, () => {
      const isBusy = connection.pending > 0 || socket.bytesRead !== bytesRead;
      if (!isBusy && !connection.isUpgraded) linger(connection);
    });
  };
  return {
    begin(connection) {
      if (connection.isUpgraded || connection.isClosing) return;
      // node:http calls this after the last answer of a connection; its own version does not linger.
      connection.socket.destroySoon = () => linger(connection);
      if (connection.newest) announce(connection.newest);
      else endWhenIdle(connection);
    },
    clear: () => timers.forEach((timer) => clearTimeout(timer)),
  };
}

function announce(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

function isAnnounced(response: ServerResponse): boolean {
  return response.headersSent && /\bclose\b/i.test(String(response.getHeader('connection')));
}

type RequestListener = (this: Server, request: IncomingMessage, response: ServerResponse) => unknown;

function requestListeners(server: Server): readonly RequestListener[] {
  // rawListeners keeps `once` wrappers, so that those still run once.
  const listeners: readonly unknown[] = server.rawListeners('request');
  return listeners.filter((listener): listener is RequestListener => typeof listener === 'function');
}

/** Puts a gate before the application's request listeners and returns what takes it away again. */
function gateRequests(server: Server, connections: Connections, closer: Closer): () => void {
  const listeners = requestListeners(server).filter((listener) => listener !== connections.onRequest);
  const dispatch = (request: IncomingMessage, response: ServerResponse): void => {
    for (const listener of listeners) listener.call(server, request, response);
  };
  const gate = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connections.open.get(request.socket);
    if (!connection) return dispatch(request, response);
    const earlier = connection.newest;
    if (connection.isClosing || (earlier && isAnnounced(earlier))) {
      request.resume();
      return;
    }
    if (earlier && !earlier.headersSent) earlier.setHeader('Connection', 'keep-alive');
    connections.onRequest(request, response);
    closer.begin(connection);
    // A turn later, so that a whole pipelined batch is parsed and only its last answer announces the end.
    setImmediate(() => {
      if (!request.socket.destroyed) dispatch(request, response);
    });
  };
  server.removeAllListeners('request');
  server.on('request', gate);
  connections.onAnswered = (connection) => {
    if (connection.pending === 0) closer.begin(connection);
  };
  return () => {
    connections.onAccepted = undefined;
    connections.onAnswered = undefined;
    server.removeListener('request', gate);
    for (const listener of [connections.onRequest, ...listeners]) server.addListener('request', listener);
  };
}
