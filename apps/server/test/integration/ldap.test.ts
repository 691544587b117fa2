import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { skipWithout, slapd, type DirectoryServer } from '@seaworthy/test-services';
import { Client } from 'ldapts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerErrors } from '../../src/errors.ts';
import { browserClient } from '../support/browser-client.ts';
import { change, directoryAt, passwordOf, people, startDirectory, suffix } from '../support/directory.ts';
import { password } from '../support/npm-client.ts';
import { registryClient, withToken } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let directory: DirectoryServer;
let server: RunningServer;

beforeAll(async () => {
  const found = slapd.find();
  if (!found.available) return;
  directory = await startDirectory(found.location);
  server = await runServer({
    SEAWORTHY_LDAP_URL: directory.url,
    SEAWORTHY_LDAP_CA_FILE: directory.caFile,
    SEAWORTHY_LDAP_BASE: people,
    SEAWORTHY_LDAP_BIND_DN: directory.adminDn,
    SEAWORTHY_LDAP_BIND_PASSWORD: directory.adminPassword,
    SEAWORTHY_LDAP_GROUPS_BASE: `ou=groups,${suffix}`,
    SEAWORTHY_LDAP_ROLES: 'ops=admin,developers=publisher',
    SEAWORTHY_LDAP_TIMEOUT_MS: '20000',
    SEAWORTHY_REGISTRY_REGISTRATION: 'open',
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
  });
});

afterAll(async () => {
  await server?.stop();
  await directory?.[Symbol.asyncDispose]();
});

async function accountOf(name: string, secret = passwordOf(name)): Promise<string> {
  const browser = browserClient(server.url);
  const { status } = await browser.signIn(name, secret);
  return status === 303 ? (await browser.get('/account')).markup : String(status);
}

test('who is in the directory signs in with the password there, with the role of their groups', async (context) => {
  skipWithout(context, slapd);
  const page = await accountOf('ada');
  for (const piece of ['<h1>ada</h1>', '<dd>admin</dd>', 'ada@example.com', ', ldap']) expect(page).toContain(piece);
  expect(await accountOf('grace')).toContain('<dd>reader</dd>');
});

test('the directory knows somebody by what never changes, and the role follows the groups', async (context) => {
  skipWithout(context, slapd);
  const alan = `cn=Alan (Enigma*) Turing,${people}`;
  expect(await accountOf('alan')).toContain('<dd>publisher</dd>');
  await change(directory, alan, 'uid', ['turing']);
  await change(directory, `cn=developers,ou=groups,${suffix}`, 'member', [`cn=Ada Lovelace,${people}`]);
  const page = await accountOf('turing', passwordOf('alan'));
  expect([page.includes('<h1>alan</h1>'), page.includes('<dd>reader</dd>')]).toEqual([true, true]);
});

test('npm logs in with it, and makes tokens with it', async (context) => {
  skipWithout(context, slapd);
  const login = await fetch(`${server.url}/npm/-/user/org.couchdb.user:grace`, {
    method: 'PUT',
    body: JSON.stringify({ name: 'grace', password: passwordOf('grace') }),
  });
  expect(login.status).toBe(201);
  const { token } = (await login.json()) as { token: string };
  const client = withToken(server.url, token);
  const make = async (secret: string) => (await client.send('POST', '/-/npm/v1/tokens', { password: secret })).status;
  expect([await make(passwordOf('grace')), await make('wrong'), await make('')]).toEqual([200, 401, 401]);
});

test('an account that is here keeps its own password, whatever the directory has under its name', async (context) => {
  skipWithout(context, slapd);
  await registryClient(server.url, 'somebody');
  const edsger = `cn=Edsger,${people}`;
  await change(directory, edsger, 'uid', ['somebody']);
  expect(await accountOf('somebody', password)).toContain('<h1>somebody</h1>');
  expect(await accountOf('somebody', passwordOf('edsger'))).toBe('401');
  await change(directory, edsger, 'uid', ['edsger']);
});

