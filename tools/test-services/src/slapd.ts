import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeCertificate } from './certificate.ts';
import { isExecutable, onPath } from './on-path.ts';
import { freePort, runUntilReady } from './process.ts';
import { refusedByEnvironment, type Availability, type TestService } from './service.ts';

/** A directory server to ask: OpenLDAP's `slapd`, on the path or where Debian puts it, with its schemas and `openssl`. */
export const slapd: TestService<string> = {
  name: "OpenLDAP's slapd",
  find(environment = process.env): Availability<string> {
    const refused = refusedByEnvironment(environment);
    if (refused !== undefined) return { available: false, reason: refused };
    const path = environment['PATH'] ?? '';
    const location = onPath(path, ['slapd']) ?? ['/usr/sbin/slapd', '/usr/libexec/slapd'].find(isExecutable);
    if (location === undefined) return { available: false, reason: 'no slapd on the path or in /usr/sbin' };
    if (schemas === undefined) return { available: false, reason: 'slapd is there, and its schemas are not' };
    if (onPath(path, ['openssl']) === undefined) return { available: false, reason: 'no openssl on the path' };
    return { available: true, location };
  },
};

const schemas = ['/etc/ldap/schema', '/etc/openldap/schema'].find((folder) => existsSync(join(folder, 'core.schema')));

export interface DirectoryServer extends AsyncDisposable {
  readonly url: string;
  /** The same with TLS from the first byte. */
  readonly secureUrl: string;
  /** The certificate to believe; it is for localhost. */
  readonly caFile: string;
  readonly adminDn: string;
  readonly adminPassword: string;
  /** Ends it at once, as a crash would. */
  stop(): Promise<void>;
  /** Starts it again, on the same ports. */
  start(): Promise<void>;
}

export interface DirectoryOptions {
  readonly suffix: string;
  /** The entries, as LDIF. */
  readonly entries: string;
}

/**
 * A directory of its own on free ports. Whoever has proved nothing reads nothing, and a name with an empty password is
 * nobody who has proved nothing, as many directories have it.
 */
export async function startSlapd(location: string, { suffix, entries }: DirectoryOptions): Promise<DirectoryServer> {
  const folder = mkdtempSync(join(tmpdir(), 'test-slapd-'));
  const [adminDn, adminPassword] = [`cn=admin,${suffix}`, 'only-for-these-tests'];
  try {
    await makeCertificate(folder);
    const configuration = join(folder, 'slapd.conf');
    mkdirSync(join(folder, 'data'));
    writeFileSync(configuration, configurationOf(folder, { suffix, adminDn, adminPassword }));
    writeFileSync(join(folder, 'entries.ldif'), entries);
    await promisify(execFile)(location, ['-T', 'add', '-f', configuration, '-l', join(folder, 'entries.ldif')]);
    const [port, securePort] = [await freePort(), await freePort()];
    const launch = () => runSlapd(location, configuration, [port, securePort]);
    let running = await launch();
    return {
      url: `ldap://localhost:${port}`,
      secureUrl: `ldaps://localhost:${securePort}`,
      caFile: join(folder, 'certificate.pem'),
      adminDn,
      adminPassword,
      stop: () => running.kill('SIGKILL'),
      async start() {
        running = await launch();
      },
      async [Symbol.asyncDispose]() {
        await running.kill('SIGKILL');
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

interface Configured {
  readonly suffix: string;
  readonly adminDn: string;
  readonly adminPassword: string;
}

function configurationOf(folder: string, { suffix, adminDn, adminPassword }: Configured): string {
  const modules = ['/usr/lib/ldap', '/usr/lib/openldap', '/usr/lib64/openldap'].find((each) => existsSync(each));
  return `
${['core', 'cosine', 'inetorgperson'].map((name) => `include ${schemas}/${name}.schema`).join('\n')}
allow bind_anon_dn
pidfile ${folder}/slapd.pid
argsfile ${folder}/slapd.args
${modules === undefined ? '' : `modulepath ${modules}\nmoduleload back_mdb`}
TLSCertificateFile ${folder}/certificate.pem
TLSCertificateKeyFile ${folder}/key.pem
database mdb
suffix "${suffix}"
rootdn "${adminDn}"
rootpw ${adminPassword}
directory ${folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by users read by anonymous auth
`;
}

async function runSlapd(location: string, configuration: string, ports: readonly [number, number]) {
  const addresses = `ldap://127.0.0.1:${ports[0]} ldaps://127.0.0.1:${ports[1]}`;
  // With messages it stays in the foreground.
  const args = ['-d', 'stats', '-f', configuration, '-h', addresses];
  const child = spawn(location, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  return runUntilReady(child, child.stderr, 'slapd starting', 'slapd');
}
