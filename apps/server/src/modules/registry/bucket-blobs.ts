// Archives in a bucket; the database tells which there are, and what they are called there.
// (1) A name in the bucket is used once: a removal that arrives late removes nothing that was sent since.
// (2) The database names an object when the bucket has all of it, and forgets it before it is removed.
// (3) An object that is not named for `graceMs` belongs to nobody: sending one, and naming it, takes much less.
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Kysely } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import type { Bucket, ExpectedObject } from '../../storage/bucket/bucket.ts';
import type { BucketBody } from '../../storage/bucket/request.ts';
import { answering } from '../../storage/database.ts';
import type { Tables } from '../../storage/schema.ts';
import { find, lockArchive, objectName, removeUnnamed, touch, unnamed, type ArchiveRow } from './archive-rows.ts';
import type { Blobs } from './blobs.ts';
import { createByteCache } from './byte-cache.ts';
import { makeDrafts, partsOf, streamOf, type DatabaseBlobsOptions } from './database-blobs.ts';
import { createDraft } from './draft.ts';

export interface BucketBlobsOptions extends DatabaseBlobsOptions {
  /** Hands out addresses of the bucket that are good for so many seconds. @default archives pass this server */
  readonly linkSeconds?: number | undefined;
}

const rememberedBytes = 4_194_304;
/** Without a space, which some buckets read in another way than it was signed. */
const forOneOnly = 'private,no-store';
const ourName = /^[0-9a-f]{64}-[0-9a-f]{16}$/;

/** @throws ServerErrors.ARCHIVES_UNREADABLE when the folder for drafts cannot be made. */
export async function openBucketBlobs(db: Kysely<Tables>, bucket: Bucket, options: BucketBlobsOptions): Promise<Blobs> {
  const { drafts, graceMs = 3_600_000, now = () => new Date(), linkSeconds, replicas } = options;
  await makeDrafts(drafts);
  const known = createByteCache<ExpectedObject>(rememberedBytes);
  const isOld = (): string => new Date(now().getTime() - graceMs).toISOString();

  /** Undefined for one whose parts are still in the database. */
  const place = async (sha256: string, isNew = false): Promise<ExpectedObject | undefined> => {
    const fromPrimary = () => answering(() => find(db, sha256));
    const question = {
      ask: (old: Kysely<Tables>) => find(old, sha256),
      isEnough: (found: unknown) => found !== undefined,
    };
    const row = await ((isNew ? undefined : replicas?.read(question, fromPrimary)) ?? fromPrimary());
    if (row === undefined) throw missing(sha256, 'there is none of that name');
    if (row.object === null) return undefined;
    const object = { name: row.object, bytes: row.bytes, sha256 };
    known.set(sha256, object, 300);
    return object;
  };
  /** Asks the bucket for what is remembered; was it sent anew under another name, the database knows. */
  const ask = async <Found>(
    sha256: string,
    read: (object: ExpectedObject) => Promise<Found | undefined>,
    parts: () => Promise<Found>,
  ): Promise<Found> => {
    const remembered = known.get(sha256);
    const first = remembered && (await read(remembered));
    if (first !== undefined) return first;
    known.delete(sha256);
    const object = await place(sha256);
    if (object === undefined) return parts();
    const found = (await read(object)) ?? (await readNewer(sha256, object, read));
    if (found === undefined) throw missing(sha256, `${bucket.address} has no object ${object.name}`);
    return found;
  };
  /** A replica may not have heard yet that it was sent anew. */
  const readNewer = async <Found>(
    sha256: string,
    { name }: ExpectedObject,
    read: (object: ExpectedObject) => Promise<Found | undefined>,
  ): Promise<Found | undefined> => {
    const newer = replicas === undefined ? undefined : await place(sha256, true);
    return newer === undefined || newer.name === name ? undefined : read(newer);
  };
  const remove = async (sha256: string): Promise<boolean> => {
    const row = await answering(() => removeUnnamed(db, sha256, isOld()));
    known.delete(sha256);
    if (typeof row?.object === 'string') await removeSometime(bucket, row.object);
    return row !== undefined;
  };
  const keep = async (sha256: string, body: BucketBody): Promise<void> => {
    const at = (): string => now().toISOString();
    const row = await answering(() => noted(db, sha256, at()));
    if (row !== undefined && (row.object === null || (await bucket.has(row.object)))) return;
    const object = objectName(sha256);
    await bucket.put(object, body);
    const isNamed = await answering(() => name(db, { sha256, bytes: body.bytes, object, at: at() }, row?.object));
    if (!isNamed) await removeSometime(bucket, object);
  };

  return {
    create: () =>
      createDraft(drafts, (path, { sha256, bytes }) =>
        keep(sha256, { bytes, sha256, open: () => createReadStream(path) }),
      ),
    readAll: (sha256) => ask(sha256, bucket.read, () => buffer(partsOf(db, sha256, replicas))),
    stream: (sha256) => ask(sha256, bucket.stream, () => Promise.resolve(streamOf(partsOf(db, sha256, replicas)))),
    ...(linkSeconds !== undefined && {
      linkTo: async (sha256: string, isOpen: boolean) => {
        const object = known.get(sha256) ?? (await place(sha256));
        // The object itself says that everybody may keep it, as most are for everybody.
        return object && bucket.sign(object.name, linkSeconds, isOpen ? undefined : forOneOnly);
      },
    }),
    remove: async (sha256) => void (await remove(sha256)),
    async sweep(_isNamed, signal) {
      await moveParts(db, bucket, { isOld: isOld(), at: now().toISOString(), signal });
      const old = await answering(() => unnamed(db, isOld()).select('sha256').execute());
      let removed = 0;
      for (const { sha256 } of old) {
        signal?.throwIfAborted();
        removed += Number(await remove(sha256));
      }
      return removed + (await removeStrays(db, bucket, graceMs, signal));
    },
  };
}

