// (1) A version is acknowledged when its archive, its row and its audit record are on the disk, in this order.
// (2) Whatever fails before the row is there leaves nothing but a file that nobody names.
import { ServerErrors } from '../../errors.ts';
import type { AuditTrail } from '../accounts/service.ts';
import type { Account } from '../accounts/sessions.ts';
import type { Blobs } from './blobs.ts';
import { checkPublication, refuseHostileKeys, type Json, type Publication } from './publication.ts';
import type { SigningKey } from './signing.ts';
import type { ChangeOutcome } from './store-changes.ts';
import type { RegistryStore } from './store.ts';
import { receiveUpload, type ReceivedArchive, type UploadLimits } from './upload.ts';

export interface Publisher {
  /** Publishes what arrives; without an archive it answers with the document, which is for somebody else to read. */
  receive(name: string, body: AsyncIterable<Buffer>, account: Account): Promise<Json | undefined>;
}

export interface PublisherOptions {
  readonly store: RegistryStore;
  readonly blobs: Blobs;
  readonly key: SigningKey;
  readonly audit: AuditTrail;
  readonly limits: UploadLimits;
  readonly now: () => Date;
  readonly find: (name: string) => Promise<{ readonly owners: readonly string[] } | undefined>;
  /** Called when a package has changed. */
  readonly changed: (name: string) => void;
  readonly onPublished: () => void;
}

export function createPublisher(options: PublisherOptions): Publisher {
  const { blobs, audit, limits, onPublished } = options;
  return {
    async receive(name, body, account) {
      const { document, archive } = await receiveUpload(body, blobs, limits, async () => {
        const owners = (await options.find(name))?.owners;
        if (owners !== undefined) refuseUnless(owners.includes(account.name), name, account);
      });
      try {
        refuseHostileKeys(document);
        if (archive === undefined) return document;
        const publication = checkPublication(name, document, archive);
        await keep(options, publication, archive, account);
        const { version, tags } = publication;
        const { integrity, bytes } = archive.digests;
        await audit.record('version published', {
          account: account.name,
          package: name,
          version,
          tags,
          integrity,
          bytes,
        });
        onPublished();
        return undefined;
      } finally {
        // Does nothing to an archive that is kept.
        await archive?.draft.discard();
      }
    },
  };
}

async function keep(
  { store, key, now, changed }: PublisherOptions,
  publication: Publication,
  { draft, digests, contents }: ReceivedArchive,
  account: Account,
): Promise<void> {
  const { name, version, tags, access, readme, manifest } = publication;
  const { integrity, shasum, sha256, bytes } = digests;
  const dist = {
    integrity,
    shasum,
    fileCount: contents.files,
    unpackedSize: contents.bytes,
    signatures: [key.sign(name, version, integrity)],
  };
  const marks = {
    ...(contents.hasShrinkwrap && { _hasShrinkwrap: true }),
    ...(hasInstallScript(contents.packageJson) && { hasInstallScript: true }),
  };
  const by = { name: account.name, email: account.email };
  const own = archivedMembers(contents.packageJson);
  const whole = { ...manifest, ...own, _id: `${name}@${version}`, ...marks, _npmUser: by, dist };
  refuseUnlessDone(await store.checkVersion({ name, version, accountId: account.id }), publication, account);
  await draft.keep();
  const at = now().toISOString();
  const outcome = await store.addVersion({
    name,
    version,
    readme,
    tags,
    access,
    sha256,
    bytes,
    at,
    accountId: account.id,
    manifest: JSON.stringify(whole),
  });
  changed(name);
  refuseUnlessDone(outcome, publication, account);
}

function refuseUnlessDone(outcome: ChangeOutcome, { name, version }: Publication, account: Account): void {
  refuseUnless(outcome !== 'not an owner', name, account);
  if (outcome === 'not a member') throw new ServerErrors.NAMESPACE_TAKEN({ name: name.split('/', 1)[0] });
  if (outcome === 'exists') throw new ServerErrors.VERSION_EXISTS({ name, version });
}

function refuseUnless(isOwner: boolean, name: string, account: Account): void {
  if (!isOwner) throw new ServerErrors.NOT_AN_OWNER({ account: account.name, name });
}

/** What people decide by: the licence and what a plugin asks for are those of the archive, whatever the sender says. */
function archivedMembers(packageJson: string): Json {
  const { license, seaworthy } = JSON.parse(packageJson.replace(/^\uFEFF/, '')) as Json;
  return { license, seaworthy };
}

/** By what is installed, not by what the sender says of it. */
function hasInstallScript(packageJson: string): boolean {
  const { scripts } = JSON.parse(packageJson.replace(/^\uFEFF/, '')) as { readonly scripts?: unknown };
  if (typeof scripts !== 'object' || scripts === null) return false;
  return ['preinstall', 'install', 'postinstall'].some((name) => Object.hasOwn(scripts, name));
}
