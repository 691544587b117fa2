import { isSeaworthyError, toProblemDetails, type SeaworthyError } from '@seaworthy/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ServerErrors } from '../errors.ts';

/** How pages show a problem; without it every problem is a JSON document. */
export type ProblemRenderer = (problem: ProblemView, requestId: string) => string;

/** More members for the problem document of an address. */
export type ProblemExtension = (problem: ProblemView, path: string) => Readonly<Record<string, string>>;

export interface ProblemView {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}

export interface Limits {
  readonly bodyLimitBytes: number;
  readonly pathPartLength: number;
}

/** The part of a request that a problem is about. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly 'content-type'?: string | undefined };
}

/** Whatever was thrown, as one of our coded errors; the original is its cause. */
export function toCoded(thrown: unknown, request: Asked, limits: Limits): SeaworthyError {
  if (isSeaworthyError(thrown)) return thrown;
  const options = { cause: thrown };
  const refused = (reason: string): SeaworthyError => new ServerErrors.BAD_REQUEST({ reason }, options);
  switch (property(thrown, 'code')) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ServerErrors.BODY_TOO_LARGE({ limitBytes: limits.bodyLimitBytes }, options);
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return new ServerErrors.UNSUPPORTED_MEDIA_TYPE({ type: request.headers['content-type'] ?? '(none)' }, options);
    case 'FST_ERR_BAD_URL':
      return refused('its address is not percent-encoded UTF-8');
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return refused(`a part of its address is longer than ${limits.pathPartLength} characters`);
    default:
      return isOfTheClient(thrown)
        ? refused(thrown instanceof Error ? thrown.message.replace(/\.$/, '') : 'it is malformed')
        : new ServerErrors.INTERNAL({ method: request.method, path: pathOf(request.url) }, options);
  }
}

export interface ProblemForms {
  readonly render?: ProblemRenderer | undefined;
  readonly extensions?: readonly ProblemExtension[];
}

/** Answers with an RFC 9457 problem document, or a page for a browser. */
export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: SeaworthyError,
  { render, extensions = [] }: ProblemForms = {},
): Promise<void> {
  const path = pathOf(request.url);
  const problem = { ...toProblemDetails(error, { instance: path }), requestId: request.id };
  const { title, status, detail, code } = problem;
  // A route that fails may have said already what its answer is, and how long that is good.
  void reply.removeHeader('etag').header('cache-control', 'no-store');
  if (status === 503) void reply.header('retry-after', '1');
  if (ServerErrors.METHOD_NOT_ALLOWED.is(error)) void reply.header('allow', error.params.allowed);
  if (status === 401) void reply.header('www-authenticate', asksForCode(error) ? 'OTP' : 'Bearer');
  void reply.code(status);
  if (ServerErrors.TOO_MANY_LOGINS.is(error) || ServerErrors.TOO_MANY_REQUESTS.is(error)) {
    void reply.header('retry-after', String(error.params.seconds));
  }
  const view = { title, status, detail, code };
  if (render !== undefined && prefersHtml(request)) {
    await reply.type('text/html; charset=utf-8').send(render(view, request.id));
    return;
  }
  const more = extensions.map((extend) => extend(view, path));
  await reply.type('application/problem+json').send(JSON.stringify(Object.assign(problem, ...more)));
}

/** By this npm knows that it has to ask for a code. */
function asksForCode(error: SeaworthyError): boolean {
  return ServerErrors.SECOND_FACTOR_NEEDED.is(error) || ServerErrors.SECOND_FACTOR_WRONG.is(error);
}

/** What `npm logout` and `npm token revoke` write into a path. */
const tokenInPath = /(\/-\/(?:user|npm\/v1\/tokens)\/token\/).+/;

/** The path without its query and without a token, which nobody should read again. */
export function pathOf(url: string): string {
  return (url.split('?', 1)[0] as string).replace(tokenInPath, '$1***');
}

function prefersHtml(request: FastifyRequest): boolean {
  return !request.url.startsWith('/api/') && (request.headers.accept ?? '').includes('text/html');
}

function isOfTheClient(thrown: unknown): boolean {
  const status = property(thrown, 'statusCode');
  return typeof status === 'number' && status >= 400 && status < 500;
}

function property(value: unknown, name: 'code' | 'statusCode'): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Partial<Record<typeof name, unknown>>)[name]
    : undefined;
}
