// (1) Whoever asks is looked at first: rate, name, page, token. Only then is anything read or asked.
// (2) What needs no contributor is answered here, so that it is there while the main thread is stuck.
// (3) close() lets requests that were accepted end, and is safe to call again.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { asksFor } from './accept.ts';
import { createGuard, type Guard } from './auth.ts';
import { readJson } from './body.ts';
import type { Back, Call, Reply } from './call.ts';
import { createDumps, type Dump, type Dumps } from './diagnostics/dumps.ts';
import type { Probe } from './diagnostics/probe.ts';
import { ManagementErrors } from './errors.ts';
import type { DumpTaken, RequestAnswered } from './events.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { listen, type Place } from './listen.ts';
import { readTarget, type Target } from './target.ts';
import { render, renderProblem, send } from './respond.ts';
import { threadDump } from './shapes.ts';
import type { FrontSettings } from './options.ts';
import { createPage } from './ui.ts';

/** What a front tells, in whichever thread it is. */
export interface FrontEvents {
  readonly answered: (event: RequestAnswered) => void;
  readonly dumpTaken: (event: DumpTaken) => void;
}

export interface FrontOptions {
  readonly settings: FrontSettings;
  readonly back: Back;
  readonly probe: Probe;
  readonly events: FrontEvents;
}

/** The part that listens. */
export interface Front extends Place {
  readonly close: () => Promise<void>;
}

interface Parts {
  readonly settings: FrontSettings;
  readonly back: Back;
  readonly probe: Probe;
  readonly events: FrontEvents;
  readonly guard: Guard;
  readonly limiter: Limiter;
  readonly dumps: Dumps;
  readonly page: Reply;
  readonly isClosing: () => boolean;
}

// Node looks for requests that take too long every 30 seconds only, whatever their limit is.
const connectionsCheckingInterval = 1_000;
// Whoever opens connections and says nothing must not take all descriptors of the application.
const mostConnections = 1_000;

/** Listens and answers. @throws LISTEN_FAILED, TOKEN_REQUIRED */
export async function startFront({ settings, back, probe, events }: FrontOptions): Promise<Front> {
  const { token, allowedHosts, closeTimeoutMs, maxProfileMs, requestsPerSecond, failuresPerMinute } = settings;
  let closing: Promise<void> | undefined;
  const parts: Parts = {
    settings,
    back,
    probe,
    events,
    guard: createGuard({ token, allowedHosts, failuresPerMinute }),
    limiter: createLimiter({ perSecond: requestsPerSecond, burst: requestsPerSecond * 2 }),
    dumps: createDumps({ probe, back, maxProfileMs, onTaken: events.dumpTaken }),
    page: createPage(),
    isClosing: () => closing !== undefined,
  };
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000, connectionsCheckingInterval });
  server.maxConnections = mostConnections;
  server.on('request', (request, response) => void answer(parts, request, response));
  const place = await listen(server, settings);
  return {
    ...place,
    close() {
      parts.dumps.stop();
      return (closing ??= closeServer(server, closeTimeoutMs));
    },
  };
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const { reply, done, endpoint } = await makeReply(parts, request, gone.signal);
  // A body that nobody reads would keep the connection from its next request.
  request.resume();
  const signal = AbortSignal.timeout(parts.settings.dumpTimeoutMs);
  const isLast = parts.isClosing() || reply.status === 413;
  const isComplete = await send(response, reply, { isLast, signal }).then(
    () => true,
    () => false,
  );
  done(isComplete && !gone.signal.aborted);
  const durationMs = performance.now() - startedAt;
  parts.events.answered({ endpoint, method: request.method ?? '', status: reply.status, durationMs });
}

interface Made extends Dump {
  readonly endpoint: string;
}

async function makeReply(parts: Parts, request: IncomingMessage, gone: AbortSignal): Promise<Made> {
  const { accept } = request.headers;
  let target: Target | undefined;
  try {
    checkRate(parts, request);
    target = readTarget(request);
    const { reply, done = () => undefined } = await dispatch(parts, await readCall(parts, request, target), gone);
    return { reply, done, endpoint: reply.status === 404 || reply.status === 401 ? 'unknown' : target.endpoint };
  } catch (error) {
    const isEarly = ManagementErrors.TOO_MANY_REQUESTS.is(error);
    const headers: Record<string, string> = isEarly ? { 'retry-after': String(error.params.retryAfterSeconds) } : {};
    const reply = renderProblem(error, target?.pathname ?? '/', { accept, headers });
    return { reply, done() {}, endpoint: 'unknown' };
  }
}

function checkRate({ limiter }: Parts, { socket }: IncomingMessage): void {
  if (limiter.take(socket.remoteAddress ?? '')) return;
  throw new ManagementErrors.TOO_MANY_REQUESTS({ retryAfterSeconds: 1 });
}

async function readCall({ guard, settings }: Parts, request: IncomingMessage, target: Target): Promise<Call> {
  const { headers } = request;
  const remote = request.socket.remoteAddress ?? '';
  const access = guard.look(headers, remote);
  const { accept } = headers;
  const call: Call = { ...target, ...access, accept, remote, base: `http://${headers.host ?? ''}` };
  if (target.method !== 'POST' || !access.mayWrite) return call;
  const body = await readJson(request, settings.maxBodyBytes).then(
    (value) => ({ value }),
    (error: unknown) => ({ refused: renderProblem(error, target.pathname, { accept }) }),
  );
  return { ...call, body };
}

async function dispatch(parts: Parts, call: Call, gone: AbortSignal): Promise<{ reply: Reply; done?: Dump['done'] }> {
  const { method, endpoint, path, isTrusted, accept } = call;
  const isRead = method === 'GET' || method === 'HEAD';
  // The page shows nothing by itself; it asks with the token that a person gives it.
  if (isRead && endpoint === '' && path.length === 0 && asksFor(accept, 'text/html')) return { reply: parts.page };
  const kind = path.length === 1 && endpoint === 'diagnostics' && isRead && isTrusted ? path[0] : undefined;
  if (kind === undefined || !parts.settings.hasDiagnostics) return { reply: await parts.back.answer(call, gone) };
  if (kind === 'stack')
    return { reply: render('diagnostics', { body: threadDump(await parts.probe.stack()) }, accept) };
  if (kind === 'cpu' || kind === 'heap') return parts.dumps.take(kind, call, gone);
  return { reply: await parts.back.answer(call, gone) };
}

function closeServer(server: Server, closeTimeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
