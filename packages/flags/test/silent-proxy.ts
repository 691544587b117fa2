import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server, which can become one where everything is lost: connections stay open, and nobody hears of what is sent. */
export interface SilentProxy extends AsyncDisposable {
  readonly port: number;
  /** How many sockets it has itself, of both sides. */
  readonly sockets: number;
  /** From now on nothing comes through, neither by the connections that there are nor by new ones. */
  silence(): void;
  /** Ends all connections at once, as when the other machine stops. */
  cut(): void;
  /** New connections work again; those of before stay silent. */
  heal(): void;
}

export async function startSilentProxy(target: URL): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  const pairs = new Set<readonly [Socket, Socket]>();
  let isSilent = false;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  };
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  // A goodbye is lost as well: who says it gets none back.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    keep(client);
    if (isSilent) {
      client.resume();
      return;
    }
    const upstream = keep(connect({ port: Number(target.port), host: target.hostname }));
    pairs.add([client, upstream]);
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get sockets() {
      return sockets.size;
    },
    silence() {
      isSilent = true;
      for (const pair of pairs) for (const socket of pair) socket.unpipe().resume();
      pairs.clear();
    },
    cut,
    heal() {
      isSilent = false;
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
