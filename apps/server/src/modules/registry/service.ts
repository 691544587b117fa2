import type { Readable } from 'node:stream';
import { ServerErrors } from '../../errors.ts';
import { nobodyElse, type Notices } from '../../storage/notices.ts';
import type { Accounts, AuditTrail } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Blobs } from './blobs.ts';
import { createByteCache } from './byte-cache.ts';
import { createDocuments, type ArchivePlace, type KnownPackage, type PackageDocument } from './documents.ts';
import { changeOf, wishOf } from './metadata.ts';
import { versionOfArchive } from './names.ts';
import { expectPaid, isPaid, type Covers, type Paid } from './paid.ts';
import type { DocumentKind } from './packument.ts';
import { createPublisher } from './publisher.ts';
import { matchOf } from './query.ts';
import { createSearches } from './searches.ts';
import type { SigningKey } from './signing.ts';
import type { Change, ChangeOutcome } from './store-changes.ts';
import type { Found } from './store-search.ts';
import type { RegistryStore, StoredArchive } from './store.ts';
import type { UploadLimits } from './upload.ts';

/** Who asks: nobody in particular, or an account. */
export type Asker = (Pick<Account, 'id' | 'name'> & Partial<Pick<Account, 'role'>>) | undefined;

export interface SearchRequest {
  readonly text: string;
  readonly size: number;
  readonly from: number;
}

/** What other modules, the pages and the routes may ask about packages. */
export interface Packages {
  /** @throws ServerErrors.PACKAGE_UNKNOWN, also when the asker may not see it */
  find(name: string, asker: Asker): Promise<KnownPackage>;
  /** What is known of the package, and a document of it. @throws ServerErrors.PACKAGE_UNKNOWN as `find` */
  document(name: string, asker: Asker, kind: DocumentKind, base: string): Promise<FoundDocument>;
  /** @throws ServerErrors.PACKAGE_UNKNOWN, VERSION_UNKNOWN, PAYMENT_REQUIRED */
  archive(name: string, file: string, asker: Asker): Promise<ArchiveFound>;
  /** The bytes of an archive: at once if they are few. */
  open(place: ArchivePlace): Promise<Buffer | Readable>;
  /** Where whoever asks finds the archive for the next minutes, if that is not here. @param isOpen Whether everybody may have it */
  linkTo(place: ArchivePlace, isOpen: boolean): Promise<string | undefined>;
  /** To be called when an archive is given to somebody. */
  downloaded(name: string, version: string): void;
  /**
   * Receives a body of `PUT /<package>`: a new version, or what npm changes by sending a document again.
   * @param revision Of the document that was changed, when the address names one.
   */
  put(name: string, body: AsyncIterable<Buffer>, account: Account, revision?: number): Promise<void>;
  /** @throws PACKAGE_UNKNOWN, NOT_AN_OWNER, STALE_REVISION */
  change(change: Omit<Change, 'at' | 'accountId'>, account: Account, event: string): Promise<void>;
  /** Unpublishes the version of an archive; does nothing when that has happened. @throws PACKAGE_UNKNOWN, NOT_AN_OWNER */
  removeArchive(name: string, file: string, account: Account): Promise<void>;
  starredBy(account: string): Promise<readonly string[]>;
  ownedBy(account: string): Promise<readonly string[]>;
  search(request: SearchRequest, asker: Asker): Promise<{ readonly total: number; readonly found: readonly Found[] }>;
}

/** What is answered without waiting; in this process only. */
export interface RememberedPackages extends Packages {
  /** What `find` answers, by what is in memory; undefined where it has to be asked, also when it would refuse. */
  recall(name: string, asker: Asker): KnownPackage | undefined;
  /** An archive by what is in memory. */
  recallArchive(name: string, file: string, asker: Asker): RecalledArchive | undefined;
}

export interface FoundDocument {
  readonly known: KnownPackage;
  readonly document: PackageDocument;
}

export interface ArchiveFound extends ArchivePlace, Pick<KnownPackage, 'access'> {
  readonly version: string;
  /** Whether it is only for those who have paid. */
  readonly isPaid: boolean;
}

export interface RecalledArchive extends Pick<ArchiveFound, 'access' | 'version'> {
  readonly place: ArchivePlace;
  readonly bytes: Buffer;
}

