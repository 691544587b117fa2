import type { Server } from 'node:http';
import { ManagementErrors } from './errors.ts';
import { isLoopback, type FrontSettings } from './options.ts';

/** Where a server listens. */
export interface Place {
  readonly url: string;
  readonly port: number;
}

/** Listens, and makes sure that a name like `localhost` did not lead beyond this machine. @throws LISTEN_FAILED, TOKEN_REQUIRED */
export async function listen(server: Server, { host, port, token }: FrontSettings): Promise<Place> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error): void =>
      reject(new ManagementErrors.LISTEN_FAILED({ host, port, reason: error.message }, { cause: error }));
    server.once('error', refuse);
    server.listen({ host, port }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  const bound = server.address();
  const address = typeof bound === 'object' && bound !== null ? bound.address : host;
  const boundPort = typeof bound === 'object' && bound !== null ? bound.port : port;
  if (token === undefined && !isLoopback(address)) {
    server.close();
    throw new ManagementErrors.TOKEN_REQUIRED({ host });
  }
  return { url: `http://${address.includes(':') ? `[${address}]` : address}:${boundPort}`, port: boundPort };
}
