// What PostgreSQL knows of archives that instances share, wherever their bytes are.
// (1) What somebody wanted kept within the time of grace is not removed, whoever asks: its version may be written at this very moment.
import { randomBytes } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { ServerErrors } from '../../errors.ts';
import { lock } from '../../storage/locks.ts';
import type { Tables } from '../../storage/schema.ts';

export interface ArchiveRow {
  readonly bytes: number;
  readonly object: string | null;
}

/** What an archive is called in a bucket: as nothing was before. */
export function objectName(sha256: string): string {
  return `${sha256}-${randomBytes(8).toString('hex')}`;
}

/** Nobody else changes what is known of this archive until the transaction ends. */
export function lockArchive(db: Transaction<Tables>, sha256: string): Promise<void> {
  return lock(db, `archive ${sha256}`);
}

/** Notes that somebody wants it kept, and answers with what is known of it. */
export async function touch(db: Transaction<Tables>, sha256: string, at: string): Promise<ArchiveRow | undefined> {
  const row = await find(db, sha256);
  if (row !== undefined) await db.updateTable('archives').set({ kept_at: at }).where('sha256', '=', sha256).execute();
  return row;
}

export function find(db: Kysely<Tables>, sha256: string): Promise<ArchiveRow | undefined> {
  return db.selectFrom('archives').select(['bytes', 'object']).where('sha256', '=', sha256).executeTakeFirst();
}

/** Archives that no version needs, and that nobody has kept since. */
export function unnamed(db: Kysely<Tables>, before: string) {
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

/** Forgets it, if it is one of them, and answers with what was known of it. */
export function removeUnnamed(db: Kysely<Tables>, sha256: string, before: string): Promise<ArchiveRow | undefined> {
  return db.transaction().execute(async (transaction) => {
    await lockArchive(transaction, sha256);
    const found = await unnamed(transaction as Kysely<Tables>, before)
      .select(['bytes', 'object'])
      .where('sha256', '=', sha256)
      .executeTakeFirst();
    if (found !== undefined) await transaction.deleteFrom('archives').where('sha256', '=', sha256).execute();
    return found;
  });
}

/** @throws ServerErrors.STORAGE_NEEDED when archives are in a bucket, for a server that has none. */
export async function refuseNamedObjects(db: Kysely<Tables>): Promise<void> {
  const { archives } = await db
    .selectFrom('archives')
    .where('object', 'is not', null)
    .select(({ fn }) => fn.countAll().as('archives'))
    .executeTakeFirstOrThrow();
  if (Number(archives) > 0) throw new ServerErrors.STORAGE_NEEDED({ archives: Number(archives) });
}
