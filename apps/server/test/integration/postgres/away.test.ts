// A PostgreSQL that goes away, hangs, or comes back, behind a network that a test can stop.
import { postgresPrograms, skipWithout, startPostgres, type PostgresServer } from '@seaworthy/test-services';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../../src/errors.ts';
import { createAccountStore } from '../../../src/modules/accounts/store.ts';
import { migrationProvider } from '../../../src/storage/migrations.ts';
import type { StorePipelines } from '../../../src/storage/pipeline.ts';
import { openPostgres } from '../../../src/storage/postgres.ts';
import { registryClient } from '../../support/registry-client.ts';
import { push, reportBody } from '../../support/report.ts';
import { manage, runServer, type RunningServer } from '../../support/run-server.ts';
import { publishDocument } from '../../support/tarball.ts';
import { tcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { unusedPort } from '../../support/unused-port.ts';

const patience = { timeout: 90_000, interval: 50 };
const slow = { timeout: 240_000 };
const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const person = { email: 'a@example.com', password: 'x', createdAt: '2026-01-31T12:00:00.000Z' };

let postgres: PostgresServer | undefined;
let proxy: TcpProxy;
let databases = 0;

beforeEach(async (context) => {
  const location = skipWithout(context, postgresPrograms);
  postgres ??= await startPostgres(location);
  const { hostname: host, port } = new URL(postgres.url);
  proxy = await tcpProxy({ host, port: Number(port) });
}, 120_000);
afterEach(() => proxy[Symbol.asyncDispose]());
afterAll(() => postgres?.[Symbol.asyncDispose]());

/** The address of a new database, through the network of the test. */
async function address(): Promise<string> {
  databases += 1;
  const name = `away_${databases}`;
  const direct = await openPostgres((postgres as PostgresServer).url);
  await sql`CREATE DATABASE ${sql.id(name)}`.execute(direct.query);
  await direct.close();
  const url = new URL((postgres as PostgresServer).url);
  url.port = String(proxy.port);
  url.pathname = `/${name}`;
  return url.href;
}

const readyAt = async (server: RunningServer): Promise<readonly [number, string]> => {
  const response = await manage(server, '/health/ready');
  return [response.status, await response.text()];
};

test(
  'while it is away all is refused with 503 and a time to come again, and when it is back all goes on',
  slow,
  async () => {
    const server = await runServer({ SEAWORTHY_DATABASE_URL: await address() });
    try {
      const ada = await registryClient(server.url, 'ada');
      await ada.send('PUT', '/lists', publishDocument('lists', '1.0.0'));
      const reading = async (): Promise<number> => (await fetch(`${server.url}/npm/lists`)).status;
      expect(await reading()).toBe(200);
      await postgres?.stop();
      // What was remembered may have been changed by others meanwhile.
      await expect.poll(reading, patience).toBe(503);
      const [read, written] = await Promise.all([
        fetch(`${server.url}/npm/lists`),
        push(server.url, reportBody({ overall: 1 })),
      ]);
      for (const answer of [read, written]) {
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
        expect(await answer.json()).toMatchObject({ code: 'seaworthy.server.STORE_UNAVAILABLE' });
      }
      await expect.poll(() => readyAt(server), patience).toEqual([503, expect.stringContaining('"database"')]);
      expect((await manage(server, '/health/live')).status).toBe(200);
      await postgres?.start();
      await expect.poll(() => readyAt(server), patience).toEqual([200, expect.stringContaining('"status":"UP"')]);
      expect(await reading()).toBe(200);
      expect((await push(server.url, reportBody({ overall: 1 }))).status).toBe(201);
      expect((await ada.send('PUT', '/lists', publishDocument('lists', '1.1.0'))).status).toBe(201);
      await expect.poll(async () => (await ada.get('/lists')).text(), patience).toContain('1.1.0');
    } finally {
      await server.stop();
    }
  },
);

test(
  'while it hangs, answers come within the time of the store, and nothing that is remembered is served',
  slow,
  async () => {
    const server = await runServer({ SEAWORTHY_DATABASE_URL: await address() });
    try {
      const ada = await registryClient(server.url, 'ada');
      await ada.send('PUT', '/lists', publishDocument('lists', '1.0.0'));
      const reading = async (): Promise<number> => (await fetch(`${server.url}/npm/lists`)).status;
      expect(await reading()).toBe(200);
      proxy.freeze();
      await expect.poll(reading, patience).toBe(503);
      const answer = await push(server.url, reportBody());
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      proxy.thaw();
      await expect.poll(() => readyAt(server), patience).toEqual([200, expect.stringContaining('"status":"UP"')]);
      expect(await reading()).toBe(200);
    } finally {
      await server.stop();
    }
  },
);

test(
  'of a change whose confirmation is lost it says that perhaps it was made, and does not make it again',
  slow,
  async () => {
    const database = await openPostgres(await address());
    try {
      const store = createAccountStore(database.query, direct);
      proxy.cutAfter('insert into "accounts"');
      await expect(store.add({ name: 'ada', ...person })).rejects.toSatisfy(ServerErrors.STORE_UNCERTAIN.is);
      await expect.poll(() => store.find('ada'), patience).toMatchObject({ name: 'ada' });
      proxy.cutAfter('commit');
      const change = database.query
        .transaction()
        .execute((db) => db.insertInto('projects').values({ name: 'p', created_at: 'now' }).execute());
      await expect(change).rejects.toSatisfy(ServerErrors.STORE_UNCERTAIN.is);
      proxy.cutAfter('from "accounts"');
      await expect(store.find('ada')).rejects.toSatisfy(ServerErrors.STORE_UNAVAILABLE.is);
      const rows = () => database.query.selectFrom('projects').select('name').execute();
      await expect.poll(rows, patience).toEqual([{ name: 'p' }]);
    } finally {
      await database.close();
    }
  },
);

test(
  'what waits too long for a lock, and what takes too long, is STORE_UNAVAILABLE, and its connection is used again',
  slow,
  async () => {
    const database = await openPostgres(await address(), { statementMs: 500, maxConnections: 2 });
    try {
      const store = createAccountStore(database.query, direct);
      await store.add({ name: 'ada', ...person });
      await database.query.transaction().execute(async (transaction) => {
        await sql`LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE`.execute(transaction);
        await expect(store.find('ada')).rejects.toSatisfy(ServerErrors.STORE_UNAVAILABLE.is);
      });
      expect((await store.find('ada'))?.name).toBe('ada');
    } finally {
      await database.close();
    }
  },
);

test('instances that start at once make the tables once', slow, async () => {
  const url = await address();
  const opened = await Promise.all([1, 2, 3, 4].map(() => openPostgres(url)));
  try {
    const known = Object.keys(await migrationProvider.getMigrations());
    const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(
      (opened[0] as (typeof opened)[0]).query,
    );
    expect(rows.map(({ name }) => name)).toEqual(known);
  } finally {
    await Promise.all(opened.map((each) => each.close()));
  }
});

test(
  'a database that starts after the server is waited for; one that never does is refused by its address alone',
  slow,
  async () => {
    await postgres?.stop();
    const later = openPostgres((postgres as PostgresServer).url, { openTimeoutMs: 120_000 });
    await postgres?.start();
    await (await later).close();
    const nowhere = `postgres://ada:secret@127.0.0.1:${await unusedPort()}/app`;
    const failure = await openPostgres(nowhere, { openTimeoutMs: 1 }).catch((error: unknown) => error);
    expect(ServerErrors.DATABASE_UNUSABLE.is(failure)).toBe(true);
    expect(String(failure)).toMatch(/127\.0\.0\.1:\d+\/app/);
    expect(String(failure)).not.toContain('secret');
    const unknown = new URL((postgres as PostgresServer).url);
    unknown.pathname = '/not_there';
    await expect(openPostgres(unknown.href)).rejects.toSatisfy(ServerErrors.DATABASE_UNUSABLE.is);
  },
);
