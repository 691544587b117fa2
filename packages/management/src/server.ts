// (1) A contributor that throws, hangs or returns nonsense spoils its own answer and nothing else.
// (2) Values are read when they are asked for; nothing is kept between requests.
// (3) close() lets requests that were accepted end, and is safe to call again.
import { readAppInfo } from './app-info.ts';
import { createBack } from './back.ts';
import type { Endpoint } from './contributors.ts';
import { watchEventLoop, type EventLoopMonitor } from './diagnostics/event-loop.ts';
import { createOwnProbe } from './diagnostics/own-thread.ts';
import { tellDumpTaken, tellRequestAnswered } from './events.ts';
import { startFront, type Front, type FrontEvents } from './front.ts';
import { readOptions, type ManagementOptions, type Settings } from './options.ts';
import { createRoutes, type Routes } from './routes.ts';
import { startWorkerHost } from './worker-host.ts';

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
 * @throws ManagementErrors.INVALID_OPTION, UNKNOWN_OPTION, TOKEN_REQUIRED, LISTEN_FAILED, WORKER_FAILED
 */
export async function startManagement(options: ManagementOptions = {}): Promise<Management> {
  const settings = readOptions(options);
  const app = options.appDir === undefined ? undefined : await readAppInfo(options.appDir);
  const monitor = settings.front.hasDiagnostics ? watchEventLoop() : undefined;
  const routes = createRoutes(options, { settings, app, monitor });
  try {
    return toManagement(await startListening(settings, routes), routes, monitor);
  } catch (error) {
    monitor?.stop();
    throw error;
  }
}

function startListening(settings: Settings, { all }: Routes): Promise<Front> {
  const { front, logger, worker, timeoutMs } = settings;
  const back = createBack({ settings, routes: all });
  const events: FrontEvents = {
    answered: tellRequestAnswered,
    dumpTaken(event) {
      tellDumpTaken(event);
      logger.info(event, 'a management dump was taken');
    },
  };
  if (worker) return startWorkerHost({ settings: front, logger, back, events });
  return startFront({ settings: front, back, probe: createOwnProbe(timeoutMs), events });
}

function toManagement(front: Front, routes: Routes, monitor: EventLoopMonitor | undefined): Management {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= front.close().finally(() => monitor?.stop()));
  return { url: front.url, port: front.port, endpoint: routes.add, close, [Symbol.asyncDispose]: close };
}
