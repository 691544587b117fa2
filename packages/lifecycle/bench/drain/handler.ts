// The application of every side: it writes down that it ran, then answers by path.
import { openSync, writeSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Creates the request listener; `isReady` answers `/ready`. */
export function createHandler(
  ranFile: string,
  isReady: () => boolean | Promise<boolean>,
): (request: IncomingMessage, response: ServerResponse) => void {
  const file = openSync(ranFile, 'a');
  return (request, response) => void answer(request, response);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/ready') {
      response.writeHead((await isReady()) ? 200 : 503).end();
      return;
    }
    const id = url.searchParams.get('id');
    // At once and past every buffer: it has to be there however the process ends.
    if (id !== null) writeSync(file, `${id}\n`);
    if (url.pathname === '/slow') await after(150);
    if (url.pathname === '/stream') return stream(response);
    if (request.method === 'POST') return upload(request, response);
    response.end(`hello ${id}`);
  }
}

async function stream(response: ServerResponse): Promise<void> {
  for (let part = 0; part < 5; part += 1) {
    response.write(`part ${part};`);
    await after(25);
  }
  response.end('end');
}

async function upload(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bytes = 0;
  try {
    for await (const chunk of request) bytes += (chunk as Buffer).length;
  } catch {
    return; // The client has gone; it says so itself.
  }
  response.end(`received ${bytes}`);
}
