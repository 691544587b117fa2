import type { IncomingMessage } from 'node:http';
import { createAsk } from './ask.ts';
import type { Guard } from './auth.ts';
import { readJson } from './body.ts';
import { ManagementErrors } from './errors.ts';
import { tellWriteMade } from './events.ts';
import type { Settings } from './options.ts';
import { render, renderProblem, type Rendered } from './respond.ts';
import type { Answer, Query, Route } from './route.ts';

/** What requests are handled with. */
export interface Desk {
  readonly settings: Settings;
  readonly guard: Guard;
  readonly routes: ReadonlyMap<string, Route>;
}

/** One request, taken apart. */
export interface Target {
  readonly method: string;
  /** The path as it was sent, without its query. */
  readonly pathname: string;
  readonly endpoint: string;
  readonly path: readonly string[];
  readonly search: URLSearchParams;
}

/** Takes a request apart. @throws MALFORMED_URL */
export function readTarget({ method = 'GET', url = '/' }: IncomingMessage): Target {
  const end = url.indexOf('?');
  const pathname = end < 0 ? url : url.slice(0, end);
  try {
    const [endpoint = '', ...path] = pathname.replace(/^\//, '').replace(/\/$/, '').split('/').map(decodeURIComponent);
    return { method, pathname, endpoint, path, search: new URLSearchParams(end < 0 ? '' : url.slice(end)) };
  } catch (error) {
    throw new ManagementErrors.MALFORMED_URL({}, { cause: error });
  }
}

/** Answers a request, whatever happens. */
export async function handle(
  desk: Desk,
  request: IncomingMessage,
  target: Target,
  signal: AbortSignal,
): Promise<Rendered> {
  const { method, pathname, endpoint, path } = target;
  const route = desk.routes.get(endpoint);
  try {
    const isTrusted = desk.guard.mayRead(request.headers);
    const isRead = method === 'GET' || method === 'HEAD';
    if (!isTrusted && !(isRead && route?.isOpen)) throw new ManagementErrors.UNAUTHENTICATED();
    if (!route) throw new ManagementErrors.NOT_FOUND({ path: pathname });
    const query = toQuery(desk, request, target, isTrusted, signal);
    if (isRead) return found(endpoint, pathname, await route.read(query));
    const write = method === 'POST' && route.writable?.(path) !== false ? route.write : undefined;
    if (!write) throw notAllowed(route, target);
    return await handleWrite(desk, request, target, async (body) =>
      found(endpoint, pathname, await write(query, body)),
    );
  } catch (error) {
    const headers = ManagementErrors.METHOD_NOT_ALLOWED.is(error) ? { allow: String(error.params.allowed) } : {};
    return renderProblem(error, pathname, headers);
  }
}

async function handleWrite(
  { guard, settings }: Desk,
  request: IncomingMessage,
  { pathname }: Target,
  write: (body: unknown) => Promise<Rendered>,
): Promise<Rendered> {
  guard.checkWrite(request.headers);
  const rendered = await readJson(request, settings.maxBodyBytes)
    .then(write)
    .catch((error: unknown) => renderProblem(error, pathname));
  const { status } = rendered;
  const audit = { path: pathname, remote: request.socket.remoteAddress ?? '', status } as const;
  const outcome = status < 400 ? 'ok' : 'error';
  tellWriteMade({ ...audit, outcome });
  settings.logger.info({ ...audit, outcome }, 'a management write was made');
  return rendered;
}

function found(endpoint: string, path: string, answer: Answer | undefined): Rendered {
  if (!answer) throw new ManagementErrors.NOT_FOUND({ path });
  return render(endpoint, answer);
}

function notAllowed(route: Route, { method, pathname, path }: Target): Error {
  const canWrite = route.write !== undefined && route.writable?.(path) !== false;
  return new ManagementErrors.METHOD_NOT_ALLOWED({
    method,
    path: pathname,
    allowed: canWrite ? 'GET, HEAD, POST' : 'GET, HEAD',
  });
}

function toQuery(
  { settings }: Desk,
  request: IncomingMessage,
  target: Target,
  isTrusted: boolean,
  signal: AbortSignal,
): Query {
  const { timeoutMs, logger } = settings;
  return {
    path: target.path,
    search: target.search,
    accept: request.headers.accept,
    isTrusted,
    base: `http://${request.headers.host ?? ''}`,
    ask: createAsk({ timeoutMs, logger, signal }),
  };
}
