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
      const left = new Set<WebSocketLike>();
      const timers: NodeJS.Timeout[] = [];
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (left.size === 0 || signal.aborted) resolve();
        };
        const letGo = (client: WebSocketLike, afterMs: number): void => {
          left.add(client);
          client.once('close', () => {
            left.delete(client);
            look();
          });
          timers.push(setTimeout(() => client.close(goingAway, 'going away'), afterMs));
        };
        const clients = [...server.clients];
        clients.forEach((client, index) => letGo(client, (index * spreadMs) / clients.length));
        server.on('connection', (client) => letGo(client, 0));
        signal.addEventListener('abort', look, { once: true });
        look();
      });
      for (const timer of timers) clearTimeout(timer);
      for (const client of left) {
        cut += 1;
        client.terminate();
      }
      server.close();
    },
  };
}
