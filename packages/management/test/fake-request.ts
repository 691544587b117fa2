import { createBack } from '../src/back.ts';
import type { Reply } from '../src/call.ts';
import { readOptions } from '../src/options.ts';
import type { Route } from '../src/route.ts';
import { readTarget } from '../src/target.ts';

export interface Sent {
  readonly method?: string;
  readonly body?: unknown;
  readonly accept?: string;
  /** What the guard found out. @default the token was there */
  readonly access?: { readonly isTrusted: boolean; readonly mayWrite: boolean };
}

/** Nobody knows this one. */
export const stranger = { isTrusted: false, mayWrite: false };
/** On loopback, where no token is configured. */
export const local = { isTrusted: true, mayWrite: false };

/** Hands a call to the routes without a server. */
export async function send(
  routes: readonly Route[],
  url: string,
  { method = 'GET', body, accept, access = { isTrusted: true, mayWrite: true } }: Sent = {},
): Promise<Reply> {
  const back = createBack({
    settings: readOptions({ timeoutMs: 50 }),
    routes: new Map(routes.map((route) => [route.name, route])),
  });
  const call = { ...readTarget({ method, url }), accept, base: 'http://localhost', remote: '127.0.0.1', ...access };
  return back.answer({ ...call, body: { value: body } }, new AbortController().signal);
}
