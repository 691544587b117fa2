// The program of a thread that plugins run in. It serves the host over the port of the thread.
import { registerHooks } from 'node:module';
import { parentPort } from 'node:worker_threads';
import { guestApi, guestApiName } from './guest-api.ts';
import { startGuest } from './guest.ts';

const apiUrl = 'seaworthy-api:plugins';

// A plugin on disk need not have the package beside it that it is written for.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === guestApiName ? { url: apiUrl, format: 'module', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === apiUrl ? { format: 'module', source: guestApi, shortCircuit: true } : next(url, context),
});

const guest = startGuest({
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  send: (message) => parentPort?.postMessage(message),
  load: async ({ entry }) => (await import(entry)) as object,
});
parentPort?.on('message', (message) => guest.receive(message));
guest.tell('ready', []);
