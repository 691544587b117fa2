import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Readable } from 'node:stream';
import type { OfrepHandler } from '../../src/index.ts';

export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** What was asked, as `METHOD path -> status`. */
  readonly asked: string[];
  /** Whether it hangs up on whoever asks. */
  isAway: boolean;
  /** Cuts all connections. */
  disconnect(): void;
}

/** Serves a handler of requests on a free port of the loopback address. */
export async function serve(handle: OfrepHandler): Promise<RunningServer> {
  const asked: string[] = [];
  const state = { isAway: false };
  const server: Server = createServer((incoming, outgoing) => {
    void (async () => {
      if (state.isAway) throw new Error('away');
      const gone = new AbortController();
      outgoing.on('close', () => gone.abort());
      const hasBody = incoming.method === 'POST';
      const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
        method: incoming.method ?? 'GET',
        headers: Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]),
        signal: gone.signal,
        ...(hasBody && { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' }),
      });
      const response = await handle(request);
      asked.push(`${incoming.method} ${incoming.url} -> ${response.status}`);
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.flushHeaders();
      for await (const chunk of response.body ?? []) outgoing.write(chunk);
      outgoing.end();
    })().catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
    disconnect: () => server.closeAllConnections(),
  });
}
