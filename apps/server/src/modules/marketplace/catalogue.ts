import { ServerErrors } from '../../errors.ts';
import type { AuditTrail } from '../accounts/service.ts';
import { requireRight } from '../accounts/roles.ts';
import type { Account } from '../accounts/sessions.ts';
import { matchOf } from '../registry/query.ts';
import type { Paid } from '../registry/paid.ts';
import type { Asker, Packages } from '../registry/service.ts';
import {
  countBy,
  listCategories,
  namesOf,
  readListing,
  removeCategory,
  searchCatalogue,
  setCategory,
  setListingCategories,
  type CatalogueQuery,
  type Category,
  type Counted,
  type ListedPlugin,
} from './catalogue-store.ts';
import { readDownloads, type DailyDownloads } from './downloads.ts';
import { createReadmes } from './readme.ts';
import type { MarketStore } from './store.ts';

export interface CatalogueSearch extends Omit<CatalogueQuery, 'match' | 'accountId'> {
  readonly text: string;
}

export interface PluginVersion {
  readonly version: string;
  readonly publishedAt: string;
  readonly publisher: string;
  readonly bytes: number;
  readonly integrity: string;
  /** Ids of the registry's keys that signed it. */
  readonly signedBy: readonly string[];
  readonly deprecated: string;
}

export interface PluginDetail extends ListedPlugin {
  readonly id: number;
  readonly owners: readonly string[];
  readonly categories: readonly string[];
  readonly tags: readonly string[];
  /** As the manifest of the newest version asks for them; `null` if it is no plugin. */
  readonly permissions: Readonly<Record<string, unknown>> | null;
  readonly provides: readonly string[];
  /** Which versions have to be paid for; null for none. */
  readonly paid: Paid | null;
  /** Newest first. */
  readonly versions: readonly PluginVersion[];
}

export interface Catalogue {
  search(search: CatalogueSearch, asker: Asker): Promise<{ total: number; found: readonly ListedPlugin[] }>;
  /** @throws ServerErrors.PACKAGE_UNKNOWN */
  detail(name: string, asker: Asker): Promise<PluginDetail>;
  /** Its number in the store. @throws ServerErrors.PACKAGE_UNKNOWN */
  idOf(name: string, asker: Asker): Promise<number>;
  /** The readme inside of the newest archive, as it was written; empty without one. @throws PACKAGE_UNKNOWN */
  readme(name: string, asker: Asker): Promise<string>;
  /** Of the last days, by day and version, oldest first. @throws PACKAGE_UNKNOWN */
  downloads(name: string, days: number, asker: Asker): Promise<readonly DailyDownloads[]>;
  categories(): Promise<readonly Category[]>;
  tags(most: number): Promise<readonly Counted[]>;
  licences(most: number): Promise<readonly Counted[]>;
  /** @throws ROLE_NEEDED */
  setCategory(category: { id: string; title: string; description: string }, by: Account): Promise<void>;
  /** @throws ROLE_NEEDED, CATEGORY_UNKNOWN */
  removeCategory(id: string, by: Account): Promise<void>;
  /** @throws ROLE_NEEDED, NOT_AN_OWNER, CATEGORY_UNKNOWN */
  setListingCategories(name: string, categories: readonly string[], by: Account): Promise<void>;
}

export interface CatalogueOptions {
  readonly store: MarketStore;
  readonly packages: Packages;
  readonly audit: AuditTrail;
  readonly now: () => Date;
}

const dayMs = 86_400_000;

