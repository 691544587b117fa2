// (1) Every client is told to go, also one that comes meanwhile, and each at a time of its own.
// (2) The drain ends: who has not gone when the signal aborts is cut and counted.
// (3) No listener and no timer outlives the drain.
import type { WebSocketLike, WebSocketServerLike } from './types.ts';

/** 1001 "going away" tells a client to connect elsewhere (RFC 6455, section 7.4.1). */
const goingAway = 1001;

/** A WebSocket server that can be drained. */
export interface WebSocketDrain {
  /** Resolves when every client has gone; the signal cuts those that are left. */
  readonly drain: (signal: AbortSignal) => Promise<void>;
  /** Clients that had to be cut. */
  readonly cut: () => number;
}

/** Closes clients evenly over `spreadMs`, so that they do not all come back elsewhere at once. */
export function createWebSocketDrain(server: WebSocketServerLike, spreadMs: number): WebSocketDrain {
  let cut = 0;
  return {
    cut: () => cut,
    async drain(signal) {
      const left = await sendAway(server, spreadMs, signal);
      cut += left.size;
      for (const client of left) client.terminate();
      await closeServer(server, signal);
    },
  };
}

/** Tells every client to go and waits for them; answers those that stayed. */
async function sendAway(
  server: WebSocketServerLike,
  spreadMs: number,
  signal: AbortSignal,
): Promise<ReadonlySet<WebSocketLike>> {
  const left = new Set<WebSocketLike>();
  const timers: NodeJS.Timeout[] = [];
  let look = (): void => {};
  const letGo = (client: WebSocketLike, afterMs: number): void => {
    left.add(client);
    client.once('close', () => {
      left.delete(client);
      look();
    });
    timers.push(setTimeout(() => client.close(goingAway, 'going away'), afterMs));
  };
  const onConnection = (client: WebSocketLike): void => letGo(client, 0);
  const clients = [...server.clients];
  clients.forEach((client, index) => letGo(client, (index * spreadMs) / clients.length));
  server.on('connection', onConnection);
  await new Promise<void>((resolve) => {
    look = () => {
      if (left.size === 0 || signal.aborted) resolve();
    };
    signal.addEventListener('abort', look, { once: true });
    look();
  });
  signal.removeEventListener('abort', look);
  server.off('connection', onConnection);
  for (const timer of timers) clearTimeout(timer);
  return left;
}

function closeServer(server: WebSocketServerLike, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener('abort', done);
      resolve();
    };
    server.close(done);
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
}
