// (1) A request counts once, when its answer is complete or its connection is gone: on the raw `close` of the response.
// (2) Attributes are bounded: known methods, at most `maxRoutes` patterns, never a path.
// (3) Nothing is patched: Node tells of each request on a diagnostics channel before the handler runs.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import { boundedNames, methodName } from './bounded.ts';
import { defineMetrics } from './define.ts';
import type { Instruments } from './types.ts';

const definitions = {
  'http.server.request.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time from the head of a request to the end of its answer, or to the client leaving.',
    attributes: {
      'http.request.method': 'string',
      'http.route': 'string?',
      'http.response.status_code': 'number?',
      'error.type': 'string?',
    },
  },
  'http.server.active_requests': {
    type: 'updowncounter',
    unit: '{request}',
    description: 'Requests that are being answered.',
    attributes: { 'http.request.method': 'string' },
  },
} as const;

export interface HttpOptions {
  /** Whether requests of this server count. @default all servers of the process */
  readonly servers?: (server: Server) => boolean;
  /** The pattern that answers a request, such as `/orders/:id`, where no router tells it. @default unknown */
  readonly route?: (request: IncomingMessage) => string | undefined;
  /** Different patterns that are kept apart; the others count as `_OTHER`. @default 500 */
  readonly maxRoutes?: number;
}

/** Measures requests until it is disposed of. */
export interface HttpMeasurements extends Disposable {
  /** Tells the pattern that answers a request; routers call it. */
  setRoute(request: IncomingMessage, route: string): void;
  /** Runs work with the span of a request active, so that its records and calls carry the trace. */
  run<Result>(request: IncomingMessage, work: () => Result): Result;
}

interface Exchange {
  readonly startedAt: number;
  readonly method: string;
  readonly context: Context;
  route: string | undefined;
}

interface RequestStarted {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
}

const started = 'http.server.request.start';
let defined: Instruments<typeof definitions> | undefined;

/** Counts, times and traces every request that a `node:http` server of this process answers. */
export function measureHttp(options: HttpOptions = {}): HttpMeasurements {
  const { servers, route, maxRoutes = 500 } = options;
  defined ??= defineMetrics({ name: 'seaworthy.http' }, definitions);
  const { 'http.server.request.duration': duration, 'http.server.active_requests': active } = defined;
  const exchanges = new WeakMap<IncomingMessage, Exchange>();
  const bounded = boundedNames(maxRoutes);

  const listener = (message: unknown): void => {
    const { request, response, server } = message as RequestStarted;
    if (servers !== undefined && !servers(server)) return;
    const method = methodName(request.method);
    const exchange: Exchange = {
      startedAt: performance.now(),
      method,
      context: startSpan(request, method),
      route: undefined,
    };
    exchanges.set(request, exchange);
    active.add(1, { 'http.request.method': method });
    response.once('close', () => {
      active.add(-1, { 'http.request.method': method });
      const pattern = exchange.route ?? route?.(request);
      const end = endOf(response);
      const seconds = (performance.now() - exchange.startedAt) / 1_000;
      const attributes = {
        'http.request.method': method,
        ...(pattern !== undefined && { 'http.route': bounded(pattern) }),
        ...end,
      };
      // Within the context of the request: an exemplar takes its trace id from there.
      context.with(exchange.context, () => duration.record(seconds, attributes));
      endSpan(exchange, pattern, end);
    });
  };
  subscribe(started, listener);

  return {
    setRoute(request, pattern) {
      const exchange = exchanges.get(request);
      if (exchange !== undefined) exchange.route = pattern;
    },
    run(request, work) {
      const exchange = exchanges.get(request);
      return exchange === undefined ? work() : context.with(exchange.context, work);
    },
    [Symbol.dispose]: () => void unsubscribe(started, listener),
  };
}

interface End {
  readonly 'http.response.status_code'?: number;
  readonly 'error.type'?: string;
}

function endOf(response: ServerResponse): End {
  const status = response.statusCode;
  // Without a head there was no answer, and 200 is only what it would have been.
  if (!response.writableFinished) {
    return { ...(response.headersSent && { 'http.response.status_code': status }), 'error.type': 'aborted' };
  }
  return { 'http.response.status_code': status, ...(status >= 500 && { 'error.type': String(status) }) };
}

/** The span of the request under the one that the caller named in `traceparent`; costs little while nobody traces. */
function startSpan({ headers, url = '' }: IncomingMessage, method: string): Context {
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const span = trace.getTracer('@seaworthy/telemetry').startSpan(
    method,
    {
      kind: SpanKind.SERVER,
      // The path without its query, which may hold what nobody should read again.
      attributes: { 'http.request.method': method, 'url.path': url.split('?', 1)[0] ?? '' },
    },
    parent,
  );
  return trace.setSpan(parent, span);
}

function endSpan({ context: within, method }: Exchange, route: string | undefined, end: End): void {
  const span = trace.getSpan(within);
  if (span === undefined) return;
  if (span.isRecording()) {
    if (route !== undefined) span.updateName(`${method} ${route}`).setAttribute('http.route', route);
    for (const [name, value] of Object.entries(end)) span.setAttribute(name, value as string | number);
    if (end['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
