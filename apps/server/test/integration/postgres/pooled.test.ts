// A PostgreSQL behind PgBouncer: a pooler that gives each transaction another connection, and one that does not.
import {
  pgbouncer,
  postgresPrograms,
  skipWithout,
  startPgBouncer,
  startPostgres,
  type PgBouncerOptions,
  type PgBouncerServer,
  type PostgresServer,
} from '@seaworthy/test-services';
import { sql } from 'kysely';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../../src/errors.ts';
import { openPostgres } from '../../../src/storage/postgres.ts';
import { registryClient } from '../../support/registry-client.ts';
import { runServer } from '../../support/run-server.ts';
import { publishDocument } from '../../support/tarball.ts';

const settings = ['statement_timeout', 'idle_in_transaction_session_timeout'];
let started: PostgresServer | undefined;
let program = '';

beforeEach(async (context) => {
  program = skipWithout(context, pgbouncer);
  const location = skipWithout(context, postgresPrograms);
  started ??= await startPostgres(location);
}, 120_000);
afterAll(() => started?.[Symbol.asyncDispose]());

/** The database itself. */
const direct = (): string => (started as PostgresServer).url;

const pooler = (options: Omit<PgBouncerOptions, 'url'>): Promise<PgBouncerServer> =>
  startPgBouncer(program, { url: direct(), ...options });

test(
  'two servers behind a pooler for transactions hear of each other through the database itself',
  { timeout: 120_000 },
  async () => {
    await using pool = await pooler({ mode: 'transaction' });
    const variables = { SEAWORTHY_DATABASE_URL: pool.url, SEAWORTHY_DATABASE_DIRECT_URL: direct() };
    const [one, other] = await Promise.all([runServer(variables), runServer(variables)]);
    try {
      const [ada, reader] = [await registryClient(one.url, 'ada'), await registryClient(other.url, 'bob')];
      const versions = async (): Promise<unknown> => {
        const document = (await (await reader.get('/pooled')).json()) as { readonly versions?: object };
        return Object.keys(document.versions ?? {});
      };
      await ada.send('PUT', '/pooled', publishDocument('pooled', '1.0.0'));
      await expect.poll(versions).toEqual(['1.0.0']);
      // The other one has it in memory now, and hears that it has changed.
      await ada.send('PUT', '/pooled', publishDocument('pooled', '1.1.0'));
      await expect.poll(versions).toEqual(['1.0.0', '1.1.0']);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  },
);

test('a transaction has its limits of time with it, and what comes after it on the same connection has not', async () => {
  await using pool = await pooler({ mode: 'transaction' });
  const database = await openPostgres(pool.url, { directUrl: direct(), statementMs: 1_000 });
  const timeout = sql<{ value: string }>`SELECT current_setting('statement_timeout') AS value`;
  try {
    const within = await database.query.transaction().execute((transaction) => timeout.execute(transaction));
    expect(within.rows).toEqual([{ value: '1s' }]);
    expect((await timeout.execute(database.query)).rows).toEqual([{ value: '0' }]);
    const slow = database.query.transaction().execute((transaction) => sql`SELECT pg_sleep(30)`.execute(transaction));
    await expect(slow).rejects.toThrow(/statement timeout/);
    // The connection is good for the next one.
    expect((await timeout.execute(database.query)).rows).toEqual([{ value: '0' }]);
  } finally {
    await database.close();
  }
});

test('a pooler for transactions alone is refused: changes of other servers would never be heard', async () => {
  await using pool = await pooler({ mode: 'transaction', ignores: settings });
  const failure = await openPostgres(pool.url).catch((error: unknown) => error);
  expect(failure).toSatisfy(ServerErrors.DATABASE_UNUSABLE.is);
  expect(String(failure)).toContain('SEAWORTHY_DATABASE_DIRECT_URL');
});

test('a pooler for sessions is as good as the database itself', async () => {
  await using pool = await pooler({ mode: 'session', ignores: settings });
  const database = await openPostgres(pool.url);
  try {
    await database.ping();
    await expect.poll(() => database.notices.isHeard).toBe(true);
  } finally {
    await database.close();
  }
});
