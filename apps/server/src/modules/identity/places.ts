import type { FastifyRequest } from 'fastify';
import { ServerErrors } from '../../errors.ts';

/** Where browsers reach the pages. */
export interface Places {
  originOf(request: FastifyRequest): string;
  /** Whether it is reached with TLS, so far as that can be told when it starts. */
  readonly isSecure: boolean;
}

/** @param url The address that was given, of which the origin counts; without it pages are where they were asked for. */
export function createPlaces(url: string | undefined): Places {
  const known = url === undefined ? undefined : new URL(url).origin;
  return {
    isSecure: known?.startsWith('https:') === true,
    originOf({ protocol, host }) {
      if (known !== undefined) return known;
      const isHost = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host) && host.length <= 255;
      if (!isHost) throw new ServerErrors.BAD_REQUEST({ reason: 'its Host header names no host' });
      return `${protocol}://${host}`;
    },
  };
}

/** A page of ours to go on to; anything that leads elsewhere becomes the page of the account. */
export function safeNext(next: unknown): string {
  const isPath = typeof next === 'string' && next.length <= 1_000 && /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(next);
  return isPath ? next : '/account';
}
