import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import type { FlagsRedisClient } from '../src/redis.ts';

export const clientNames = ['ioredis', 'redis'] as const;

/** A connected client of one of the two libraries, with the settings that they have by themselves. */
export async function connectRedis(
  name: (typeof clientNames)[number],
  url: string,
): Promise<AsyncDisposable & { readonly client: FlagsRedisClient }> {
  if (name === 'ioredis') {
    const client = new Redis(url);
    client.on('error', () => {});
    return { client, [Symbol.asyncDispose]: async () => client.disconnect() };
  }
  const client = createClient({ url });
  client.on('error', () => {});
  await client.connect();
  return { client, [Symbol.asyncDispose]: async () => client.destroy() };
}
