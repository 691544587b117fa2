import { expect, test } from 'vitest';
import { loadSettings } from '../../src/settings.ts';

const load = async (variables: Readonly<Record<string, string>>) => (await loadSettings({ variables, args: [] })).value;

const provider = { SEAWORTHY_OPENID_ISSUER: 'https://login.example.com', SEAWORTHY_OPENID_CLIENT_ID: 'seaworthy' };
const directory = { SEAWORTHY_LDAP_URL: 'ldaps://ldap.example.com', SEAWORTHY_LDAP_BASE: 'dc=example,dc=com' };

test('without a word there is neither a provider nor a directory, and sessions last as the guide says', async () => {
  const { openid, ldap, web, roles } = await load({});
  expect([openid.issuer, ldap.url, web.url, roles]).toEqual([undefined, undefined, undefined, []]);
  expect([web.sessionIdleMinutes, web.sessionDays]).toEqual([720, 14]);
});

test('a provider, a directory and roles are taken as they are written', async () => {
  const { openid, ldap, roles } = await load({
    ...provider,
    ...directory,
    SEAWORTHY_OPENID_ROLES: 'platform team=admin,dev=flag-admin',
    SEAWORTHY_ROLES: 'ada=admin,grace=flag-admin',
  });
  expect(openid.roles).toEqual(['platform team=admin', 'dev=flag-admin']);
  expect([ldap.startTls, ldap.filter, ldap.groupsFilter]).toEqual([true, '(uid={name})', '(member={dn})']);
  expect(roles).toEqual(['ada=admin', 'grace=flag-admin']);
});

const plain = { ...directory, SEAWORTHY_LDAP_URL: 'ldap://ldap.example.com' };
const wrong: readonly { title: string; variables: Readonly<Record<string, string>>; says: string }[] = [
  {
    title: 'a provider without a name for us',
    variables: { SEAWORTHY_OPENID_ISSUER: 'https://a.example' },
    says: 'Set SEAWORTHY_OPENID_ISSUER and SEAWORTHY_OPENID_CLIENT_ID',
  },
  {
    title: 'a provider without encryption',
    variables: { ...provider, SEAWORTHY_OPENID_ISSUER: 'http://login.example.com' },
    says: 'Use https',
  },
  {
    title: 'scopes that ask for no identity',
    variables: { ...provider, SEAWORTHY_OPENID_SCOPES: 'profile' },
    says: 'SEAWORTHY_OPENID_SCOPES',
  },
  {
    title: 'a role that there is not',
    variables: { ...provider, SEAWORTHY_OPENID_ROLES: 'ops=root' },
    says: 'SEAWORTHY_OPENID_ROLES',
  },
  {
    title: 'a directory without a base',
    variables: { SEAWORTHY_LDAP_URL: 'ldaps://a.example' },
    says: 'SEAWORTHY_LDAP_BASE',
  },
  {
    title: 'passwords without encryption',
    variables: { ...plain, SEAWORTHY_LDAP_START_TLS: 'false' },
    says: 'Use ldaps, or StartTLS',
  },
  {
    title: 'an account that searches without a password',
    variables: { ...directory, SEAWORTHY_LDAP_BIND_DN: 'cn=a' },
    says: 'Set SEAWORTHY_LDAP_BIND_DN and SEAWORTHY_LDAP_BIND_PASSWORD',
  },
  {
    title: 'a filter without a place for the name',
    variables: { ...directory, SEAWORTHY_LDAP_FILTER: '(uid=*)' },
    says: 'SEAWORTHY_LDAP_FILTER',
  },
  {
    title: 'another protocol',
    variables: { ...directory, SEAWORTHY_LDAP_URL: 'http://a' },
    says: 'SEAWORTHY_LDAP_URL',
  },
  { title: 'an account that is nothing', variables: { SEAWORTHY_ROLES: 'ada' }, says: 'SEAWORTHY_ROLES' },
  {
    title: 'somebody who changes flags that are elsewhere',
    variables: { SEAWORTHY_ROLES: 'ada=flag-admin', SEAWORTHY_FLAGS_URL: 'https://a.example/flags.json' },
    says: 'nobody can change them here',
  },
];
for (const { title, variables, says } of wrong) {
  test(`${title} is refused, with what to do`, async () => {
    await expect(load(variables)).rejects.toThrow(says);
  });
}

test('within the machine a provider and a directory may be without encryption', async () => {
  const near = {
    ...provider,
    SEAWORTHY_OPENID_ISSUER: 'http://127.0.0.1:8081',
    ...plain,
    SEAWORTHY_LDAP_URL: 'ldap://[::1]:389',
    SEAWORTHY_LDAP_START_TLS: 'false',
  };
  expect((await load(near)).ldap.startTls).toBe(false);
});
