import { sql, type Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Role, Tables } from '../../storage/schema.ts';

export type AccountState = 'enabled' | 'disabled';

/** Which accounts are looked for. */
export interface AccountQuery {
  /** A part of the name or the email, in any case; empty for all. */
  readonly text: string;
  readonly state?: AccountState | undefined;
  readonly size: number;
  readonly from: number;
}

export interface ListedAccount {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  /** As it is kept; the settings may give more. */
  readonly role: Role;
  readonly isFlagAdmin: boolean;
  readonly createdAt: string;
  readonly disabledAt: string | null;
}

export interface AccountList {
  /** By name. */
  find(query: AccountQuery): Promise<{ readonly total: number; readonly found: readonly ListedAccount[] }>;
}

/** The list in SQL. */
export function createAccountList(db: Kysely<Tables>, { reads }: Pick<StorePipelines, 'reads'>): AccountList {
  return {
    find: ({ text, state, size, from }) =>
      runThrough(reads, () =>
        answering(async () => {
          let all = db.selectFrom('accounts');
          if (text !== '') {
            // What is a wildcard to the database is a letter to whoever looks for it.
            const pattern = `%${text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
            all = all.where(
              sql<boolean>`(name LIKE ${pattern} ESCAPE '\\' OR lower(email) LIKE ${pattern} ESCAPE '\\')`,
            );
          }
          if (state !== undefined) all = all.where('disabled_at', state === 'enabled' ? 'is' : 'is not', null);
          const { total } = await all
            .select((rows) => rows.fn.countAll<number>().as('total'))
            .executeTakeFirstOrThrow();
          const rows = await all
            .select(['id', 'name', 'email', 'role', 'flag_admin as flagAdmin'])
            .select(['created_at as createdAt', 'disabled_at as disabledAt'])
            .orderBy('name')
            .limit(size)
            .offset(from)
            .execute();
          const found = rows.map(({ flagAdmin, ...account }) => ({ ...account, isFlagAdmin: flagAdmin === 1 }));
          return { total, found };
        }),
      ),
  };
}
