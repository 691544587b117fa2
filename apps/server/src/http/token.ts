import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ServerErrors } from '../errors.ts';

/** Refuses a request without the token; without a configured one everything is allowed. */
export function requireToken(token: string | undefined): (request: FastifyRequest) => Promise<void> {
  if (token === undefined) return () => Promise.resolve();
  const matches = tokenMatcher(token);
  return (request) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    return matches(given) ? Promise.resolve() : Promise.reject(new ServerErrors.UNAUTHORIZED());
  };
}

/** Compares with the token of the settings; without one nothing is it. */
export function tokenMatcher(token: string | undefined): (given: string | undefined) => boolean {
  if (token === undefined) return () => false;
  const expected = digest(token);
  // Digests have one length, so the comparison tells nothing about the token's.
  return (given) => given !== undefined && timingSafeEqual(digest(given), expected);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
