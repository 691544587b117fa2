import type { FastifyRequest } from 'fastify';
import { ServerErrors } from '../errors.ts';
import { countedAs } from '../modules/accounts/networks.ts';

/** How often an address, or whoever else the key names, may ask. */
export interface RequestLimit {
  take(key: string): Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;
}

export interface RequestLimits {
  readonly reads: RequestLimit;
  readonly writes: RequestLimit;
}

/** @throws ServerErrors.TOO_MANY_REQUESTS */
export async function checkLimit({ reads, writes }: RequestLimits, { method, ip }: FastifyRequest): Promise<void> {
  await takeFrom(isRead(method) ? reads : writes, countedAs(ip));
}

/** @throws ServerErrors.TOO_MANY_REQUESTS */
export async function takeFrom(limit: RequestLimit, key: string): Promise<void> {
  const { allowed, retryAfterMs } = await limit.take(key);
  if (!allowed) throw new ServerErrors.TOO_MANY_REQUESTS({ seconds: Math.ceil(retryAfterMs / 1_000) });
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