export interface PackagesOptions {
  readonly store: RegistryStore;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly blobs: Blobs;
  readonly key: SigningKey;
  readonly audit: AuditTrail;
  readonly limits: UploadLimits;
  /** Who has paid for what. @default nobody has */
  readonly covers?: Covers;
  readonly onPublished: () => void;
  /** Called with each archive that somebody is given. @default nobody counts them */
  readonly onDownloaded?: (name: string, version: string) => void;
  /** What other instances change. @default there are none */
  readonly notices?: Notices;
  readonly now?: () => Date;
}

const megabyte = 1_048_576;
const documentsBytes = 48 * megabyte;
const searchesBytes = 2 * megabyte;
/** The system keeps files that are asked for often in memory as well. */
const archivesBytes = 16 * megabyte;
/** A larger archive is streamed from the disk. */
const smallBytes = 256 * 1_024;

export function createPackages(options: PackagesOptions): RememberedPackages {
  const { store, blobs, audit, covers = () => Promise.resolve(false), notices = nobodyElse } = options;
  const { now = () => new Date() } = options;
  const documents = createDocuments(
    (name) => store.read(name),
    documentsBytes,
    () => notices.isHeard,
  );
  const searches = createSearches(
    (query) => store.search(query),
    searchesBytes,
    () => notices.isHeard,
  );
  const changed = (name: string): void => {
    documents.drop(name);
    searches.dropAll();
  };
  notices.subscribe({
    changed: (topic, name) => void (topic === 'package' && changed(name)),
    missed() {
      documents.dropAll();
      searches.dropAll();
    },
  });
  const archives = createByteCache<Buffer>(archivesBytes);
  const publisher = createPublisher({ ...options, now, find: documents.find, changed });

  const find = async (name: string, asker: Asker): Promise<KnownPackage> =>
    visible(name, await documents.find(name), asker);
  const documentOf: Packages['document'] = async (name, asker, kind, base) => {
    const known = await find(name, asker);
    const ready = known.document(kind, base);
    if (ready !== undefined) return { known, document: ready };
    const anew = visible(name, await documents.readAnew(name), asker);
    const document = anew.document(kind, base);
    if (document === undefined) throw unknown(name);
    return { known: anew, document };
  };
  const recall = (name: string, asker: Asker): KnownPackage | undefined => {
    const known = documents.recall(name);
    return known !== undefined && maySee(known, asker) ? known : undefined;
  };
  const readSmall = async ({ sha256, bytes: length }: ArchivePlace): Promise<Buffer> => {
    const bytes = await blobs.readAll(sha256, length);
    archives.set(sha256, bytes, bytes.length);
    return bytes;
  };
  const change: Packages['change'] = async (change, account, event) => {
    const { name } = change;
    const before = change.unpublish === undefined ? undefined : await store.read(name);
    const outcome = await store.change({ ...change, accountId: account.id, at: now().toISOString() });
    changed(name);
    refuseUnless(outcome, name, account);
    await audit.record(event, { account: account.name, package: name, ...plain(change) });
    const gone = (before?.versions ?? []).filter(({ version }) => isUnpublished(change, version));
    const archived = gone.map(({ sha256 }) => sha256);
    for (const sha256 of archived) archives.delete(sha256);
    await removeUnneeded(options, archived);
  };
  const star = async (name: string, account: Account, isStarred: boolean): Promise<void> => {
    await find(name, account);
    await store.star(name, account.id, isStarred);
    documents.drop(name);
  };
  return {
    find,
    document: documentOf,
    async archive(name, file, asker) {
      const version = versionOfArchive(name, file) ?? file;
      // Whoever asks for an archive mostly has the document already: the package is not read, nor kept, for it.
      const alone = documents.recall(name) === undefined ? await store.findArchive(name, version) : undefined;
      if (alone?.access === 'public' && !isPaid(versionsOf(alone), version))
        return { ...alone, version, isPaid: false };
      const known = await find(name, asker);
      const place = known.archives.get(version);
      if (place === undefined) throw new ServerErrors.VERSION_UNKNOWN({ name, version: shown(version) });
      const isSold = isPaid(known.paid, version);
      if (isSold) await expectPaid({ name, version, asker, known }, { covers, audit });
      return { ...place, access: known.access, version, isPaid: isSold };
    },
    open(place) {
      const { sha256, bytes } = place;
      if (bytes > smallBytes) return blobs.stream(sha256);
      const ready = archives.get(sha256);
      return ready === undefined ? readSmall(place) : Promise.resolve(ready);
    },
    linkTo: async ({ sha256 }, isOpen) => blobs.linkTo?.(sha256, isOpen),
    recall,
    recallArchive(name, file, asker) {
      const known = recall(name, asker);
      const version = versionOfArchive(name, file) ?? file;
      // Who has paid for it has to be asked.
      const place = isPaid(known?.paid, version) ? undefined : known?.archives.get(version);
      const bytes = place && archives.get(place.sha256);
      return known && place && bytes && { access: known.access, version, place, bytes };
    },
    downloaded: (name, version) => options.onDownloaded?.(name, version),
    async put(name, body, account, revision) {
      const document = await publisher.receive(name, body, account);
      if (document === undefined) return;
      const stored = await store.read(name);
      if (stored === undefined) throw unknown(name);
      const wish = wishOf(document, stored, revision !== undefined);
      if (wish.kind === 'star') await star(name, account, wish.users[account.name] === true);
      else await change({ name, revision, ...(await changeOf(wish, options.accounts)) }, account, eventOf[wish.kind]);
    },
    change,
    async removeArchive(name, file, account) {
      const { archives: all, owners } = await find(name, account);
      if (!owners.includes(account.name)) refuseUnless('not an owner', name, account);
      const version = versionOfArchive(name, file) ?? '';
      if (all.has(version)) await change({ name, unpublish: [version] }, account, 'versions unpublished');
    },
    starredBy: (account) => store.starredBy(account),
    ownedBy: (account) => store.ownedBy(account),
    async search({ text, size, from }, asker) {
      const match = matchOf(text);
      // Signs alone are no words: nothing has them.
      if (match === '' && text.trim() !== '') return { total: 0, found: [] };
      return searches.find({ match, exact: text.trim().toLowerCase(), size, from, accountId: asker?.id });
    },
  };
}

