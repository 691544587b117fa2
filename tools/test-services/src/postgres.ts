import { execFile, spawn } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificate } from './certificate.ts';
import { isExecutable, onPath } from './on-path.ts';
import { freePort, runUntilReady } from './process.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** The folder with `postgres` and `initdb`: on the path, else where Debian puts them, the newest version first. */
export const postgresPrograms: TestService<string> = programsOf('the programs of PostgreSQL', ['initdb', 'postgres']);

/** A folder that has `pg_basebackup` too, for a replica. */
export const replicaPrograms: TestService<string> = programsOf('the programs of PostgreSQL for a replica', [
  'initdb',
  'postgres',
  'pg_basebackup',
]);

function programsOf(name: string, programs: readonly string[]): TestService<string> {
  return { name, find: (environment = process.env) => findPrograms(programs, environment) };
}

function findPrograms(programs: readonly string[], environment: NodeJS.ProcessEnv): Availability<string> {
  const refused = refusedByEnvironment(environment);
  if (refused !== undefined) return { available: false, reason: refused };
  const named = onPath(environment['PATH'] ?? '', ['initdb']);
  const folders = [...(named === undefined ? [] : [dirname(named)]), ...debianFolders()];
  const location = folders.find((folder) => programs.every((name) => isExecutable(join(folder, name))));
  if (location === undefined) {
    const all = programs.join(', ');
    return { available: false, reason: `no folder with ${all} on the path or in /usr/lib/postgresql/*/bin` };
  }
  if (process.getuid?.() === 0 && unprivileged() === undefined) {
    return { available: false, reason: 'PostgreSQL refuses to run as root, and there is no user postgres or nobody' };
  }
  return { available: true, location };
}

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
  return startIn(location, 'database system is ready to accept connections', (folder) => ({
    program: 'initdb',
    args: ['-D', folder, '-A', 'trust', '-U', 'postgres', '-E', 'UTF8', '--no-locale', '--no-sync'],
  }));
}

export interface SecurePostgresServer extends PostgresServer {
  /** The certificate to believe; it is for localhost, which `url` names. */
  readonly caFile: string;
}

/** The same for who has `openssl` on the path. */
export const securePostgresPrograms: TestService<string> = {
  name: 'the programs of PostgreSQL, and openssl',
  find(environment = process.env) {
    const programs = postgresPrograms.find(environment);
    if (!programs.available || onPath(environment['PATH'] ?? '', ['openssl']) !== undefined) return programs;
    return { available: false, reason: 'no openssl on the path' };
  },
};

/** A server that refuses whoever does not speak TLS and know the password in `url`; `location` is that of its programs. */
export async function startSecurePostgres(location: string): Promise<SecurePostgresServer> {
  const password = 'only-for-these-tests';
  let caFile = '';
  const settings = ['-c', 'ssl=on', '-c', 'ssl_cert_file=certificate.pem', '-c', 'ssl_key_file=key.pem'];
  const server = await startIn(
    location,
    'database system is ready to accept connections',
    (folder) => {
      writeFileSync(join(folder, '../password'), password);
      const options = ['-A', 'scram-sha-256', '--pwfile', join(folder, '../password'), '-U', 'postgres'];
      return { program: 'initdb', args: ['-D', folder, ...options, '-E', 'UTF8', '--no-locale', '--no-sync'] };
    },
    settings,
    async (folder, user) => {
      await makeCertificate(folder);
      caFile = join(folder, 'certificate.pem');
      for (const name of ['key.pem', 'certificate.pem']) if (user) chownSync(join(folder, name), user.uid, user.gid);
      writeFileSync(join(folder, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
    },
  );
  const url = new URL(server.url);
  url.hostname = 'localhost';
  url.password = password;
  return { ...server, url: url.href, caFile };
}

/** A replica that follows a server of `startPostgres` by streaming; `location` is that of `replicaPrograms`. */
export function startPostgresReplica(location: string, primary: Pick<PostgresServer, 'url'>): Promise<PostgresServer> {
  return startIn(location, 'database system is ready to accept read-only connections', (folder) => ({
    program: 'pg_basebackup',
    args: ['-D', folder, '-d', primary.url, '-R', '-X', 'stream', '-c', 'fast', '--no-sync'],
  }));
}

type Making = (folder: string) => { readonly program: string; readonly args: readonly string[] };

/** Makes the data in a folder of its own, and starts a server with it. */
async function startIn(
  location: string,
  ready: string,
  making: Making,
  more: readonly string[] = [],
  prepare: (folder: string, user: User | undefined) => Promise<void> = () => Promise.resolve(),
): Promise<PostgresServer> {
  const user = process.getuid?.() === 0 ? unprivileged() : undefined;
  const whole = mkdtempSync(join(tmpdir(), 'test-postgres-'));
  if (user) chownSync(whole, user.uid, user.gid);
  const folder = join(whole, 'data');
  const remove = (): void => rmSync(whole, { recursive: true, force: true });
  try {
    const { program, args } = making(folder);
    await promisify(execFile)(join(location, program), args, { cwd: whole, ...user });
    await prepare(folder, user);
    const port = await freePort();
    const launch = async () => {
      const settings = ['-c', 'fsync=off', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'];
      const child = spawn(
        join(location, 'postgres'),
        ['-D', folder, '-h', '127.0.0.1', '-p', String(port), ...settings, ...more],
        { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder, ...user },
      );
      return runUntilReady(child, child.stderr, ready, 'postgres');
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

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Whom PostgreSQL and its poolers run as, when the tests run as root: they refuse to be root. */
export function unprivileged(): User | undefined {
  const lines = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const entry = ['postgres', 'nobody'].flatMap((name) => lines.filter((fields) => fields[0] === name)).at(0);
  return entry && { uid: Number(entry[2]), gid: Number(entry[3]) };
}
