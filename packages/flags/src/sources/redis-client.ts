import { FlagErrors } from '../errors.ts';
import type { Subscription } from './announced.ts';

/** The part of a client of `ioredis` that is needed. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
  duplicate(override?: object): IoRedisSubscriber;
}

/** A second connection of `ioredis`, for announcements. */
export interface IoRedisSubscriber {
  connect(): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: 'message', listener: (channel: string, message: string) => void): unknown;
  on(event: string, listener: () => void): unknown;
  disconnect(): void;
}

/** The part of a client of `redis` (`@redis/client`) that is needed. */
export interface NodeRedisClient {
  sendCommand(words: string[]): Promise<unknown>;
  duplicate(): NodeRedisSubscriber;
}

/** A second connection of `redis`, for announcements. */
export interface NodeRedisSubscriber {
  connect(): Promise<unknown>;
  subscribe(channel: string, listener: (message: string) => void): Promise<unknown>;
  on(event: string, listener: () => void): unknown;
  destroy(): void;
}

/** A client of `ioredis` or of `redis`, connected, and with a listener to its errors. It is yours to close. */
export type FlagsRedisClient = IoRedisClient | NodeRedisClient;

/** A client, whichever library it is of. */
export interface Connection {
  send(command: string, ...words: string[]): Promise<unknown>;
  subscribe(channel: string, heard: (message: string) => void, signal: AbortSignal): Promise<Subscription>;
  close(): void;
}

export function connectionOf(client: FlagsRedisClient): Connection {
  // A client of ioredis has a `sendCommand` too, which takes something else.
  return 'call' in client
    ? {
        send: async (command, ...words) => client.call(command, ...words),
        subscribe: (channel, heard, signal) => subscribeIoRedis(client, channel, heard, signal),
        close() {},
      }
    : {
        send: async (...words) => client.sendCommand(words),
        subscribe: (channel, heard, signal) => subscribeNodeRedis(client, channel, heard, signal),
        close() {},
      };
}

/** How long a server may take to answer a command, and for how long a connection may be quiet before it is probed. */
const answerTimeoutMs = 10_000;

/** A connection of its own, by the optional peer `ioredis`. @throws PEER_MISSING */
export async function connectTo(url: string): Promise<Connection> {
  const { Redis } = await import('ioredis').catch((cause: unknown) => {
    throw new FlagErrors.PEER_MISSING({ package: 'ioredis' }, { cause });
  });
  // Without a queue and retries of its own: what fails is told, and asked again here.
  const client = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(50 * 2 ** times, 2_000),
    connectTimeout: 5_000,
    // A connection that swallows everything looks open for a quarter of an hour and more: without an answer it is closed, and made anew.
    socketTimeout: answerTimeoutMs,
    keepAlive: answerTimeoutMs,
  });
  client.on('error', () => {});
  const connection = connectionOf(client);
  let connecting: Promise<unknown> | undefined;
  const untilConnected = async (): Promise<void> => {
    if (client.status === 'wait') connecting ??= client.connect().finally(() => (connecting = undefined));
    await connecting;
  };
  return {
    ...connection,
    async send(...words) {
      await untilConnected();
      return connection.send(...words);
    },
    close: () => client.disconnect(),
  };
}

async function subscribeIoRedis(
  client: IoRedisClient,
  channel: string,
  heard: (message: string) => void,
  signal: AbortSignal,
): Promise<Subscription> {
  const subscriber = client.duplicate({ lazyConnect: true, retryStrategy: () => null, enableOfflineQueue: false });
  subscriber.on('message', (_channel, message) => heard(message));
  return subscribed(
    subscriber,
    signal,
    () => subscriber.disconnect(),
    ['close', 'end', 'error'],
    async () => {
      await subscriber.connect();
      await subscriber.subscribe(channel);
    },
  );
}

async function subscribeNodeRedis(
  client: NodeRedisClient,
  channel: string,
  heard: (message: string) => void,
  signal: AbortSignal,
): Promise<Subscription> {
  const subscriber = client.duplicate();
  return subscribed(
    subscriber,
    signal,
    () => subscriber.destroy(),
    ['reconnecting', 'end', 'error'],
    async () => {
      await subscriber.connect();
      await subscriber.subscribe(channel, heard);
    },
  );
}

/** Reconnecting is done here, for both libraries alike: a connection that was lost is closed, and another one made. */
async function subscribed(
  subscriber: Pick<NodeRedisSubscriber, 'on'>,
  signal: AbortSignal,
  destroy: () => void,
  endings: readonly string[],
  open: () => Promise<void>,
): Promise<Subscription> {
  let isClosed = false;
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    end();
    try {
      destroy();
    } catch {
      // Closed already, by the library itself.
    }
  };
  for (const ending of endings) subscriber.on(ending, close);
  const giveUp = (): void => close();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    signal.throwIfAborted();
    await Promise.race([open(), ended.then(() => Promise.reject(new FlagErrors.CLOSED()))]);
    return { ended, close };
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
