import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ServerErrors } from '../errors.ts';

/** Refuses a request without the push token; without a configured token everything is allowed. */
export function requireToken(token: string | undefined): (request: FastifyRequest) => Promise<void> {
  if (token === undefined) return () => Promise.resolve();
  const expected = digest(token);
  return (request) => {
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests have one length, so the comparison tells nothing about the token's.
    const matches = given !== undefined && timingSafeEqual(digest(given), expected);
    return matches ? Promise.resolve() : Promise.reject(new ServerErrors.UNAUTHORIZED());
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
