import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Readable } from 'node:stream';

export interface RunningProcess {
  /** Resolves when it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Waits until a server says that it is ready; one that ends before is a failure with all that it said. */
export async function runUntilReady(
  child: ChildProcess,
  output: Readable,
  ready: string,
  name: string,
): Promise<RunningProcess> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // A run that ends early, by a failing hook for example, leaves no server behind.
  const killAtExit = (): void => void child.kill('SIGKILL');
  process.once('exit', killAtExit);
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it was ready: ${said}`)));
    output.on('data', (chunk: unknown) => {
      said += String(chunk);
      if (said.includes(ready)) resolve();
    });
  });
  return {
    async kill(signal) {
      process.off('exit', killAtExit);
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
