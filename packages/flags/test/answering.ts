import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface AnsweringServer extends AsyncDisposable {
  readonly url: string;
  /** Every request: its method, path and headers, and when it came. */
  readonly asked: { readonly what: string; readonly headers: IncomingMessage['headers']; readonly at: number }[];
  /** Answers from now on. */
  answer: Answer;
  /** Ends every connection and listens no more. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  start(): Promise<void>;
}

/** A real server on a free port of the loopback address, whose answers the test gives. */
export async function answering(answer: Answer): Promise<AnsweringServer> {
  let port = 0;
  const server = createServer((request, response) => {
    running.asked.push({ what: `${request.method} ${request.url}`, headers: request.headers, at: Date.now() });
    running.answer(request, response);
  });
  const start = async (): Promise<void> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  const running = { url: '', asked: [] as AnsweringServer['asked'], answer, stop, start, [Symbol.asyncDispose]: stop };
  await start();
  running.url = `http://127.0.0.1:${port}`;
  return running;
}

/** Serves a text with an ETag, and 304 where the client has it already. */
export function tagged(text: () => string): Answer {
  return (request, response) => {
    const etag = `"${Buffer.from(text()).toString('base64url').slice(-40)}"`;
    if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(text());
  };
}
