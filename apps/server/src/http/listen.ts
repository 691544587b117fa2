import type { Server } from 'node:http';
import { isIPv4 } from 'node:net';
import { ServerErrors } from '../errors.ts';

export interface ListenOptions {
  readonly host: string;
  /** The port that was asked for; `undefined` takes `defaultPort` or the next free one. 0 takes any. */
  readonly port?: number | undefined;
  /** @default 8080 */
  readonly defaultPort?: number;
}

const portsToTry = 100;

/**
 * Starts to listen and answers with the address.
 *
 * @throws ServerErrors.PORT_IN_USE when the port that was asked for is taken, NO_FREE_PORT, CANNOT_LISTEN.
 */
export async function listen(
  server: Server,
  options: ListenOptions,
): Promise<{ readonly url: string; readonly port: number }> {
  const { host, port, defaultPort = 8080 } = options;
  if (port !== undefined) return listenOn(server, host, port);
  return listenOnFree(defaultPort, host, (candidate) => listenOn(server, host, candidate));
}

/** Tries one port after the other until one is free. @throws ServerErrors.NO_FREE_PORT and what else `start` throws */
export async function listenOnFree<Result>(
  first: number,
  host: string,
  start: (port: number) => Promise<Result>,
): Promise<Result> {
  const last = first + portsToTry - 1;
  for (let candidate = first; candidate <= last; candidate += 1) {
    try {
      return await start(candidate);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
  throw new ServerErrors.NO_FREE_PORT({ first, last, host });
}

function isTaken(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && each.code === 'EADDRINUSE') return true;
  }
  return false;
}

function listenOn(server: Server, host: string, port: number): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    const failed = (cause: NodeJS.ErrnoException): void => {
      reject(
        cause.code === 'EADDRINUSE'
          ? new ServerErrors.PORT_IN_USE({ port, host }, { cause })
          : new ServerErrors.CANNOT_LISTEN({ host, port, reason: cause.code ?? cause.message }, { cause }),
      );
    };
    server.once('error', failed);
    server.listen({ host, port }, () => {
      server.off('error', failed);
      const address = server.address();
      const actual = typeof address === 'object' && address !== null ? address.port : port;
      resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`, port: actual });
    });
  });
}

/** True for addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
