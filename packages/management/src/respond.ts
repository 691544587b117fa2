import type { ServerResponse } from 'node:http';
import { toProblemDetails } from '@seaworthy/errors';
import { toPlain } from './plain.ts';
import type { Answer } from './route.ts';

const json = 'application/json; charset=utf-8';
const problem = 'application/problem+json; charset=utf-8';

/** An answer that is ready to be written. */
export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Turns an answer into text. @throws CONTRIBUTOR_UNREADABLE */
export function render(endpoint: string, { status = 200, contentType, body }: Answer): Rendered {
  if (contentType !== undefined) return { status, headers: { 'content-type': contentType }, text: String(body) };
  if (body === undefined) return { status, headers: {}, text: '' };
  return { status, headers: { 'content-type': json }, text: `${JSON.stringify(toPlain(endpoint, body) ?? null)}\n` };
}

/** Turns whatever was thrown into problem details by RFC 9457. */
export function renderProblem(
  error: unknown,
  instance: string,
  headers: Readonly<Record<string, string>> = {},
): Rendered {
  const details = toProblemDetails(error, { instance });
  const challenge = details.status === 401 ? { 'www-authenticate': 'Bearer realm="management"' } : {};
  return {
    status: details.status,
    headers: { 'content-type': problem, ...challenge, ...headers },
    text: `${JSON.stringify(details)}\n`,
  };
}

/** Writes an answer; what is shown here belongs into no cache and no frame. */
export function send(response: ServerResponse, { status, headers, text }: Rendered, isLast: boolean): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...(isLast && { connection: 'close' }),
  });
  response.end(text);
}
