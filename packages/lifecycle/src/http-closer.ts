// (1) A connection ends with FIN and half a second of reading: closing with unread bytes would be a reset.
// (2) The half second begins when all that was written has left, and begins again with every byte that arrives,
//     up to `longestLingerMs`: a client that still uploads reads its answer late.
// (3) An idle connection ends only when the keep-alive time it was promised, and a buffer, are over.
//     Nothing is ended before what arrived in that time has been read.
// (4) Half a head is no idleness: it gets as long again to become a request, and then 408.
import type { ServerResponse } from 'node:http';
import { stopIdleTimer, type Connection, type Connections } from './connections.ts';

const lingerMs = 500;
const longestLingerMs = 5_000;
/** The least time for the second half of a head. */
const leastHeadMs = 1_000;
const tooSlow = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Ends connections without a reset. */
export interface Closer {
  /** Announces the end on the newest answer, or waits for the idle time to pass. */
  readonly begin: (connection: Connection) => void;
  /** Ends the connection now that its last answer is out. */
  readonly end: (connection: Connection) => void;
  readonly clear: () => void;
}

/** Ends idle connections after `patienceMs`. */
export function createCloser(connections: Connections, patienceMs: number): Closer {
  const timers = createTimers();
  const end = (connection: Connection): void => {
    if (connection.isClosing) return;
    connection.isClosing = true;
    linger(connection, timers);
  };
  const endWhenIdle = (connection: Connection, ms: number, hasWaited: boolean): void => {
    const { socket } = connection;
    const { bytesRead } = socket;
    const look = (): void => {
      if (connection.pending > 0 || connection.isUpgraded || connection.isClosing || timers.has(connection)) return;
      const isHalfHead = socket.bytesRead !== bytesRead;
      if (isHalfHead && !hasWaited) return endWhenIdle(connection, Math.max(patienceMs, leastHeadMs), true);
      if (isHalfHead) socket.write(tooSlow);
      end(connection);
    };
    // The timer of node:http would destroy the connection, and with it what has arrived and was not read.
    stopIdleTimer(socket);
    // On a loaded machine a timer is late, and what arrived in time is read only after it: in the turn that follows.
    timers.set(connection, ms, () => setImmediate(look));
  };
  for (const socket of connections.greeting) {
    timers.set(socket, Math.max(patienceMs, leastHeadMs), () => connections.greeting.has(socket) && socket.destroy());
  }
  return {
    end,
    begin(connection) {
      if (connection.isUpgraded || connection.isClosing) return;
      // node:http calls this after the last answer of a connection; its own version does not linger. Should a version
      // of Node not call it, `end` is called when the answer has gone.
      connection.socket.destroySoon = () => end(connection);
      if (connection.newest) announce(connection.newest);
      else endWhenIdle(connection, patienceMs, false);
    },
    clear: timers.clear,
  };
}

function linger({ socket }: Connection, timers: Timers): void {
  const untilQuiet = (leftMs: number): void => {
    const { bytesRead } = socket;
    const look = (): void => {
      if (socket.bytesRead !== bytesRead && leftMs > lingerMs) untilQuiet(leftMs - lingerMs);
      else socket.destroy();
    };
    timers.set(socket, lingerMs, () => setImmediate(look));
  };
  const untilWritten = (): void => {
    // What a client does not read stays: the drain's own deadline ends that.
    timers.set(socket, lingerMs, () => (socket.writableLength > 0 ? untilWritten() : socket.destroy()));
  };
  untilWritten();
  socket.end(() => untilQuiet(longestLingerMs));
  socket.resume();
}

interface Timers {
  /** Sets the one timer of a connection. */
  readonly set: (owner: object, ms: number, run: () => void) => void;
  readonly has: (owner: object) => boolean;
  readonly clear: () => void;
}

function createTimers(): Timers {
  const timers = new Map<object, NodeJS.Timeout>();
  let isOver = false;
  return {
    set(owner, ms, run) {
      if (isOver) return;
      clearTimeout(timers.get(owner));
      const timer = setTimeout(() => {
        timers.delete(owner);
        run();
      }, ms);
      timers.set(owner, timer);
    },
    has: (owner) => timers.has(owner),
    clear() {
      isOver = true;
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

function announce(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

/**
 * True when the client was told, or will be by the end of the connection, that this is the last answer.
 *
 * node:http keeps that in `_last`, which is not documented. It is the only place for what the application said in
 * `writeHead` and for HTTP/1.0; without it, only what was set as a header is seen.
 */
export function isLastAnswer(response: ServerResponse): boolean {
  if (!response.headersSent) return false;
  const last: unknown = Reflect.get(response, '_last');
  return typeof last === 'boolean' ? last : /\bclose\b/i.test(String(response.getHeader('connection')));
}
