import { boolean, int, list, path, secret, string, url } from '@seaworthy/config';
import { isLoopback } from './http/listen.ts';
import { mappingPattern } from './modules/accounts/role-mapping.ts';

const attribute = () => string({ pattern: /^[A-Za-z][A-Za-z\d;-]*$/ });

/** The settings of who people are, as a part of all settings. */
export const identityShape = {
  web: {
    url: url({ protocols: ['http', 'https'] })
      .optional()
      .describe('Where browsers reach the pages, such as https://seaworthy.example.com; else where they ask.'),
    sessionIdleMinutes: int({ min: 1, max: 525_600 })
      .default(720)
      .describe('How long a browser stays signed in that is not used, in minutes.'),
    sessionDays: int({ min: 1, max: 365 })
      .default(14)
      .describe('How long a browser stays signed in, whatever it does, in days.'),
  },
  openid: {
    issuer: url({ protocols: ['http', 'https'] })
      .optional()
      .describe('A provider of OpenID Connect that people sign in with, such as https://login.example.com.'),
    clientId: string({ minLength: 1, maxLength: 300 }).optional().describe('How the provider calls this server.'),
    clientSecret: secret(string({ minLength: 1 }))
      .optional()
      .describe('What this server proves it with; without it the provider has it as a public client.'),
    label: string({ minLength: 1, maxLength: 60 }).default('OpenID').describe('What pages call the provider.'),
    scopes: string({ pattern: /^openid( \S+)*$/ })
      .default('openid profile email')
      .describe('What is asked for; it begins with openid.'),
    nameClaim: string({ minLength: 1 })
      .default('preferred_username')
      .describe('The claim that an account is called by, at its first time.'),
    rolesClaim: string({ minLength: 1 }).default('groups').describe('The claim with groups; a.b is b inside of a.'),
    roles: list(string({ pattern: mappingPattern }))
      .default([])
      .describe('What groups may do, such as ops=admin,developers=publisher; without any, roles are given here.'),
    timeoutMs: int({ min: 100, max: 60_000 })
      .default(5_000)
      .describe('How long the provider may take to answer, in milliseconds.'),
    skewMs: int({ min: 0, max: 300_000 })
      .default(30_000)
      .describe('How far its clock may be from that of the server, in milliseconds.'),
  },
  ldap: {
    url: string({ pattern: /^ldaps?:\/\/[^\s/?#]+\/?$/ })
      .optional()
      .describe('A directory with the passwords of people: ldaps://ldap.example.com, or ldap://.'),
    startTls: boolean().default(true).describe('Encrypts a connection of ldap:// before a password is sent.'),
    caFile: path({ exists: true }).optional().describe("Certificates that are believed, instead of the system's."),
    bindDn: string({ minLength: 1 }).optional().describe('The account that searches; without one anybody may.'),
    bindPassword: secret(string({ minLength: 1 }))
      .optional()
      .describe('Its password.'),
    base: string({ minLength: 1 }).optional().describe('Where people are: ou=people,dc=example,dc=com.'),
    filter: string({ pattern: /^\(.*\{name\}.*\)$/ })
      .default('(uid={name})')
      .describe('Finds somebody by the name that they give, which stands for {name}.'),
    subjectAttribute: attribute()
      .default('entryUUID')
      .describe('What never changes of somebody; objectGUID in Active Directory.'),
    nameAttribute: attribute().default('uid').describe('What an account is called by, at its first time.'),
    mailAttribute: attribute().default('mail').describe('The email.'),
    groupsBase: string({ minLength: 1 }).optional().describe('Where groups are; without it those of memberOf count.'),
    groupsFilter: string({ pattern: /^\(.*\{(?:dn|name)\}.*\)$/ })
      .default('(member={dn})')
      .describe('Finds the groups of somebody, by {dn} or {name}.'),
    roles: list(string({ pattern: mappingPattern }))
      .default([])
      .describe('What groups may do, such as ops=admin,developers=publisher; without any, roles are given here.'),
    timeoutMs: int({ min: 100, max: 60_000 })
      .default(5_000)
      .describe('How long the directory may take to answer, in milliseconds.'),
  },
};

/** A key of these settings, and what is wrong with it. */
interface Broken<Key> {
  readonly key: Key;
  readonly message: string;
}

export function brokenProvider(
  issuer: string | undefined,
  clientId: string | undefined,
): Broken<'openid.issuer'> | undefined {
  if ((issuer === undefined) !== (clientId === undefined)) {
    const message =
      'a provider and the name that it knows this server by belong together. Set SEAWORTHY_OPENID_ISSUER and SEAWORTHY_OPENID_CLIENT_ID.';
    return { key: 'openid.issuer', message };
  }
  if (issuer === undefined || issuer.startsWith('https:') || isLoopback(hostOf(issuer))) return undefined;
  return { key: 'openid.issuer', message: `${issuer} would be asked without encryption. Use https.` };
}

export function brokenDirectory(
  place: string | undefined,
  base: string | undefined,
  startTls: boolean,
): Broken<'ldap.base' | 'ldap.url'> | undefined {
  if (place === undefined) return undefined;
  if (base === undefined) {
    const message = 'it is not known where people are in the directory. Set SEAWORTHY_LDAP_BASE.';
    return { key: 'ldap.base', message };
  }
  if (place.startsWith('ldaps:') || startTls || isLoopback(hostOf(place))) return undefined;
  return { key: 'ldap.url', message: `passwords would go to ${place} as they are. Use ldaps, or StartTLS.` };
}

export function brokenSearcher(bindDn: unknown, bindPassword: unknown): Broken<'ldap.bindDn'> | undefined {
  if ((bindDn === undefined) === (bindPassword === undefined)) return undefined;
  const message =
    'without its password the account that searches would be nobody. Set SEAWORTHY_LDAP_BIND_DN and SEAWORTHY_LDAP_BIND_PASSWORD, or neither.';
  return { key: 'ldap.bindDn', message };
}

function hostOf(address: string): string {
  return new URL(address).hostname.replace(/^\[(.*)\]$/, '$1');
}
