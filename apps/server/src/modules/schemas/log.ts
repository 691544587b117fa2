import { AsyncLocalStorage } from 'node:async_hooks';
import type { Change, LogEntry, SchemaLog } from '@seaworthy/schema-registry/http';
import type { Kysely } from 'kysely';
import { answering } from '../../storage/database.ts';
import { runThrough, type StorePipelines } from '../../storage/pipeline.ts';
import type { Tables } from '../../storage/schema.ts';
import type { AuditTrail } from '../accounts/service.ts';

/** Who a request is from, while its change is made. */
export interface ChangedBy {
  readonly account: string;
  /** What else the audit log is to know. */
  readonly context: object;
}

export interface StoredSchemaLog extends SchemaLog {
  /** Makes changes in somebody's name. */
  as<Result>(by: ChangedBy, work: () => Promise<Result>): Promise<Result>;
}

/** The log of served schemas in SQL: the offset is the key, so that two changes never take one place. */
export function createSchemaLog(
  db: Kysely<Tables>,
  { reads, writes }: StorePipelines,
  { audit, now = () => new Date() }: { readonly audit: AuditTrail; readonly now?: () => Date },
): StoredSchemaLog {
  const callers = new AsyncLocalStorage<ChangedBy>();
  const insert = async ({ offset, change }: LogEntry, by: string): Promise<boolean> => {
    const row = { offset, changed_at: now().toISOString(), changed_by: by, change: JSON.stringify(change) };
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('schema_log')
      .values(row)
      .onConflict((conflict) => conflict.column('offset').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows > 0n;
  };
  return {
    as: (by, work) => callers.run(by, work),
    read: (after) =>
      runThrough(reads, () =>
        answering(async () => {
          const rows = await db
            .selectFrom('schema_log')
            .select(['offset', 'change'])
            .where('offset', '>', after)
            .orderBy('offset')
            .execute();
          return rows.map(({ offset, change }) => ({ offset, change: JSON.parse(change) as Change }));
        }),
      ),
    async append(entry) {
      const { account = 'seaworthy', context = {} } = callers.getStore() ?? {};
      const isKept = await runThrough(writes, () => answering(() => insert(entry, account)));
      if (isKept)
        await audit.record('schemas changed', { account, offset: entry.offset, ...told(entry.change), ...context });
      return isKept;
    },
  };
}

/** The schema itself is in the database. */
function told(change: Change): object {
  if (change.kind !== 'registered') return change;
  const { kind, subject, version, id } = change;
  return { kind, subject, version, id };
}
