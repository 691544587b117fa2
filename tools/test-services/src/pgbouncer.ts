import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onPath } from './on-path.ts';
import { unprivileged } from './postgres.ts';
import { freePort, runUntilReady } from './process.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** A pooler in front of PostgreSQL; Debian's package `pgbouncer` has it. */
export const pgbouncer: TestService<string> = {
  name: 'PgBouncer',
  find(environment = process.env): Availability<string> {
    const refused = refusedByEnvironment(environment);
    if (refused !== undefined) return { available: false, reason: refused };
    const location = onPath(`${environment['PATH'] ?? ''}:/usr/sbin`, ['pgbouncer']);
    return location === undefined
      ? { available: false, reason: 'no pgbouncer on the path: install the package pgbouncer' }
      : { available: true, location };
  },
};

export interface PgBouncerOptions {
  /** Of a server that trusts whoever comes from this machine. */
  readonly url: string;
  readonly mode: 'session' | 'transaction';
  /** Settings at the start of a connection that it takes and forgets; it refuses others. @default none */
  readonly ignores?: readonly string[];
}

export interface PgBouncerServer extends AsyncDisposable {
  /** Of the same database. */
  readonly url: string;
}

/** Starts one on a free port, as its manual has it but for the password. */
export async function startPgBouncer(
  program: string,
  { url, mode, ignores = [] }: PgBouncerOptions,
): Promise<PgBouncerServer> {
  const folder = mkdtempSync(join(tmpdir(), 'test-pgbouncer-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const { hostname, port, username } = new URL(url);
    const own = await freePort();
    const config = `[databases]
* = host=${hostname} port=${port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users')}
pool_mode = ${mode}
${ignores.length === 0 ? '' : `ignore_startup_parameters = ${ignores.join(', ')}`}
`;
    writeFileSync(join(folder, 'users'), `"${username}" ""\n`);
    writeFileSync(join(folder, 'pgbouncer.ini'), config);
    const user = process.getuid?.() === 0 ? unprivileged() : undefined;
    if (user) for (const each of ['', 'users', 'pgbouncer.ini']) chownSync(join(folder, each), user.uid, user.gid);
    const child = spawn(program, [join(folder, 'pgbouncer.ini')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: folder,
      ...user,
    });
    const running = await runUntilReady(child, child.stderr, 'process up', 'pgbouncer');
    const pooled = new URL(url);
    pooled.port = String(own);
    return {
      url: pooled.href,
      async [Symbol.asyncDispose]() {
        await running.kill('SIGTERM');
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
