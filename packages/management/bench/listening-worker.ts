// A worker that listens and does nothing else: what Node itself takes for a server in a thread of its own.
import { createServer } from 'node:http';
import { parentPort } from 'node:worker_threads';

const server = createServer((_, response) => response.end());
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker thread has no origin
server.listen(0, '127.0.0.1', () => parentPort?.postMessage('listening'));
