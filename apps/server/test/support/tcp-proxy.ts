import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A network between a client and a server, as bad as a test needs it. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** From now on nothing gets through, and nobody is told. */
  freeze(): void;
  /** What was held up goes on. */
  thaw(): void;
  /** Passes what contains this text on, and cuts the connection before the answer; once. */
  cutAfter(text: string): void;
}

export async function tcpProxy(target: { readonly host: string; readonly port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let cutting: string | undefined;
  const server = createServer((near) => {
    const far = connect(target.port, target.host);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
      if (isFrozen) socket.pause();
    }
    near.on('data', (bytes: Buffer) => {
      far.write(bytes);
      if (cutting === undefined || !bytes.includes(cutting)) return;
      cutting = undefined;
      // The server has it before the connection ends.
      far.on('data', () => near.destroy());
      far.removeListener('data', answer);
    });
    const answer = (bytes: Buffer): void => void near.write(bytes);
    far.on('data', answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const each = (act: (socket: Socket) => void): void => sockets.forEach(act);
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    freeze() {
      isFrozen = true;
      each((socket) => socket.pause());
    },
    thaw() {
      isFrozen = false;
      each((socket) => socket.resume());
    },
    cutAfter: (text) => void (cutting = text),
    async [Symbol.asyncDispose]() {
      each((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}
