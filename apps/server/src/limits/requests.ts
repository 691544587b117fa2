import type { FastifyRequest } from 'fastify';
import { ServerErrors } from '../errors.ts';
import { countedAs } from '../modules/accounts/networks.ts';

/** How often an address may ask. */
export interface RequestLimit {
  take(key: string): Promise<{ readonly allowed: boolean; readonly retryAfterMs: number }>;
}

export interface RequestLimits {
  readonly reads: RequestLimit;
  readonly writes: RequestLimit;
}

/** @throws ServerErrors.TOO_MANY_REQUESTS */
export async function checkLimit({ reads, writes }: RequestLimits, { method, ip }: FastifyRequest): Promise<void> {
  const limit = isRead(method) ? reads : writes;
  const { allowed, retryAfterMs } = await limit.take(countedAs(ip));
  if (!allowed) throw new ServerErrors.TOO_MANY_REQUESTS({ seconds: Math.ceil(retryAfterMs / 1_000) });
}

export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}
