import { execFile, spawn } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable, onPath } from './on-path.ts';
import { freePort, runUntilReady } from './process.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** The folder with `postgres` and `initdb`: on the path, else where Debian puts them, the newest version first. */
export const postgresPrograms: TestService<string> = {
  name: 'the programs of PostgreSQL',
  find(environment = process.env): Availability<string> {
    const refused = refusedByEnvironment(environment);
    if (refused !== undefined) return { available: false, reason: refused };
    const named = onPath(environment['PATH'] ?? '', ['initdb']);
    const folders = [...(named === undefined ? [] : [dirname(named)]), ...debianFolders()];
    const location = folders.find((folder) => ['initdb', 'postgres'].every((name) => isExecutable(join(folder, name))));
    if (location === undefined) {
      return { available: false, reason: 'no initdb and postgres on the path or in /usr/lib/postgresql/*/bin' };
    }
    if (process.getuid?.() === 0 && unprivileged() === undefined) {
      return { available: false, reason: 'PostgreSQL refuses to run as root, and there is no user postgres or nobody' };
    }
    return { available: true, location };
  },
};

/** A PostgreSQL to ask: the address in `SEAWORTHY_TEST_POSTGRES_URL`, else the folder of its programs. */
export const postgres: TestService<string> = {
  name: 'PostgreSQL',
  find(environment = process.env): Availability<string> {
    const refused = refusedByEnvironment(environment);
    if (refused !== undefined) return { available: false, reason: refused };
    const url = environment['SEAWORTHY_TEST_POSTGRES_URL'];
    if (url !== undefined && url !== '') return { available: true, location: url };
    const programs = postgresPrograms.find(environment);
    if (programs.available) return programs;
    return { available: false, reason: `${programs.reason}; SEAWORTHY_TEST_POSTGRES_URL is not set either` };
  },
};

export interface PostgresServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
  /** Starts it again, on the same port and with the same data. */
  start(): Promise<void>;
}

/** A server at the address of `postgres`, or one of its own on a free port. An address that was given is left as it is. */
export async function startPostgres(location: string): Promise<PostgresServer> {
  if (/^postgres(ql)?:/.test(location)) {
    const nothing = (): Promise<void> => Promise.resolve();
    return { url: location, start: nothing, stop: nothing, [Symbol.asyncDispose]: nothing };
  }
  const user = process.getuid?.() === 0 ? unprivileged() : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'test-postgres-'));
  if (user) chownSync(folder, user.uid, user.gid);
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const initdb = ['-D', folder, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-locale', '--no-sync'];
    await promisify(execFile)(join(location, 'initdb'), initdb, { cwd: folder, ...user });
    const port = await freePort();
    const launch = async () => {
      const settings = ['-c', 'fsync=off', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'];
      const args = ['-D', folder, '-h', '127.0.0.1', '-p', String(port), ...settings];
      const child = spawn(join(location, 'postgres'), args, {
        stdio: ['ignore', 'ignore', 'pipe'],
        cwd: folder,
        ...user,
      });
      return runUntilReady(child, child.stderr, 'database system is ready to accept connections', 'postgres');
    };
    let running = await launch();
    return {
      url: `postgres://postgres@127.0.0.1:${port}/postgres`,
      stop: () => running.kill('SIGQUIT'),
      async start() {
        running = await launch();
      },
      async [Symbol.asyncDispose]() {
        await running.kill('SIGQUIT');
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function debianFolders(): readonly string[] {
  const version = (folder: string): number => Number(folder.split('/').at(-2));
  return globSync('/usr/lib/postgresql/*/bin').toSorted((one, other) => version(other) - version(one));
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

function unprivileged(): User | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = ['postgres', 'nobody'].flatMap((name) => lines.filter((fields) => fields[0] === name)).at(0);
  return entry && { uid: Number(entry[2]), gid: Number(entry[3]) };
}