const eventOf = {
  owners: 'owners changed',
  deprecate: 'versions deprecated',
  unpublish: 'versions unpublished',
} as const;

/** @throws PACKAGE_UNKNOWN, NOT_AN_OWNER, STALE_REVISION */
function refuseUnless(outcome: ChangeOutcome, name: string, account: Account): void {
  if (outcome === 'unknown') throw unknown(name);
  if (outcome === 'not an owner') throw new ServerErrors.NOT_AN_OWNER({ account: account.name, name: shown(name) });
  if (outcome === 'no owner') throw new ServerErrors.LAST_OWNER({ name });
  if (outcome === 'stale') throw new ServerErrors.STALE_REVISION({ name });
}

/** @throws PACKAGE_UNKNOWN */
function visible(name: string, known: KnownPackage | undefined, asker: Asker): KnownPackage {
  if (known === undefined || !maySee(known, asker)) throw unknown(name);
  return known;
}

function maySee({ access, owners }: KnownPackage, asker: Asker): boolean {
  return access === 'public' || (asker !== undefined && owners.includes(asker.name));
}

function isUnpublished({ unpublish = [] }: Pick<Change, 'unpublish'>, version: string): boolean {
  return unpublish === 'all' || unpublish.includes(version);
}

/** After the change is on the disk: until then somebody may still be told of them. */
async function removeUnneeded({ store, blobs }: PackagesOptions, sha256: readonly string[]): Promise<void> {
  if (sha256.length === 0) return;
  const needed = await store.needed(sha256);
  for (const each of sha256) if (!needed.has(each)) await blobs.remove(each);
}

function versionsOf({
  paidVersions: versions,
}: Pick<StoredArchive, 'paidVersions'>): Pick<Paid, 'versions'> | undefined {
  return versions === null ? undefined : { versions };
}

/** A change as an audit record has it. */
function plain({ name: _name, tags, deprecated, ...others }: Omit<Change, 'at' | 'accountId'>): object {
  return {
    ...others,
    ...(tags !== undefined && { tags: Object.fromEntries(tags) }),
    ...(deprecated !== undefined && { deprecated: Object.fromEntries(deprecated) }),
  };
}

function unknown(name: string): Error {
  return new ServerErrors.PACKAGE_UNKNOWN({ name: shown(name) });
}

/** A stranger's text in a message: short, and of plain characters. */
function shown(text: string): string {
  return /^[\w@/.~-]{1,214}$/.test(text) ? text : JSON.stringify(text.slice(0, 80));
}
