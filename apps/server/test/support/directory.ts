import { startSlapd, type DirectoryServer } from '@seaworthy/test-services';
import { Attribute, Change, Client } from 'ldapts';
import { createDirectory, type Directory, type DirectorySettings } from '../../src/modules/identity/ldap/directory.ts';

export const suffix = 'dc=example,dc=com';
export const people = `ou=people,${suffix}`;
export const passwordOf = (name: string): string => `the password of ${name}`;

const person = (cn: string, uid: string): string => `dn: cn=${cn},${people}
objectClass: inetOrgPerson
cn: ${cn}
sn: ${cn}
uid: ${uid}
mail: ${uid}@example.com
userPassword: ${passwordOf(uid)}
`;

const group = (cn: string, members: readonly string[]): string => `dn: cn=${cn},ou=groups,${suffix}
objectClass: groupOfNames
cn: ${cn}
${members.map((member) => `member: cn=${member},${people}`).join('\n')}
`;

const unit = (ou: string): string => `dn: ou=${ou},${suffix}\nobjectClass: organizationalUnit\nou: ${ou}\n`;

const entries = [
  `dn: ${suffix}\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n`,
  unit('people'),
  unit('groups'),
  person('Ada Lovelace', 'ada'),
  person('Grace Hopper', 'grace'),
  person('Alan (Enigma*) Turing', 'alan'),
  person('Twin One', 'twin'),
  person('Twin Two', 'twin'),
  person('Edsger', 'edsger'),
  group('ops', ['Ada Lovelace']),
  group('developers', ['Ada Lovelace', 'Alan (Enigma*) Turing']),
].join('\n');

export const startDirectory = (location: string): Promise<DirectoryServer> => startSlapd(location, { suffix, entries });

/** Changes an attribute, as whoever runs the directory. */
export async function change(at: DirectoryServer, dn: string, type: string, values: readonly string[]): Promise<void> {
  const client = new Client({ url: at.url });
  try {
    await client.bind(at.adminDn, at.adminPassword);
    const modification = new Attribute({ type, values: [...values] });
    await client.modify(dn, new Change({ operation: 'replace', modification }));
  } finally {
    await client.unbind();
  }
}

/** The adapter alone, with nobody else who asks. */
export function directoryAt(at: DirectoryServer, others: Partial<DirectorySettings> = {}): Directory {
  return createDirectory(
    {
      url: at.url,
      startTls: true,
      caFile: at.caFile,
      bindDn: at.adminDn,
      bindPassword: at.adminPassword,
      timeoutMs: 20_000,
      base: people,
      filter: '(uid={name})',
      subjectAttribute: 'entryUUID',
      nameAttribute: 'uid',
      mailAttribute: 'mail',
      groupsBase: `ou=groups,${suffix}`,
      groupsFilter: '(member={dn})',
      roles: ['ops=admin', 'developers=publisher'],
      ...others,
    },
    { execute: (task) => task() },
  );
}
