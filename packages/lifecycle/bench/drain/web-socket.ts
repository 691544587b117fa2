// One WebSocket connection of the load counts as one request: it is answered when it is closed by a handshake, with 1001
// (going away, RFC 6455 section 7.4.1) or a code of a clean end, and refused when the server refuses the connection.
import { ws } from './peers.ts';
import type { Outcome } from './protocol.ts';

const clean = new Set([1000, 1001, 1012]);
const echoEveryMs = 40;

export interface WebSocketLoad {
  readonly port: number;
  readonly signal: AbortSignal;
  readonly onEcho: () => void;
  readonly note: (id: string, kind: string, fate: Outcome['fate'], why?: string) => void;
}

/** Sends and expects echoes, and connects again when told to go, until the server refuses. */
export async function followWebSocket(load: WebSocketLoad): Promise<void> {
  while (!load.signal.aborted) if (await useWebSocket(load)) return;
}

/** True when there is no server any more. */
function useWebSocket({ port, signal, onEcho, note }: WebSocketLoad): Promise<boolean> {
  const client = new (ws())(`ws://127.0.0.1:${port}/ws`);
  return new Promise((resolve) => {
    let echoes: NodeJS.Timeout | undefined;
    let failure: NodeJS.ErrnoException | undefined;
    const leave = (): void => client.close(1000);
    client.once('open', () => {
      echoes = setInterval(() => client.send('hello'), echoEveryMs);
      signal.addEventListener('abort', leave, { once: true });
    });
    client.on('message', onEcho);
    client.on('error', (error) => (failure = error));
    client.on('close', (code) => {
      clearInterval(echoes);
      signal.removeEventListener('abort', leave);
      const isRefused = failure?.code === 'ECONNREFUSED';
      if (isRefused) note('', 'WebSocket', 'refused');
      else if (clean.has(code)) note('', 'WebSocket', 'answered');
      else note('', 'WebSocket', 'lost', `closed with ${code}${failure ? `, ${failure.message}` : ''}`);
      resolve(isRefused);
    });
  });
}
