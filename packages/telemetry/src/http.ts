// (1) A request counts once, when its answer is complete or its connection is gone: on the raw `close` of the response.
// (2) Attributes are bounded: known methods, at most `maxRoutes` patterns, never a path.
// (3) Nothing is patched: Node tells of each request on a diagnostics channel before the handler runs.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import { boundedNames, methodName } from './bounded.ts';
import { defineMetrics } from './define.ts';
import { expectFunction, expectKnown, expectWhole } from './expect-option.ts';
import type { BoundCounter, Counter, Histogram, Instruments } from './types.ts';

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
  /** What a span tells as `url.path`, where paths have in them what nobody should read again. @default the path without its query */
  readonly path?: (request: IncomingMessage) => string | undefined;
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

/** What requests of one method share. */
interface Method {
  readonly name: string;
  readonly active: BoundCounter;
}

interface Exchange {
  readonly startedAt: number;
  readonly method: Method;
  /** With the span of the request; undefined while nobody traces. */
  readonly context: Context | undefined;
  route: string | undefined;
}

/** A request that carries its exchange. */
type Marked = Record<symbol, Exchange | undefined>;

interface RequestStarted {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly server: Server;
}

/** What a request is counted by; one literal, so that making it costs little. */
interface Labels {
  readonly 'http.request.method': string;
  readonly 'http.route': string | undefined;
  readonly 'http.response.status_code': number | undefined;
  readonly 'error.type': string | undefined;
}

const started = 'http.server.request.start';
/** Of measurements that have ended: with a new one each time V8 would learn requests anew. */
const freeKeys: symbol[] = [];
let defined: Instruments<typeof definitions> | undefined;

/**
 * Counts, times and traces every request that a `node:http` server of this process answers.
 *
 * @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION
 */
export function measureHttp(options: HttpOptions = {}): HttpMeasurements {
  checkHttp(options);
  const { servers, route, path, maxRoutes = 500 } = options;
  defined ??= defineMetrics({ name: 'seaworthy.http' }, definitions);
  const duration = defined['http.server.request.duration'] as Histogram<Labels>;
  const methodOf = remembered(defined['http.server.active_requests']);
  // A property and not a WeakMap, which is work for the garbage collector with each request.
  const key = freeKeys.pop() ?? Symbol('seaworthy.http');
  const exchangeOf = (request: IncomingMessage): Exchange | undefined => (request as unknown as Marked)[key];
  const bounded = boundedNames(maxRoutes);

  const finish = (exchange: Exchange, request: IncomingMessage, response: ServerResponse): void => {
    const { method, startedAt, context: within } = exchange;
    method.active.add(-1);
    const pattern = exchange.route ?? (route === undefined ? undefined : asked(route, request));
    const labels = labelsOf(method.name, pattern === undefined ? undefined : bounded(pattern), response);
    const seconds = (performance.now() - startedAt) / 1_000;
    if (within === undefined) {
      duration.record(seconds, labels);
      return;
    }
    // Within the context of the request: an exemplar takes its trace id from there.
    context.with(within, () => duration.record(seconds, labels));
    endSpan(within, pattern, labels);
  };
  const listener = (message: unknown): void => {
    const { request, response, server } = message as RequestStarted;
    if (servers !== undefined && asked(servers, server) !== true) return;
    const method = methodOf(request.method);
    const within = isTraced() ? startSpan(request, method.name, path) : undefined;
    const exchange: Exchange = { startedAt: performance.now(), method, context: within, route: undefined };
    (request as unknown as Marked)[key] = exchange;
    method.active.add(1);
    // `on`: the event comes once, and `once` costs a wrapper.
    response.on('close', () => finish(exchange, request, response));
  };
  subscribe(started, listener);

  return {
    setRoute(request, pattern) {
      const exchange = exchangeOf(request);
      if (exchange !== undefined) exchange.route = pattern;
    },
    run(request, work) {
      const within = exchangeOf(request)?.context;
      return within === undefined ? work() : context.with(within, work);
    },
    [Symbol.dispose]() {
      // Only the first time is it still there.
      if (unsubscribe(started, listener)) freeKeys.push(key);
    },
  };
}

function checkHttp(options: HttpOptions): void {
  expectKnown('', options, ['servers', 'route', 'path', 'maxRoutes']);
  const { servers, route, path, maxRoutes } = options;
  expectFunction('servers', servers);
  expectFunction('route', route);
  expectFunction('path', path);
  expectWhole('maxRoutes', maxRoutes);
}

/** What throws knows no answer: Node would end the process, or the request would not be counted. */
function asked<Question, Answer>(ask: (question: Question) => Answer, question: Question): Answer | undefined {
  try {
    return ask(question);
  } catch {
    return undefined;
  }
}

/** Binds each method once; all words that no standard knows are one. */
function remembered(
  active: Counter<{ readonly 'http.request.method': string }>,
): (method: string | undefined) => Method {
  const known = new Map<string | undefined, Method>();
  return (method) => {
    const found = known.get(method);
    if (found !== undefined) return found;
    const name = methodName(method);
    const made = known.get(name) ?? { name, active: active.bind({ 'http.request.method': name }) };
    known.set(name, made);
    return made;
  };
}

function labelsOf(method: string, route: string | undefined, response: ServerResponse): Labels {
  const { statusCode: status, writableFinished } = response;
  // Without a head there was no answer, and 200 is only what it would have been.
  const isAnswered = writableFinished || response.headersSent;
  return {
    'http.request.method': method,
    'http.route': route,
    'http.response.status_code': isAnswered ? status : undefined,
    'error.type': writableFinished ? (status >= 500 ? String(status) : undefined) : 'aborted',
  };
}

/** Whoever traces also hands traces on, and nobody else does. */
function isTraced(): boolean {
  return propagation.fields().length > 0;
}

/** The span of the request under the one that the caller named in `traceparent`. */
function startSpan(request: IncomingMessage, method: string, path: HttpOptions['path'] = pathOf): Context {
  const parent = propagation.extract(ROOT_CONTEXT, request.headers);
  const span = trace.getTracer('@seaworthy/telemetry').startSpan(
    method,
    {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': method, 'url.path': asked(path, request) },
    },
    parent,
  );
  return trace.setSpan(parent, span);
}

/** Without the query, which may hold what nobody should read again. */
function pathOf({ url = '' }: IncomingMessage): string | undefined {
  return url.split('?', 1)[0];
}

function endSpan(within: Context, route: string | undefined, labels: Labels): void {
  const span = trace.getSpan(within);
  if (span === undefined) return;
  if (span.isRecording()) {
    if (route !== undefined)
      span.updateName(`${labels['http.request.method']} ${route}`).setAttribute('http.route', route);
    const status = labels['http.response.status_code'];
    if (status !== undefined) span.setAttribute('http.response.status_code', status);
    const error = labels['error.type'];
    if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
