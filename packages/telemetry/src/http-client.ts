// (1) `fetch` and `node:http` tell of their requests on channels of Node: nothing is patched.
// (2) Each request that started ends once: with an answer or with an error.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { boundedNames, methodName } from './bounded.ts';
import { defineMetrics } from './define.ts';
import { expectFunction, expectKnown, expectWhole } from './expect-option.ts';
import type { Histogram, Instruments } from './types.ts';

const definitions = {
  'http.client.request.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Time from sending a request to the end of its answer, or to the error that ended it.',
    attributes: {
      'http.request.method': 'string',
      'server.address': 'string',
      'http.response.status_code': 'number?',
      'error.type': 'string?',
    },
  },
} as const;

export interface HttpClientOptions {
  /** Whether `traceparent` is sent to this origin. @default to all */
  readonly propagateTo?: (origin: string) => boolean;
  /** Different hosts that are kept apart; the others count as `_OTHER`. @default 100 */
  readonly maxHosts?: number;
}

/** A request on its way. */
interface Sent {
  readonly method: string;
  readonly host: string;
  readonly startedAt: number;
  readonly span: Span;
  status?: number;
}

interface Target {
  readonly method: string | undefined;
  readonly origin: string;
  readonly path: string;
  readonly setHeader: (name: string, value: string) => void;
}

interface FetchRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  addHeader(name: string, value: string): unknown;
}

let defined: Instruments<typeof definitions> | undefined;

/**
 * Times and traces what this process asks of others, and hands its trace on to them.
 *
 * @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION
 */
export function measureHttpClient(options: HttpClientOptions = {}): Disposable {
  expectKnown('', options, ['propagateTo', 'maxHosts']);
  const { propagateTo = () => true, maxHosts = 100 } = options;
  expectFunction('propagateTo', propagateTo);
  expectWhole('maxHosts', maxHosts);
  defined ??= defineMetrics({ name: 'seaworthy.http' }, definitions);
  const duration = defined['http.client.request.duration'];
  const bounded = boundedNames(maxHosts);
  const sent = new WeakMap<object, Sent>();

  const begin = (request: object, target: Target): void => {
    if (sent.has(request)) return;
    const { host } = new URL(target.origin);
    const method = methodName(target.method);
    const path = target.path.split('?', 1)[0] ?? '';
    const span = trace.getTracer('@seaworthy/telemetry').startSpan(method, {
      kind: SpanKind.CLIENT,
      attributes: { 'http.request.method': method, 'server.address': host, 'url.full': `${target.origin}${path}` },
    });
    // Before anything else is asked: what throws here leaves no span without its end.
    sent.set(request, { method, host: bounded(host), startedAt: performance.now(), span });
    if (propagateTo(target.origin)) {
      propagation.inject(trace.setSpan(context.active(), span), target, {
        set: (to, name, value) => to.setHeader(name, value),
      });
    }
  };
  const answered = (request: object, status: number | undefined): void => {
    const found = sent.get(request);
    if (found !== undefined && status !== undefined) found.status = status;
  };
  const end = (request: object, error?: unknown): void => {
    const found = sent.get(request);
    if (found === undefined) return;
    sent.delete(request);
    finish(found, error, duration);
  };

  const listeners: readonly (readonly [string, (message: unknown) => void])[] = [
    ['undici:request:create', listen(({ request }: { request: FetchRequest }) => begin(request, ofFetch(request)))],
    [
      'undici:request:headers',
      listen((message: { request: object; response: { statusCode: number } }) =>
        answered(message.request, message.response.statusCode),
      ),
    ],
    ['undici:request:trailers', listen(({ request }: { request: object }) => end(request))],
    [
      'undici:request:error',
      listen((message: { request: object; error: unknown }) => end(message.request, message.error)),
    ],
    [
      'http.client.request.created',
      listen(({ request }: { request: ClientRequest }) => begin(request, ofNode(request))),
    ],
    [
      'http.client.response.finish',
      listen(({ request, response }: { request: ClientRequest; response: IncomingMessage }) => {
        answered(request, response.statusCode);
        end(request);
      }),
    ],
    [
      'http.client.request.error',
      listen((message: { request: ClientRequest; error: unknown }) => end(message.request, message.error)),
    ],
  ];
  for (const [name, listener] of listeners) subscribe(name, listener);
  return {
    [Symbol.dispose]() {
      for (const [name, listener] of listeners) unsubscribe(name, listener);
    },
  };
}

/** What cannot be measured must not reach the request: Node turns an exception of a subscriber into an uncaught one. */
function listen(measure: (message: never) => void): (message: unknown) => void {
  return (message) => {
    try {
      measure(message as never);
    } catch {
      return;
    }
  };
}

function ofFetch(request: FetchRequest): Target {
  return {
    method: request.method,
    origin: String(request.origin),
    path: request.path,
    setHeader: (name, value) => void request.addHeader(name, value),
  };
}

function ofNode(request: ClientRequest): Target {
  const host = request.getHeader('host') ?? request.host;
  return {
    method: request.method,
    origin: `${request.protocol}//${String(host)}`,
    path: request.path,
    setHeader(name, value) {
      if (!request.headersSent) request.setHeader(name, value);
    },
  };
}

type Duration = Histogram<{
  readonly 'http.request.method': string;
  readonly 'server.address': string;
  readonly 'http.response.status_code'?: number;
  readonly 'error.type'?: string;
}>;

function finish({ method, host, startedAt, span, status }: Sent, error: unknown, duration: Duration): void {
  const type = error === undefined ? statusError(status) : nameOf(error);
  const attributes = {
    'http.request.method': method,
    'server.address': host,
    ...(status !== undefined && { 'http.response.status_code': status }),
    ...(type !== undefined && { 'error.type': type }),
  };
  const within = trace.setSpan(context.active(), span);
  context.with(within, () => duration.record((performance.now() - startedAt) / 1_000, attributes));
  span.setAttributes(attributes);
  if (type !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function statusError(status: number | undefined): string | undefined {
  return status !== undefined && status >= 400 ? String(status) : undefined;
}

/** A code or a class name, never a message: there are few of them. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
