import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { toProblemDetails } from '@seaworthy/errors';
import { asksFor } from './accept.ts';
import type { Rendered, Reply } from './call.ts';
import { toPlain } from './plain.ts';
import type { Answer } from './route.ts';

const json = 'application/json; charset=utf-8';
const problem = 'application/problem+json; charset=utf-8';

/** What Spring Boot's tools ask for; the bodies are the same. */
const actuator = 'application/vnd.spring-boot.actuator.v3+json';

/** Turns an answer into text. @throws CONTRIBUTOR_UNREADABLE */
export function render(endpoint: string, answer: Answer, accept?: string): Reply {
  const { status = 200, contentType, body, stream, headers = {} } = answer;
  if (stream !== undefined)
    return { status, headers: { 'content-type': contentType ?? json, ...headers }, text: '', stream };
  if (contentType !== undefined && typeof body === 'string') {
    return { status, headers: { 'content-type': contentType, ...headers }, text: body };
  }
  if (body === undefined) return { status, headers, text: '' };
  const type = contentType ?? (asksFor(accept, actuator) ? actuator : json);
  const text = `${JSON.stringify(toPlain(endpoint, body) ?? null)}\n`;
  return { status, headers: { 'content-type': type, ...headers }, text };
}

/** Turns whatever was thrown into problem details by RFC 9457; as plain JSON for those who ask for that only. */
export function renderProblem(
  error: unknown,
  instance: string,
  { accept, headers = {} }: { readonly accept?: string | undefined; readonly headers?: Rendered['headers'] } = {},
): Rendered {
  const details = toProblemDetails(error, { instance });
  const challenge = details.status === 401 ? { 'www-authenticate': 'Bearer realm="management"' } : {};
  const isPlain = asksFor(accept, 'application/json') && !asksFor(accept, 'application/problem+json');
  return {
    status: details.status,
    headers: { 'content-type': isPlain ? json : problem, ...challenge, ...headers },
    text: `${JSON.stringify(details)}\n`,
  };
}

/** How an answer is written. */
export interface SendOptions {
  /** Asks the other side to use another connection for its next request. */
  readonly isLast: boolean;
  /** Cuts a stream. */
  readonly signal: AbortSignal;
}

/** Writes an answer; what is shown here belongs into no cache, no frame and no other site. */
export async function send(response: ServerResponse, reply: Reply, { isLast, signal }: SendOptions): Promise<void> {
  const { status, headers, text, stream } = reply;
  if (response.destroyed || response.headersSent) {
    stream?.destroy();
    return;
  }
  response.writeHead(status, {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...headers,
    ...(stream === undefined && { 'content-length': Buffer.byteLength(text) }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    ...(isLast && { connection: 'close' }),
  });
  if (stream === undefined) response.end(text);
  else await pipeline(stream, response, { signal });
}
