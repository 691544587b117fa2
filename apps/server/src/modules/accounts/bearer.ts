import type { FastifyRequest } from 'fastify';

/** The token of a request, as `Bearer`, or as the password of `Basic`: some clients can only send a name and a password. */
export function bearerOf({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const [, scheme, given] = /^(Bearer|Basic) ([\x21-\x7e]{1,1024})$/i.exec(headers.authorization ?? '') ?? [];
  if (scheme === undefined || given === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return given;
  const pair = Buffer.from(given, 'base64').toString();
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : undefined;
}
