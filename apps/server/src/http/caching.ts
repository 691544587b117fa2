import type { IncomingMessage } from 'node:http';

/** What caches may do with an answer that says nothing else: what somebody is shown who has said who he is, is for nobody else. */
export function cachingOf({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): string {
  if (method !== 'GET' && method !== 'HEAD') return 'no-store';
  return headers.authorization === undefined ? 'no-cache' : 'private, no-cache';
}
