// The peer of the round trip: answers what it is sent, as a thread or as a forked process, and does nothing else.
import { parentPort } from 'node:worker_threads';

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
if (parentPort) parentPort.on('message', (message) => parentPort.postMessage(message));
else process.on('message', (message) => process.send(message));