export function createCatalogue({ store, packages, audit, now }: CatalogueOptions): Catalogue {
  const readReadme = createReadmes();
  const listed = async (name: string, asker: Asker) => {
    const known = await packages.find(name, asker);
    const listing = await store.readStale((db) => readListing(db, name), {
      about: `package ${name}`,
      isEnough: (found) => found !== undefined,
    });
    // A package that is in the registry and in no list was removed between the two questions.
    if (listing === undefined) throw new ServerErrors.PACKAGE_UNKNOWN({ name });
    return { known, listing };
  };
  return {
    async search({ text, ...filters }, asker) {
      const match = matchOf(text);
      if (match === '' && text.trim() !== '') return { total: 0, found: [] };
      return store.readStale((db) => searchCatalogue(db, { ...filters, match, accountId: asker?.id }));
    },
    async detail(name, asker) {
      const { listing } = await listed(name, asker);
      const { known, document: full } = await packages.document(name, asker, 'full', '');
      const document = JSON.parse(full.body.toString()) as FullDocument;
      const [categories, tags] = await store.readStale((db) =>
        Promise.all([
          namesOf(db, 'market_listing_categories', listing.id),
          namesOf(db, 'market_listing_tags', listing.id),
        ]),
      );
      const { permissions, provides } = document.versions[listing.version]?.seaworthy ?? {};
      return {
        ...listing,
        owners: known.owners,
        paid: known.paid ?? null,
        categories,
        tags,
        permissions: listing.isPlugin === 1 ? (permissions ?? {}) : null,
        provides: Array.isArray(provides) ? provides.filter((each) => typeof each === 'string') : [],
        versions: versionsOf(document, (version) => known.archives.get(version)?.bytes ?? 0),
      };
    },
    idOf: async (name, asker) => (await listed(name, asker)).listing.id,
    async readme(name, asker) {
      const { known, listing } = await listed(name, asker);
      const place = known.archives.get(listing.version);
      if (place === undefined) return '';
      return readReadme(place.sha256, () => packages.open(place));
    },
    async downloads(name, days, asker) {
      const { listing } = await listed(name, asker);
      const since = new Date(now().getTime() - (days - 1) * dayMs).toISOString().slice(0, 10);
      return store.readStale((db) => readDownloads(db, listing.id, since));
    },
    categories: () => store.readStale(listCategories),
    tags: (most) => store.readStale((db) => countBy(db, 'tag', most)),
    licences: (most) => store.readStale((db) => countBy(db, 'license', most)),
    async setCategory(category, by) {
      requireRight(by, 'curate');
      await store.write((db) => setCategory(db, category));
      await audit.record('category set', { account: by.name, category: category.id, title: category.title });
    },
    async removeCategory(id, by) {
      requireRight(by, 'curate');
      if (!(await store.write((db) => removeCategory(db, id)))) throw new ServerErrors.CATEGORY_UNKNOWN({ id });
      await audit.record('category removed', { account: by.name, category: id });
    },
    async setListingCategories(name, categories, by) {
      requireRight(by, 'publish');
      const { known, listing } = await listed(name, by);
      if (!known.owners.includes(by.name)) throw new ServerErrors.NOT_AN_OWNER({ account: by.name, name });
      const unknown = await store.write((db) => setListingCategories(db, listing.id, categories));
      if (unknown !== undefined) throw new ServerErrors.CATEGORY_UNKNOWN({ id: unknown });
      await audit.record('categories of a package set', { account: by.name, package: name, categories });
    },
  };
}

interface FullDocument {
  readonly time: Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, VersionDocument>>;
}

interface VersionDocument {
  readonly seaworthy?: { readonly permissions?: Readonly<Record<string, unknown>>; readonly provides?: unknown };
  /** A sender may have put anything there. */
  readonly deprecated?: unknown;
  readonly _npmUser?: { readonly name?: string };
  readonly dist: { readonly integrity: string; readonly signatures?: readonly { readonly keyid: string }[] };
}

function versionsOf({ versions, time }: FullDocument, bytesOf: (version: string) => number): readonly PluginVersion[] {
  return Object.entries(versions)
    .map(([version, { dist, deprecated, _npmUser }]) => ({
      version,
      publishedAt: time[version] ?? '',
      publisher: _npmUser?.name ?? '',
      bytes: bytesOf(version),
      integrity: dist.integrity,
      signedBy: (dist.signatures ?? []).map(({ keyid }) => keyid),
      deprecated: typeof deprecated === 'string' ? deprecated : '',
    }))
    .toReversed();
}
