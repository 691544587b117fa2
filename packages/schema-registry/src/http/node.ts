import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** Answers a request of `node:http` by a handler of Fetch's objects. */
export function answerNode(
  handle: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  reply: ServerResponse,
): void {
  const work = async (): Promise<void> => {
    const answer = await handle(requestOf(incoming));
    reply.writeHead(answer.status, Object.fromEntries(answer.headers));
    reply.end(await answer.text());
  };
  work().catch(() => {
    if (!reply.headersSent) reply.writeHead(400, { connection: 'close' });
    reply.end();
  });
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  // What a client says about the host is of no use here, and `//host/path` is a path.
  const target = url.startsWith('/') ? `http://localhost${url}` : url;
  const type = headers['content-type'];
  const init = { method, headers: type === undefined ? {} : { 'content-type': type } };
  if (method === 'GET' || method === 'HEAD') return new Request(target, init);
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
  return new Request(target, { ...init, body, duplex: 'half' });
}
