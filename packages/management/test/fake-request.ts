import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { createGuard } from '../src/auth.ts';
import { handle, readTarget, type Desk } from '../src/handle.ts';
import { readOptions } from '../src/options.ts';
import type { Rendered } from '../src/respond.ts';
import type { Route } from '../src/route.ts';
import { token } from './client.ts';

export interface Sent {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Hands a request to the routes without a server; `token` is the right one. */
export async function send(
  routes: readonly Route[],
  url: string,
  { method = 'GET', body = '', headers = {} }: Sent = {},
): Promise<Rendered> {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method, url });
  Object.assign(request.headers, { host: 'localhost', 'content-type': 'application/json', ...headers });
  request.push(body);
  request.push(null);
  const desk: Desk = {
    settings: readOptions({ token, maxBodyBytes: 100, timeoutMs: 50 }),
    guard: createGuard(token, new Set()),
    routes: new Map(routes.map((route) => [route.name, route])),
  };
  return handle(desk, request, readTarget(request), new AbortController().signal);
}
