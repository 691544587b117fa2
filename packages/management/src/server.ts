// (1) A contributor that throws, hangs or returns nonsense spoils its own answer and nothing else.
// (2) Values are read when they are asked for; nothing is kept between requests.
// (3) close() lets requests that were accepted end, and is safe to call again.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createGuard } from './auth.ts';
import type { Endpoint } from './contributors.ts';
import { tellRequestAnswered } from './events.ts';
import { handle, readTarget, type Desk, type Target } from './handle.ts';
import { listen } from './listen.ts';
import { readOptions, type ManagementOptions } from './options.ts';
import { renderProblem, send } from './respond.ts';
import { createRoutes } from './routes.ts';

/** A running management server. */
export interface Management extends AsyncDisposable {
  /** Where it listens, such as `http://127.0.0.1:9090`. */
  readonly url: string;
  readonly port: number;
  /** Adds an endpoint of your own and returns its undo. @throws ManagementErrors.ENDPOINT_TAKEN, INVALID_OPTION */
  readonly endpoint: (name: string, endpoint: Endpoint) => () => void;
  /** Stops accepting, lets accepted requests end, and cuts what is left after `closeTimeoutMs`. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the server that shows and steers this process.
 *
 * @throws ManagementErrors.INVALID_OPTION, TOKEN_REQUIRED, LISTEN_FAILED
 */
export async function startManagement(options: ManagementOptions = {}): Promise<Management> {
  const settings = readOptions(options);
  const routes = createRoutes(options);
  const desk: Desk = { settings, routes: routes.all, guard: createGuard(settings.token, settings.allowedHosts) };
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 10_000 });
  let closing: Promise<void> | undefined;
  server.on('request', (request, response) => void answer(desk, request, response, () => closing !== undefined));
  const { url, port } = await listen(server, settings);

  const close = (): Promise<void> => (closing ??= closeServer(server, settings.closeTimeoutMs));
  return {
    url,
    port,
    endpoint: routes.add,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function answer(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
  isClosing: () => boolean,
): Promise<void> {
  const startedAt = performance.now();
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  let target: Target | undefined;
  let rendered;
  try {
    target = readTarget(request);
    rendered = await handle(desk, request, target, gone.signal);
  } catch (error) {
    rendered = renderProblem(error, '/');
  }
  // A body that nobody reads would keep the connection from its next request.
  request.resume();
  send(response, rendered, isClosing() || rendered.status === 413);
  const endpoint = target && desk.routes.has(target.endpoint) ? target.endpoint : 'unknown';
  const durationMs = performance.now() - startedAt;
  tellRequestAnswered({ endpoint, method: request.method ?? '', status: rendered.status, durationMs });
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
