import { ServerErrors } from '../../errors.ts';
import type { Accounts } from '../accounts/service.ts';
import { objectOf, type Json } from './publication.ts';
import type { Change } from './store-changes.ts';
import type { StoredPackage } from './store.ts';

/** What a document without an archive asks for. */
export type Wish =
  | { readonly kind: 'star'; readonly users: Json }
  | { readonly kind: 'owners'; readonly names: readonly string[] }
  | { readonly kind: 'deprecate'; readonly deprecated: ReadonlyMap<string, string> }
  | { readonly kind: 'unpublish'; readonly versions: readonly string[]; readonly tags: NonNullable<Change['tags']> };

const messageLength = 2_000;

/**
 * npm changes a package by sending its document again, with the change in it. Versions that are missing are unpublished
 * only where a revision was named: then the document is what the package is to become.
 *
 * @throws ServerErrors.PUBLISH_REFUSED when it asks for nothing
 */
export function wishOf(document: Json, stored: StoredPackage, hasRevision: boolean): Wish {
  const { users, versions, maintainers } = document;
  if (versions === undefined) {
    if (hasRevision && Array.isArray(maintainers)) return { kind: 'owners', names: namesOf(maintainers) };
    if (users !== undefined) return { kind: 'star', users: objectOf(users) };
    throw new ServerErrors.PUBLISH_REFUSED({ reason: 'it has neither an archive nor anything that could be changed' });
  }
  const wanted = objectOf(versions);
  const missing = stored.versions.map(({ version }) => version).filter((version) => !Object.hasOwn(wanted, version));
  if (hasRevision && missing.length > 0) {
    return { kind: 'unpublish', versions: missing, tags: tagsOf(document, stored, missing) };
  }
  return { kind: 'deprecate', deprecated: deprecationsOf(wanted, stored) };
}

function namesOf(maintainers: readonly unknown[]): readonly string[] {
  return [...new Set(maintainers.map((each) => textOf(objectOf(each)['name'])))];
}

function deprecationsOf(wanted: Json, stored: StoredPackage): ReadonlyMap<string, string> {
  const changed = new Map<string, string>();
  for (const { version, deprecated } of stored.versions) {
    if (!Object.hasOwn(wanted, version)) continue;
    const { deprecated: message } = objectOf(wanted[version]);
    const text = typeof message === 'string' ? message.slice(0, messageLength) : '';
    if (text !== deprecated) changed.set(version, text);
  }
  return changed;
}

/** Tags that the sender moves because their version goes; what is no version of the package moves nothing. */
function tagsOf(document: Json, stored: StoredPackage, missing: readonly string[]): NonNullable<Change['tags']> {
  const left = new Set(stored.versions.map(({ version }) => version).filter((version) => !missing.includes(version)));
  const tags = Object.entries(objectOf(document['dist-tags']));
  const moved = tags.filter(
    ([tag, version]) => stored.tags.has(tag) && stored.tags.get(tag) !== version && left.has(textOf(version)),
  );
  return new Map(moved.map(([tag, version]) => [tag, textOf(version)]));
}

/** What is no text names nothing. An object in its place may not even become one. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The most owners that a package is given at once: each one is looked up. */
const mostOwners = 1_000;

/** What the store is to change for it. @throws ServerErrors.ACCOUNT_UNKNOWN, PUBLISH_REFUSED */
export async function changeOf(
  wish: Exclude<Wish, { readonly kind: 'star' }>,
  accounts: Pick<Accounts, 'find'>,
): Promise<Pick<Change, 'owners' | 'deprecated' | 'unpublish' | 'tags'>> {
  if (wish.kind === 'deprecate') return { deprecated: wish.deprecated };
  if (wish.kind === 'unpublish') return { unpublish: wish.versions, tags: wish.tags };
  if (wish.names.length > mostOwners) {
    throw new ServerErrors.PUBLISH_REFUSED({ reason: `it names more than ${mostOwners} owners` });
  }
  const owners: number[] = [];
  // One after the other: the first name that nobody has ends it.
  for (const name of wish.names) owners.push((await accounts.find(name)).id);
  return { owners };
}
