// autocannon goes on sending on a connection that said it would close, as not every client reads that header: only a server
// that reads such requests away, and does not reset, leaves it without an error.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, startServer } from './programs.ts';
import { graceMs, keepAliveBufferMs, keepAliveMs } from './run.ts';

const require = createRequire(import.meta.url);

interface Cannon {
  on(event: 'reqError', listener: (error: NodeJS.ErrnoException) => void): void;
  stop(): void;
}
interface CannonResult {
  readonly '2xx': number;
  readonly non2xx: number;
  readonly timeouts: number;
}
type Autocannon = (options: object, done: (error: Error | null, result: CannonResult) => void) => Cannon;

/** What autocannon saw. */
export interface CannonRun {
  readonly answered: number;
  /** Resets, timeouts and answers that are no 2xx; refused connections after the end are no failure. */
  readonly failed: number;
  readonly ranUnanswered: number;
  readonly errors: readonly string[];
}

/** Fires at our server and stops it in the middle. */
export async function runAutocannon(pipelining: number): Promise<CannonRun> {
  const fire: Autocannon = require('autocannon');
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-drain-'));
  const ranFile = join(folder, 'ran');
  const errors: string[] = [];
  try {
    const timing = { lameDuckMs: 0, graceMs, keepAliveMs, keepAliveBufferMs };
    const { program, port } = await startServer({ side: 'seaworthy', ranFile, port: 0, ...timing });
    let cannon: Cannon | undefined;
    const fired = new Promise<CannonResult>((resolve, reject) => {
      const options = { url: `http://127.0.0.1:${port}/quick?id=cannon`, connections: 20, pipelining, duration: 20 };
      cannon = fire(options, (error, result) => (error ? reject(error) : resolve(result)));
      cannon.on('reqError', ({ code = 'unknown' }) => void (code === 'ECONNREFUSED' || errors.push(code)));
    });
    await after(1_200);
    program.kill('SIGTERM');
    await program.ended(graceMs + 4_000);
    await after(100);
    cannon?.stop();
    const { '2xx': answered, non2xx, timeouts } = await fired;
    const ran = readFileSync(ranFile, 'utf8').split('\n').length - 1;
    return { answered, failed: errors.length + non2xx + timeouts, ranUnanswered: ran - answered, errors };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
