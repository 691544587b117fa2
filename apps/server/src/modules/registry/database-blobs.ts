// Archives in the database, for instances that share no folder.
// (1) An archive is there as a whole or not at all: its parts are written in one transaction.
// (2) What somebody wanted kept within `graceMs` is not removed, whoever asks: its version may be written at this very moment.
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Kysely, Transaction } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import { answering } from '../../storage/database.ts';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';
import type { Blobs } from './blobs.ts';
import { createDraft, emptyDrafts, type Digests } from './draft.ts';

export interface DatabaseBlobsOptions {
  /** Where archives are while they are received. */
  readonly drafts: string;
  /** @default one hour */
  readonly graceMs?: number;
  readonly now?: () => Date;
}

const partBytes = 524_288;

/** @throws ServerErrors.ARCHIVES_UNREADABLE when the folder for drafts cannot be made. */
export async function openDatabaseBlobs(db: Kysely<Tables>, options: DatabaseBlobsOptions): Promise<Blobs> {
  const { drafts, graceMs = 3_600_000, now = () => new Date() } = options;
  await makeDrafts(drafts);
  const isOld = (): string => new Date(now().getTime() - graceMs).toISOString();
  const remove = (sha256: string): Promise<boolean> => answering(() => removeUnnamed(db, sha256, isOld()));
  return {
    create: () => createDraft(drafts, (path, digests) => answering(() => keep(db, path, digests, now().toISOString()))),
    async readAll(sha256, bytes) {
      const parts: Buffer[] = [];
      for await (const part of partsOf(db, sha256)) parts.push(part);
      const whole = Buffer.concat(parts);
      if (whole.length === bytes) return whole;
      throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: `there are ${whole.length} of ${bytes} bytes` });
    },
    stream: (sha256) => Readable.from(partsOf(db, sha256), { objectMode: false }),
    remove: async (sha256) => void (await remove(sha256)),
    async sweep() {
      const old = await answering(() => unnamed(db, isOld()).select('sha256').execute());
      let removed = 0;
      for (const { sha256 } of old) removed += Number(await remove(sha256));
      return removed;
    },
  };
}

/** @throws ServerErrors.ARCHIVES_UNREADABLE */
async function makeDrafts(folder: string): Promise<void> {
  try {
    await emptyDrafts(folder);
  } catch (cause) {
    throw new ServerErrors.ARCHIVES_UNREADABLE({ folder, reason: (cause as Error).message }, { cause });
  }
}

function keep(db: Kysely<Tables>, path: string, { sha256, bytes }: Digests, at: string): Promise<void> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `archive ${sha256}`);
    const { numUpdatedRows } = await transaction
      .updateTable('archives')
      .set({ kept_at: at })
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return;
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

async function* partsOf(db: Kysely<Tables>, sha256: string): AsyncGenerator<Buffer> {
  for (let position = 0; ; position += 1) {
    const part = await answering(() =>
      db
        .selectFrom('archive_parts')
        .select('content')
        .where('sha256', '=', sha256)
        .where('position', '=', position)
        .executeTakeFirst(),
    );
    if (part === undefined && position === 0) {
      throw new ServerErrors.ARCHIVE_MISSING({ sha256, reason: 'there is none of that name' });
    }
    if (part === undefined) return;
    yield part.content;
  }
}

/** Archives that no version needs, and that nobody has kept for a while. */
function unnamed(db: Kysely<Tables>, before: string) {
  return db
    .selectFrom('archives')
    .where('kept_at', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('npm_versions')
            .select('npm_versions.id')
            .whereRef('npm_versions.sha256', '=', 'archives.sha256')
            .where('removed_at', 'is', null),
        ),
      ),
    );
}

function removeUnnamed(db: Kysely<Tables>, sha256: string, before: string): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    await lock(transaction, `archive ${sha256}`);
    const found = await unnamed(transaction as Kysely<Tables>, before)
      .select('sha256')
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (found === undefined) return false;
    await transaction.deleteFrom('archives').where('sha256', '=', sha256).execute();
    return true;
  });
}