for (const [what, name, secret] of [
  ['a wrong password', 'ada', 'wrong'],
  ['an empty password', 'ada', ''],
  ['nobody there', 'nobody', 'wrong'],
  ['a name that two people have', 'twin', passwordOf('twin')],
  ['a star', '*', passwordOf('ada')],
  ['a pattern', 'ad*', passwordOf('ada')],
  ['a filter in a name', 'ada)(objectClass=*', passwordOf('ada')],
  ['a filter that closes all', '*)(uid=*))(|(uid=*', passwordOf('ada')],
  ['a byte of zero', 'ada\0', passwordOf('ada')],
  ['a whole name', `cn=Ada Lovelace,${people}`, passwordOf('ada')],
] as const) {
  test(`${what} signs nobody in`, async (context) => {
    skipWithout(context, slapd);
    expect(await accountOf(name, secret)).toBe('401');
  });
}

test('an empty password is never sent: this directory would take it for a proof', async (context) => {
  skipWithout(context, slapd);
  const client = new Client({ url: directory.url });
  await client.bind(`cn=Ada Lovelace,${people}`, '');
  await client.unbind();
  await using adapter = directoryAt(directory);
  expect(await adapter.find({ name: 'ada', password: '' })).toBeUndefined();
});

test('it is asked with StartTLS, with TLS from the first byte, and within the machine without', async (context) => {
  skipWithout(context, slapd);
  for (const others of [{}, { url: directory.secureUrl }, { startTls: false }]) {
    await using adapter = directoryAt(directory, others);
    expect(await adapter.find({ name: 'ada', password: passwordOf('ada') })).toMatchObject({
      name: 'ada',
      email: 'ada@example.com',
      standing: { role: 'admin' },
    });
  }
});

test('a certificate that nobody has vouched for gets no password, and neither does a wrong name', async (context) => {
  skipWithout(context, slapd);
  const named = directory.url.replace('localhost', '127.0.0.1');
  for (const others of [{ caFile: undefined }, { url: directory.secureUrl, caFile: undefined }, { url: named }]) {
    await using adapter = directoryAt(directory, others);
    const found = adapter.find({ name: 'ada', password: passwordOf('ada') });
    await expect(found).rejects.toSatisfy(ServerErrors.IDENTITY_UNAVAILABLE.is);
  }
});

test('many ask at once, and one connection serves the next after a wrong password', async (context) => {
  skipWithout(context, slapd);
  await using adapter = directoryAt(directory);
  const all = Array.from({ length: 12 }, (_, index) =>
    adapter.find({ name: 'ada', password: index % 2 === 0 ? passwordOf('ada') : 'wrong' }),
  );
  expect((await Promise.all(all)).map((found) => found !== undefined)).toEqual(all.map((_, index) => index % 2 === 0));
});

test('an account that may not search, and a person without what never changes, are told', async (context) => {
  skipWithout(context, slapd);
  await using stranger = directoryAt(directory, { bindPassword: 'wrong' });
  const ada = { name: 'ada', password: passwordOf('ada') };
  await expect(stranger.find(ada)).rejects.toSatisfy(ServerErrors.IDENTITY_UNAVAILABLE.is);
  await using other = directoryAt(directory, { subjectAttribute: 'employeeNumber' });
  await expect(other.find(ada)).rejects.toSatisfy(ServerErrors.IDENTITY_REFUSED.is);
});

test('a directory that does not answer holds nobody up for longer than its time', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `ldap://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  try {
    const at = { url, caFile: '', adminDn: 'cn=a', adminPassword: 'b' } as DirectoryServer;
    for (const startTls of [true, false]) {
      await using adapter = directoryAt(at, { caFile: undefined, startTls, timeoutMs: 200 });
      const found = adapter.find({ name: 'ada', password: 'x' });
      await expect(found).rejects.toSatisfy(ServerErrors.IDENTITY_UNAVAILABLE.is);
    }
  } finally {
    silent.close();
  }
});

test('while the directory is away it is said so, passwords that are here work, and then it is asked again', async (context) => {
  skipWithout(context, slapd);
  await registryClient(server.url, 'local');
  await accountOf('ada');
  await directory.stop();
  expect(await accountOf('ada')).toBe('503');
  expect(await accountOf('local', password)).toContain('<h1>local</h1>');
  await directory.start();
  expect(await accountOf('ada')).toContain('<h1>ada</h1>');
});
