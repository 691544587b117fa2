// The connection to Redis.
// (1) A command has the connection of this moment or fails: none waits for another one, or would be counted late.
// (2) A connection on which an answer is missing for `silenceMs` is closed; whatever ended, another one is tried until `close`.
// (3) What went wrong is told as a text: an error of the library has the words of its command, a password among them.
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { IoRedisClient } from '@seaworthy/resilience';
import type { Redis } from 'ioredis';

export interface RedisConnection extends AsyncDisposable {
  readonly client: IoRedisClient;
  /** What went wrong last; undefined when the last command was answered. */
  readonly problem: string | undefined;
}

export interface RedisOptions {
  /** How long opening waits for a server that does not answer, before it goes on without one, in milliseconds. @default 1000 */
  readonly waitMs?: number;
  /** How long an answer may be missing before the connection is given up, in milliseconds. @default 3000 */
  readonly silenceMs?: number;
  /** The longest wait before connecting again, in milliseconds; it begins at a twentieth of a second and doubles. @default 2000 */
  readonly maxBackoffMs?: number;
  readonly signal?: AbortSignal;
}

/** Connects, and stays so. It answers without a connection too, when there is none in time. @throws the reason of the signal */
export async function openRedis(url: string, options: RedisOptions = {}): Promise<RedisConnection> {
  const { waitMs = 1_000, silenceMs = 3_000, maxBackoffMs = 2_000, signal } = options;
  const ioredis = await import('ioredis');
  const client = new ioredis.Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // It asks for INFO, which an account of few rights may not; a server that is still loading says so to each command.
    enableReadyCheck: false,
    connectionName: 'seaworthy-server',
    connectTimeout: silenceMs,
    socketTimeout: silenceMs,
    disconnectTimeout: 500,
    retryStrategy: (times) => Math.min(25 * 2 ** times, maxBackoffMs),
    // It was the primary one, and another one is now: the address leads there.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  let problem: string | undefined;
  client.on('error', ({ message }: Error) => (problem = message));
  client.on('close', () => (problem ??= 'the connection has ended'));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= disconnect(client));
  try {
    await connected(client.connect(), waitMs, signal);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    client: {
      async call(command, ...words) {
        try {
          const answer = await client.call(command, ...words);
          problem = undefined;
          return answer;
        } catch (error) {
          // Without a connection the reason is why there is none.
          if (client.status === 'ready' && error instanceof Error) problem = error.message;
          throw error;
        }
      },
    },
    get problem() {
      return problem;
    },
    [Symbol.asyncDispose]: close,
  };
}

async function disconnect(client: Redis): Promise<void> {
  // Between two connections, and after the last one, there is nothing to wait for.
  if (client.status === 'reconnecting' || client.status === 'end') return client.disconnect();
  const over = once(client, 'end', { signal: AbortSignal.timeout(1_000) }).catch(() => undefined);
  client.disconnect();
  await over;
}

/** Resolves when it is, or has failed, or takes too long. @throws the reason of the signal */
async function connected(connecting: Promise<unknown>, waitMs: number, signal?: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const stop = signal ? AbortSignal.any([signal, settled.signal]) : settled.signal;
  await Promise.race([
    // It is tried again by itself, and why it failed has been told.
    connecting.catch(() => undefined),
    delay(waitMs, undefined, { signal: stop }).catch(() => undefined),
  ]);
  settled.abort();
  signal?.throwIfAborted();
}
