// (1) As long as the server accepts, no client is told to go: it would come back at once.
// (2) Nothing of the application is touched before the drain, and everything is as it was after it.
// (3) The drain ends when the last connection that is still HTTP has gone, or its signal aborts.
import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { closeWhenAllAccepted } from './accepting.ts';
import { stopIdleTimer, watchConnections, type Connection, type Connections } from './connections.ts';
import { createCloser, isLastAnswer, type Closer } from './http-closer.ts';
import { gateRequests } from './http-gate.ts';

/** A server that can be drained. */
export interface HttpDrain {
  /** Resolves when the last connection has gone; the signal cuts what is left. `onUnbound` hears that nothing is accepted any more. */
  drain(signal: AbortSignal, onUnbound?: () => void): Promise<void>;
  /** Connections that had to be cut. */
  cut(): number;
}

/** Watches an HTTP/1 server so that it can be drained later. */
export function createHttpDrain(server: Server, idle: 'patient' | 'prompt'): HttpDrain {
  const connections = watchConnections(server);
  let cut = 0;
  return {
    cut: () => cut,
    async drain(signal, onUnbound) {
      // http.Server#close would end idle connections at once, also those whose next request is on its way.
      const close = (): void => void NetServer.prototype.close.call(server);
      const resume = server.listening ? pauseReading(connections) : () => {};
      if (server.listening) await closeWhenAllAccepted({ accepted: () => connections.accepted, close }, signal);
      else close();
      onUnbound?.();
      const closer = createCloser(connections, idle === 'prompt' ? 0 : keepAliveMs(server));
      const openGate = gateRequests(server, connections, closer);
      letGo(connections, closer);
      resume();
      await allGone(connections, signal);
      for (const { socket } of connections.open.values()) {
        cut += 1;
        socket.destroy();
      }
      for (const socket of connections.greeting) socket.destroy();
      closer.clear();
      openGate();
    },
  };
}

/** True for servers of node:http and node:https. */
export function isHttpServer(value: unknown): value is Server {
  return value instanceof NetServer && 'keepAliveTimeout' in value;
}

/**
 * Reads nothing for the few milliseconds in which what waits is accepted: the event loop accepts one connection a turn,
 * and a turn in which fifty others are served is so long that the queue would never be empty on a loaded machine.
 */
function pauseReading(connections: Connections): () => void {
  const paused = new Set<Socket>();
  const pause = ({ socket, pending }: Connection): void => {
    // The timer of node:http would destroy an idle connection with what it has sent unread.
    if (pending === 0) stopIdleTimer(socket);
    if (!socket.isPaused()) paused.add(socket.pause());
  };
  // A new socket begins to read in the tick after it came, whatever it is told before.
  connections.onOpened = (connection) => process.nextTick(pause, connection);
  for (const connection of connections.open.values()) pause(connection);
  return () => paused.forEach((socket) => socket.resume());
}

/** What idle clients were promised, plus the time a request may be on its way. */
function keepAliveMs(server: Server & { readonly keepAliveTimeoutBuffer?: number }): number {
  return (server.keepAliveTimeout || 5_000) + (server.keepAliveTimeoutBuffer ?? 1_000);
}

/** Sends every client away, now or after the answer it waits for. */
function letGo(connections: Connections, closer: Closer): void {
  connections.onOpened = closer.begin;
  connections.onAnswered = (connection: Connection, response) => {
    if (connection.pending > 0) return;
    if (isLastAnswer(response)) closer.end(connection);
    else closer.begin(connection);
  };
  for (const connection of connections.open.values()) closer.begin(connection);
}

function allGone(connections: Connections, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!signal.aborted && connections.open.size + connections.greeting.size > 0) return;
      connections.onOpened = undefined;
      connections.onAnswered = undefined;
      connections.onGone = undefined;
      signal.removeEventListener('abort', look);
      resolve();
    };
    connections.onGone = look;
    signal.addEventListener('abort', look);
    look();
  });
}
