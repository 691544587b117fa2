import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './on-path.ts';
import { freePort, runUntilReady } from './process.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** A `redis-server` on the path. */
export const redis: TestService<string> = {
  name: 'Redis',
  find(environment = process.env): Availability<string> {
    const refused = refusedByEnvironment(environment);
    if (refused !== undefined) return { available: false, reason: refused };
    const location = onPath(environment['PATH'] ?? '', ['redis-server']);
    return location === undefined
      ? { available: false, reason: 'no redis-server on the path' }
      : { available: true, location };
  },
};

export interface RedisServer extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Kills it; what it held is lost. */
  stop(): Promise<void>;
}

/**
 * Starts a server of its own, in memory, on a free port or on the port that an earlier one had.
 * @param settings More words for its command line, such as `--cluster-enabled yes`.
 */
export async function startRedis(path: string, at?: number, settings: readonly string[] = []): Promise<RedisServer> {
  const port = at ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'test-redis-'));
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const args = [...fixed, ...settings];
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const running = await runUntilReady(child, child.stdout, 'Ready to accept connections', 'redis-server');
  const stop = async (): Promise<void> => {
    await running.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, url: `redis://127.0.0.1:${port}`, stop, [Symbol.asyncDispose]: stop };
}
