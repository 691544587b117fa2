// Passwords of people who are in an LDAP directory.
// (1) An empty password is never sent: to a directory it asks for no proof at all, and succeeds (RFC 4513, 5.1.2).
// (2) A name is a value in a filter, never a part of it (RFC 4515), and one that fits several people is nobody's.
// (3) A password travels encrypted, or within this machine.
import type { Client, Entry } from 'ldapts';
import { ServerErrors } from '../../../errors.ts';
import type { ExternalIdentity } from '../../accounts/identities.ts';
import { standingOfGroups, type RoleMapping } from '../../accounts/role-mapping.ts';
import type { PasswordDirectory } from '../../accounts/service.ts';
import { fillFilter } from './filter.ts';
import { createConnections, type Connections, type ConnectionSettings } from './connections.ts';

export interface DirectorySettings extends ConnectionSettings {
  /** Where people are looked for. */
  readonly base: string;
  /** Finds somebody: `{name}` is what they are called. */
  readonly filter: string;
  /** The attribute that never changes. */
  readonly subjectAttribute: string;
  readonly nameAttribute: string;
  readonly mailAttribute: string;
  /** Where groups are looked for; without it they are those that a person names as their own. */
  readonly groupsBase: string | undefined;
  /** Finds the groups of somebody: `{dn}` and `{name}`. */
  readonly groupsFilter: string;
  readonly roles: RoleMapping;
}

/** Limits how many ask at the same time, and how many wait. */
export interface DirectoryGate {
  execute<Result>(task: () => Promise<Result>): Promise<Result>;
}

export interface Directory extends PasswordDirectory, AsyncDisposable {}

export function createDirectory(settings: DirectorySettings, gate: DirectoryGate): Directory {
  const connections: Connections = createConnections(settings);
  return {
    async find({ name, password }) {
      if (password === '' || name === '') return undefined;
      try {
        return await gate.execute(() => connections.use((client) => prove(client, { name, password }, settings)));
      } catch (cause) {
        if (ServerErrors.IDENTITY_REFUSED.is(cause) || ServerErrors.IDENTITY_UNAVAILABLE.is(cause)) throw cause;
        const reason = cause instanceof Error ? cause.message.slice(0, 200) : 'it failed';
        throw new ServerErrors.IDENTITY_UNAVAILABLE({ provider: 'The directory', reason }, { cause });
      }
    },
    [Symbol.asyncDispose]: () => connections.close(),
  };
}

interface Given {
  readonly name: string;
  readonly password: string;
}

async function prove(client: Client, given: Given, settings: DirectorySettings): Promise<ExternalIdentity | undefined> {
  const entry = await findPerson(client, given.name, settings);
  if (entry === undefined) return undefined;
  // Asked before it becomes the person's connection: people may often not read groups.
  const groups = settings.roles.length === 0 ? [] : await groupsOf(client, entry, given.name, settings);
  try {
    await client.bind(entry.dn, given.password);
  } catch (error) {
    if (refusals.includes(codeOf(error))) return undefined;
    throw error;
  }
  return identityOf(entry, groups, settings);
}

/** The group does not exist (32). */
const noSuchObject = 32;

/** What the directory answered, if it did (RFC 4511, 4.1.9). */
function codeOf(error: unknown): number {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : -1;
}

/** A wrong password (49), none that could be right (48), an account that is locked (19, 53) or may not (50). */
const refusals: readonly number[] = [19, 48, 49, 50, 53];

async function findPerson(client: Client, name: string, settings: DirectorySettings): Promise<Entry | undefined> {
  const { base, filter, subjectAttribute, nameAttribute, mailAttribute } = settings;
  const { searchEntries } = await client.search(base, {
    scope: 'sub',
    filter: fillFilter(filter, { name }),
    attributes: [subjectAttribute, nameAttribute, mailAttribute, 'memberOf'],
    explicitBufferAttributes: ['objectGUID'],
    sizeLimit: 2,
  });
  return searchEntries.length === 1 ? searchEntries[0] : undefined;
}

/** Their names: the first part of each. */
async function groupsOf(
  client: Client,
  person: Entry,
  name: string,
  { groupsBase, groupsFilter }: DirectorySettings,
): Promise<readonly string[]> {
  if (groupsBase === undefined) return textsOf(person, 'memberOf').flatMap(firstPart);
  try {
    const filter = fillFilter(groupsFilter, { dn: person.dn, name });
    const { searchEntries } = await client.search(groupsBase, { scope: 'sub', filter, attributes: ['cn'] });
    return searchEntries.flatMap((group) => textsOf(group, 'cn'));
  } catch (error) {
    if (codeOf(error) === noSuchObject) return [];
    throw error;
  }
}

function firstPart(dn: string): readonly string[] {
  const [, value] = /^[\w.-]+=((?:[^,\\]|\\.)+)/.exec(dn) ?? [];
  return value === undefined ? [] : [value.replaceAll(/\\(.)/g, '$1')];
}

function identityOf(entry: Entry, groups: readonly string[], settings: DirectorySettings): ExternalIdentity {
  const { url, base, subjectAttribute, nameAttribute, mailAttribute, roles } = settings;
  const [subject] = textsOf(entry, subjectAttribute);
  const [name] = textsOf(entry, nameAttribute);
  if (subject === undefined || name === undefined) {
    const missing = subject === undefined ? subjectAttribute : nameAttribute;
    throw new ServerErrors.IDENTITY_REFUSED({ reason: `the directory shows no ${missing} of this person` });
  }
  const issuer = `${new URL(url).protocol}//${new URL(url).host}/${base}`;
  const [email = ''] = textsOf(entry, mailAttribute);
  const standing = standingOfGroups(roles, groups);
  return { issuer, subject, name: name.toLowerCase(), email: email.slice(0, 254), standing };
}

function textsOf(entry: Entry, attribute: string): readonly string[] {
  const found = Object.keys(entry).find((each) => each.toLowerCase() === attribute.toLowerCase());
  const values = found === undefined ? [] : [entry[found]].flat();
  return values
    .map((value) => (typeof value === 'string' ? value : Buffer.from(value ?? []).toString('hex')))
    .filter((value) => value !== '');
}
