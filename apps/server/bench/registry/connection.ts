import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One connection that stays open, and asks for one thing after the other. */
export interface Connection {
  /** Answers with the status when the whole answer is there. */
  ask(request: Buffer): Promise<number>;
  close(): void;
}

export async function openConnection(port: number): Promise<Connection> {
  const socket: Socket = connect(port, '127.0.0.1').setNoDelay();
  await once(socket, 'connect');
  let head = '';
  let missing: number | undefined;
  let settle: { readonly resolve: (status: number) => void; readonly reject: (error: Error) => void } | undefined;
  const finish = (): void => {
    const status = Number(head.slice(9, 12));
    [head, missing] = ['', undefined];
    settle?.resolve(status);
  };
  socket.on('data', (chunk: Buffer) => {
    if (missing === undefined) {
      head += chunk.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = /\r\ncontent-length: (\d+)/i.exec(head.slice(0, end + 2))?.[1];
      if (length === undefined) return settle?.reject(new TypeError(`An answer has no length: ${head.slice(0, end)}`));
      missing = Number(length) - (head.length - end - 4);
    } else missing -= chunk.length;
    if (missing <= 0) finish();
  });
  const lost = (error?: Error): void => settle?.reject(error ?? new TypeError('The connection was closed.'));
  socket.on('error', lost);
  socket.on('close', () => lost());
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}

export function requestOf(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Buffer {
  const length =
    body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries({ host: 'bench', ...headers, ...length }).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', body ?? ''].join('\r\n'));
}
