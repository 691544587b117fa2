// A process that is measured: idle, or stuck when it is told to. The first word says what it has: nothing, a server in
// process, a server in a worker, or a worker that only listens.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
import { startManagement } from '@seaworthy/management';

const [kind = 'none', token = ''] = process.argv.slice(2);

/** Keeps the process alive, and is what every process that is measured has. */
const own = createServer((_, response) => response.end());
await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
if (kind === 'listening-worker') {
  await once(new Worker(new URL('./listening-worker.ts', import.meta.url), { execArgv: [], env: {} }), 'message');
}
const hasServer = kind === 'in-process' || kind === 'worker';
const management = !hasServer ? undefined : await startManagement({ port: 0, token, worker: kind === 'worker' });

function addUpTheYear(untilMs: number): number {
  let sum = 0;
  while (Date.now() < untilMs) sum += 1;
  return sum;
}

process.on('message', (task: { readonly kind: 'usage' } | { readonly kind: 'block'; readonly ms: number }) => {
  if (task.kind === 'block') {
    process.send?.('stuck');
    setImmediate(() => {
      addUpTheYear(Date.now() + task.ms);
      process.send?.('free');
    });
    return;
  }
  globalThis.gc?.();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, atMs: performance.now(), rssBytes: process.memoryUsage.rss() });
});
process.on('disconnect', () => process.exit());
process.send?.(management?.url ?? 'none');