/** It is in nobody's way: if the bucket does not answer, the next sweep finds it. */
async function removeSometime(bucket: Bucket, object: string): Promise<void> {
  await bucket.remove(object).catch(() => undefined);
}

function noted(db: Kysely<Tables>, sha256: string, at: string): Promise<ArchiveRow | undefined> {
  return db.transaction().execute(async (transaction) => {
    await lockArchive(transaction, sha256);
    return touch(transaction, sha256, at);
  });
}

interface NamedObject {
  readonly sha256: string;
  readonly bytes: number;
  readonly object: string;
  readonly at: string;
}

/** Answers false when somebody else has sent the same meanwhile. @param lost What it was called before, and is not there. */
function name(
  db: Kysely<Tables>,
  { sha256, bytes, object, at }: NamedObject,
  lost: string | null | undefined,
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    await lockArchive(transaction, sha256);
    const row = await touch(transaction, sha256, at);
    if (row === undefined) {
      await transaction.insertInto('archives').values({ sha256, bytes, kept_at: at, object }).execute();
      return true;
    }
    if (row.object !== lost) return false;
    await transaction.updateTable('archives').set({ object }).where('sha256', '=', sha256).execute();
    return true;
  });
}

interface Moving {
  readonly isOld: string;
  readonly at: string;
  readonly signal: AbortSignal | undefined;
}

/** Sends archives to the bucket whose parts are in the database; the parts go later, as somebody may be reading them. */
async function moveParts(db: Kysely<Tables>, bucket: Bucket, { isOld, at, signal }: Moving): Promise<void> {
  await answering(() =>
    db
      .deleteFrom('archive_parts')
      .where('sha256', 'in', (query) =>
        query.selectFrom('archives').select('sha256').where('object', 'is not', null).where('kept_at', '<', isOld),
      )
      .execute(),
  );
  const inParts = await answering(() =>
    db.selectFrom('archives').select(['sha256', 'bytes']).where('object', 'is', null).execute(),
  );
  for (const { sha256, bytes } of inParts) {
    signal?.throwIfAborted();
    const object = objectName(sha256);
    await bucket.put(object, { sha256, bytes, open: () => Readable.from(partsOf(db, sha256)) }, signal);
    const isNamed = await answering(() => name(db, { sha256, bytes, object, at }, null));
    if (!isNamed) await removeSometime(bucket, object);
  }
}

/** Objects that are not named: a server was killed between sending and naming one, or between forgetting and removing it. */
async function removeStrays(
  db: Kysely<Tables>,
  bucket: Bucket,
  graceMs: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  let removed = 0;
  for await (const { objects, now } of bucket.list(signal)) {
    const old = objects.filter(
      ({ name: each, modifiedAt }) => ourName.test(each) && now.getTime() - modifiedAt.getTime() > graceMs,
    );
    if (old.length === 0) continue;
    const names = old.map((each) => each.name);
    const rows = await answering(() =>
      db.selectFrom('archives').select('object').where('object', 'in', names).execute(),
    );
    const named = new Set(rows.map(({ object }) => object));
    for (const each of names.filter((one) => !named.has(one))) {
      signal?.throwIfAborted();
      await bucket.remove(each);
      removed += 1;
    }
  }
  return removed;
}

function missing(sha256: string, reason: string): Error {
  return new ServerErrors.ARCHIVE_MISSING({ sha256, reason });
}
