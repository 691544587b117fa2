// Archives in the database, for instances that share no folder.
// (1) An archive is there as a whole or not at all: its parts are written in one transaction.
import { AsyncLocalStorage } from 'node:async_hooks';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Kysely, Transaction } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import { answering } from '../../storage/database.ts';
import type { Replicas } from '../../storage/replicas/replicas.ts';
import type { Tables } from '../../storage/schema.ts';
import { lockArchive, removeUnnamed, touch, unnamed } from './archive-rows.ts';
import type { Blobs } from './blobs.ts';
import { createDraft, emptyDrafts, type Digests } from './draft.ts';

export interface DatabaseBlobsOptions {
  /** Where archives are while they are received. */
  readonly drafts: string;
  /** @default one hour */
  readonly graceMs?: number;
  readonly now?: () => Date;
  /** Where bytes are read that never change. @default where they are written */
  readonly replicas?: Pick<Replicas, 'read'> | undefined;
}

const partBytes = 524_288;

/** @throws ServerErrors.ARCHIVES_UNREADABLE when the folder for drafts cannot be made. */
export async function openDatabaseBlobs(db: Kysely<Tables>, options: DatabaseBlobsOptions): Promise<Blobs> {
  const { drafts, graceMs = 3_600_000, now = () => new Date(), replicas } = options;
  await makeDrafts(drafts);
  const isOld = (): string => new Date(now().getTime() - graceMs).toISOString();
  const remove = async (sha256: string): Promise<boolean> =>
    (await answering(() => removeUnnamed(db, sha256, isOld()))) !== undefined;
  return {
    create: () => createDraft(drafts, (path, digests) => answering(() => keep(db, path, digests, now().toISOString()))),
    async readAll(sha256, bytes) {
      const parts: Buffer[] = [];
      for await (const part of partsOf(db, sha256, replicas)) parts.push(part);
      const whole = Buffer.concat(parts);
      if (whole.length === bytes) return whole;
      throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: `there are ${whole.length} of ${bytes} bytes` });
    },
    stream: (sha256) => Promise.resolve(streamOf(partsOf(db, sha256, replicas))),
    remove: async (sha256) => void (await remove(sha256)),
    async sweep() {
      const old = await answering(() => unnamed(db, isOld()).select('sha256').execute());
      let removed = 0;
      for (const { sha256 } of old) removed += Number(await remove(sha256));
      return removed;
    },
  };
}

/** Empties the folder, or makes it. @throws ServerErrors.ARCHIVES_UNREADABLE */
export async function makeDrafts(folder: string): Promise<void> {
  try {
    await emptyDrafts(folder);
  } catch (cause) {
    throw new ServerErrors.ARCHIVES_UNREADABLE({ folder, reason: (cause as Error).message }, { cause });
  }
}

function keep(db: Kysely<Tables>, path: string, { sha256, bytes }: Digests, at: string): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await lockArchive(transaction, sha256);
    if ((await touch(transaction, sha256, at)) !== undefined) return;
    await transaction.insertInto('archives').values({ sha256, bytes, kept_at: at }).execute();
    await writeParts(transaction, path, sha256);
  });
}

async function writeParts(db: Transaction<Tables>, path: string, sha256: string): Promise<void> {
  const file = await open(path);
  try {
    for (let position = 0; ; position += 1) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(partBytes), 0, partBytes, position * partBytes);
      const content = buffer.subarray(0, bytesRead);
      // An empty one has a part too: what has none is not there.
      if (bytesRead > 0 || position === 0) {
        await db.insertInto('archive_parts').values({ sha256, position, content }).execute();
      }
      if (bytesRead < partBytes) return;
    }
  } finally {
    await file.close();
  }
}

/** What of an archive is in the database, in order. @throws ServerErrors.ARCHIVE_MISSING */
export async function* partsOf(
  db: Kysely<Tables>,
  sha256: string,
  replicas?: Pick<Replicas, 'read'>,
): AsyncGenerator<Buffer> {
  for (let position = 0; ; position += 1) {
    const ask = (place: Kysely<Tables>) =>
      place
        .selectFrom('archive_parts')
        .select('content')
        .where('sha256', '=', sha256)
        .where('position', '=', position)
        .executeTakeFirst();
    const fromPrimary = () => answering(() => ask(db));
    const question = { ask, isEnough: (found: unknown) => found !== undefined };
    const part = await (replicas?.read(question, fromPrimary) ?? fromPrimary());
    if (part === undefined && position === 0) {
      throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: 'there is none of that name' });
    }
    if (part === undefined) return;
    yield part.content;
    if (part.content.length < partBytes) return;
  }
}

/** What is read belongs to whoever asked for it, and not to whoever is ready for more. */
export function streamOf(parts: AsyncGenerator<Buffer>): Readable {
  const inContext = AsyncLocalStorage.snapshot();
  const next = (): Promise<IteratorResult<Buffer>> => inContext(() => parts.next());
  const iterator = { next, return: () => parts.return(undefined), [Symbol.asyncIterator]: () => iterator };
  return Readable.from(iterator, { objectMode: false });
}
