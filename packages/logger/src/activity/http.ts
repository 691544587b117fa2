import { randomUUID } from 'node:crypto';
import { context } from '../context.ts';
import { expectLog, expectOption, expectOptions, expectType, type OptionNames } from '../expect-option.ts';
import type { LevelName } from '../levels/vocabulary.ts';

/** What the activity helpers need of a logger: one method for each level, fields first. */
export type ActivityLog = Readonly<Record<LevelName, (fields: object, message: string) => unknown>>;

/** The part of Node's `IncomingMessage` that is looked at. */
export interface HttpRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket?: { readonly remoteAddress?: string | undefined } | undefined;
}

/** The part of Node's `ServerResponse` that is used. */
export interface HttpResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly writableFinished: boolean;
  setHeader(name: string, value: string): unknown;
  getHeader(name: string): unknown;
  once(event: 'close', listener: () => void): unknown;
}

/** How a request ended. */
export interface HttpOutcome {
  readonly status: number;
  /** True when the connection closed before the answer was complete. */
  readonly aborted: boolean;
  readonly durationMs: number;
}

export interface HttpLoggerOptions<Request extends HttpRequest = HttpRequest> {
  readonly log: ActivityLog;
  /** The header that brings the request id, and that the answer carries. @default 'x-request-id' */
  readonly requestIdHeader?: string;
  /** @default a random UUID */
  readonly createRequestId?: () => string;
  /** @default error from 500, warn from 400 or when aborted, else info */
  readonly levelOf?: (outcome: HttpOutcome) => LevelName;
  /** More fields of the record. */
  readonly fieldsOf?: (request: Request) => object;
  /** Requests that are not logged, such as health checks. */
  readonly skip?: (request: Request) => boolean;
}

/** Connect-style middleware; for `node:http` the third argument is the handler. */
export type HttpMiddleware<Request extends HttpRequest> = (
  request: Request,
  response: HttpResponse,
  next: () => void,
) => void;

/**
 * Logs each request once, when its answer is complete or the connection closes, and gives everything logged on the way
 * its `requestId`. The query of the URL is left out: it is where tokens travel.
 *
 * @throws INVALID_OPTION, UNKNOWN_OPTION
 */
export function httpLogger<Request extends HttpRequest>(options: HttpLoggerOptions<Request>): HttpMiddleware<Request> {
  checkOptions(options);
  const { log, requestIdHeader = 'x-request-id', createRequestId = randomUUID } = options;
  const { levelOf = defaultLevel, fieldsOf, skip } = options;
  const header = requestIdHeader.toLowerCase();
  return (request, response, next) => {
    const requestId = acceptRequestId(request.headers[header]) ?? createRequestId();
    if (!response.headersSent) response.setHeader(requestIdHeader, requestId);
    if (skip?.(request) !== true) {
      const describe = describeRequest(request);
      const startedAt = performance.now();
      response.once('close', () => {
        const outcome = readOutcome(response, startedAt);
        const fields = { requestId, ...describe, ...outcome, ...sizeOf(response), ...fieldsOf?.(request) };
        log[levelOf(outcome)](fields, outcome.aborted ? 'request aborted' : 'request completed');
      });
    }
    context.run({ requestId }, next);
  };
}

const names: OptionNames<HttpLoggerOptions> = {
  log: true,
  requestIdHeader: true,
  createRequestId: true,
  levelOf: true,
  fieldsOf: true,
  skip: true,
};

function checkOptions(options: HttpLoggerOptions<never>): void {
  expectOptions<HttpLoggerOptions>('options', options, names);
  const { log, requestIdHeader, createRequestId, levelOf, fieldsOf, skip } = options;
  expectLog(log, ['info', 'warn', 'error']);
  const isHeader = requestIdHeader === undefined || /^[\w!#$%&'*+.^`|~-]+$/.test(requestIdHeader);
  expectOption('requestIdHeader', isHeader, 'the name of a header', requestIdHeader);
  const functions = { createRequestId, levelOf, fieldsOf, skip };
  for (const [name, value] of Object.entries(functions)) expectType(name, value, 'function');
}

const requestIdPattern = /^[\w.:-]{1,128}$/;

// A stranger chose it, so it is taken only when it cannot be mistaken for anything else in a log.
function acceptRequestId(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' && requestIdPattern.test(value) ? value : undefined;
}

function describeRequest({ method, url, socket }: HttpRequest): object {
  return { method, path: url === undefined ? undefined : pathOf(url), remoteAddress: socket?.remoteAddress };
}

// A proxy is asked for a whole address, which may have a password in it.
function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0]?.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/]*@/i, '$1') ?? '';
}

function readOutcome(response: HttpResponse, startedAt: number): HttpOutcome {
  const durationMs = Math.round((performance.now() - startedAt) * 1000) / 1000;
  return { status: response.statusCode, aborted: !response.writableFinished, durationMs };
}

function sizeOf(response: HttpResponse): object {
  const bytes = Number(response.getHeader('content-length'));
  return Number.isInteger(bytes) ? { responseBytes: bytes } : {};
}

function defaultLevel({ status, aborted }: HttpOutcome): LevelName {
  if (status >= 500) return 'error';
  return status >= 400 || aborted ? 'warn' : 'info';
}
