import type { Server } from 'node:http';
import { TelemetryErrors } from './errors.ts';
import type { PrometheusOptions } from './options.ts';

export interface RenderedPage {
  readonly contentType: string;
  readonly body: string;
}

/** The part of a `node:http` request that `handler` uses. */
export interface PageRequest {
  readonly method?: string | undefined;
  readonly headers?: { readonly accept?: string | undefined };
}

/** The part of a `node:http` response that `handler` uses. */
export interface PageResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(body?: string): unknown;
}

export type Render = (accept: string | undefined) => Promise<RenderedPage>;

/** Answers GET and HEAD with the page, or 404 when there is none; everything else with 405. Never rejects. */
export async function answer(request: PageRequest, response: PageResponse, render: Render | undefined): Promise<void> {
  const { method = 'GET', headers } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' });
    response.end();
    return;
  }
  if (render === undefined) {
    response.writeHead(404, {});
    response.end();
    return;
  }
  const page = await render(headers?.accept).catch(() => undefined);
  if (page === undefined) {
    response.writeHead(500, {});
    response.end();
    return;
  }
  const { contentType, body } = page;
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store', vary: 'accept' });
  response.end(method === 'HEAD' ? undefined : body);
}

export interface PageServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves the page at `/metrics`. It does not keep the process alive.
 *
 * @throws TelemetryErrors.PORT_UNAVAILABLE
 */
export async function servePage({ port, host = '127.0.0.1' }: PrometheusOptions, render: Render): Promise<PageServer> {
  const { createServer } = await import('node:http');
  const server = createServer((request, response) => {
    // No URL is made of it: of `//` none can be, and whoever asks for that must not end the process.
    const [path] = (request.url ?? '/').split('?', 1);
    void answer(request, response, path === '/metrics' ? render : undefined).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    // `on`: a connection that cannot be accepted later is an error too, which nobody waits for.
    server.on('error', (cause) => reject(new TelemetryErrors.PORT_UNAVAILABLE({ host, port }, { cause })));
    server.listen(port, host, resolve);
  });
  server.unref();
  return { url: urlOf(server, host), close: () => closeServer(server) };
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
