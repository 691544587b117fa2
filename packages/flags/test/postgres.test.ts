import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  postgres as anyPostgres,
  postgresPrograms,
  skipWithout,
  startPostgres,
  type PostgresServer,
} from '@seaworthy/test-services';
import pg from 'pg';
import { afterAll, beforeEach, expect, test, type TestContext } from 'vitest';
import { createFlags } from '../src/index.ts';
import { postgres, type PostgresOptions } from '../src/postgres.ts';
import { toggle } from './make.ts';
import { startSilentProxy, type SilentProxy } from './silent-proxy.ts';

const document = (variant: string) => ({ flags: { a: toggle(variant) } });
const waiting = { timeout: 60_000, interval: 5 };

let server: PostgresServer | undefined;
let count = 0;
let own: PostgresOptions = {};

// One server for all tests, each with a table of its own: making a server takes longer than the tests.
beforeEach(async (context: TestContext) => {
  const location = skipWithout(context, anyPostgres);
  server ??= await startPostgres(location);
  count += 1;
  // Announcements alone: no poll comes within the test.
  own = { table: `flags_${process.pid}_${count}`, pollMs: 3_600_000, maxBackoffMs: 100 };
});
afterAll(() => server?.[Symbol.asyncDispose]());

const url = (): string => server?.url ?? '';

function openPool() {
  const pool = new pg.Pool({ connectionString: url(), max: 5 });
  pool.on('error', () => {});
  return { pool, [Symbol.asyncDispose]: () => pool.end() };
}

function throughProxy({ port }: SilentProxy): string {
  const address = new URL(url());
  address.hostname = '127.0.0.1';
  address.port = String(port);
  return address.href;
}

/** How many connections wait for announcements of the test's table. */
async function listeners(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query(`SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN ${own.table}'`);
  return rows.length;
}

test('what is published is in use within moments, told by whom, and counted', async () => {
  await using opened = openPool();
  const source = postgres(opened.pool, own);
  const first = await source.publish(document('on'));
  await using flags = await createFlags({ source });
  expect([flags.value('a'), flags.status().sourceVersion]).toEqual([true, first]);
  await expect.poll(() => listeners(opened.pool), waiting).toBe(1);
  const second = await source.publish(document('off'), { by: 'ada' });
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  expect(second).toBeGreaterThan(first);
  expect(flags.history().at(-1)).toMatchObject({ by: 'ada', sourceVersion: second, changed: ['a'] });
});

test('programs with different sets share a table, and hear of their own', async () => {
  await using opened = openPool();
  const [shop, desk] = ['shop', 'the desk'].map((set) => postgres(opened.pool, { ...own, set }));
  if (!shop || !desk) throw new Error('there are two');
  await shop.publish(document('on'));
  await desk.publish(document('on'));
  await using flags = await createFlags({ source: desk });
  await expect.poll(() => listeners(opened.pool), waiting).toBe(1);
  await shop.publish(document('off'));
  await desk.publish({ flags: { a: toggle('on'), b: toggle('on') } });
  await expect.poll(() => flags.value('b'), waiting).toBe(true);
  expect(flags.history().map(({ added, changed }) => [added, changed])).toEqual([
    [['a'], []],
    [['b'], []],
  ]);
});

test('a server that is killed leaves the flags; what is published after its restart is caught up with', async (context) => {
  skipWithout(context, postgresPrograms);
  await using opened = openPool();
  const source = postgres(opened.pool, { ...own, pollMs: 100 });
  await source.publish(document('on'));
  await using flags = await createFlags({ source });
  const seen: string[] = [];
  const provider = flags.openfeature();
  await provider.initialize();
  for (const type of ['PROVIDER_STALE', 'PROVIDER_READY']) provider.events.addHandler(type, () => seen.push(type));
  await server?.stop();
  await expect.poll(() => flags.status().lastError?.code, waiting).toBe('seaworthy.flags.SOURCE_FAILED');
  expect(flags.value('a')).toBe(true);
  await server?.start();
  // The table is still there, with the flags in use: they are no news, but good news.
  await expect.poll(() => flags.status().lastError, waiting).toBeUndefined();
  // Stale once for each new message: refused, then not ready yet.
  expect([...new Set(seen)]).toEqual(['PROVIDER_STALE', 'PROVIDER_READY']);
  expect(seen.at(-1)).toBe('PROVIDER_READY');
  expect(flags.status().version).toBe(1);
  await using other = openPool();
  await postgres(other.pool, own).publish(document('off'));
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  await provider.onClose();
});

test('a connection that was cut off is replaced, and what it missed is found', async () => {
  await using opened = openPool();
  const source = postgres(opened.pool, own);
  await source.publish(document('on'));
  await using flags = await createFlags({ source });
  await expect.poll(() => listeners(opened.pool), waiting).toBe(1);
  await opened.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN ${own.table}'`);
  await source.publish(document('off'));
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  await expect.poll(() => listeners(opened.pool), waiting).toBe(1);
});

test('an address is enough, and close ends all its connections', async () => {
  await using opened = openPool();
  const { pool } = opened;
  const address = new URL(url());
  address.searchParams.set('application_name', own.table ?? '');
  const source = postgres(address.href, own);
  await source.publish(document('on'));
  const flags = await createFlags({ source });
  expect(flags.status().source).toBe(`postgres postgres://${address.host}/postgres ${own.table} default`);
  await expect.poll(() => listeners(pool), waiting).toBe(1);
  await source.publish(document('off'));
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  await flags.close();
  const connections = async () =>
    (await pool.query('SELECT 1 FROM pg_stat_activity WHERE application_name = $1', [own.table])).rows.length;
  await expect.poll(connections, waiting).toBe(0);
});

test('after close nobody listens, and the pool that was given still works', async () => {
  await using opened = openPool();
  const source = postgres(opened.pool, own);
  await source.publish(document('on'));
  const flags = await createFlags({ source });
  await expect.poll(() => listeners(opened.pool), waiting).toBe(1);
  await flags.close();
  await expect.poll(() => listeners(opened.pool), waiting).toBe(0);
  expect((await opened.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
});

test('a start without the server serves the last known good flags, and catches up when it is there', async (context) => {
  skipWithout(context, postgresPrograms);
  const folder = await mkdtemp(join(tmpdir(), 'flags-postgres-'));
  const lastKnownGood = join(folder, 'flags.json');
  const source = postgres(url(), own);
  await source.publish(document('on'));
  await (await createFlags({ source, lastKnownGood })).close();
  await server?.stop();
  await using flags = await createFlags({ source: postgres(url(), own), lastKnownGood });
  expect([flags.value('a'), flags.status().lastError?.code]).toEqual([true, 'seaworthy.flags.SOURCE_FAILED']);
  await server?.start();
  const late = postgres(url(), own);
  await late.publish(document('off'));
  await expect.poll(() => flags.value('a'), waiting).toBe(false);
  expect(flags.status().lastError).toBeUndefined();
  await late.close();
  // The last known good flags are still being written.
  await flags.close();
  await rm(folder, { recursive: true });
});

test('the first publications at once make the table once, and all get numbers of their own', async () => {
  const sources = Array.from({ length: 5 }, () => postgres(url(), own));
  const published = sources.flatMap((source) =>
    Array.from({ length: 6 }, (_, index) => source.publish(document(index % 2 === 0 ? 'on' : 'off'))),
  );
  const versions = await Promise.all(published);
  expect(new Set(versions).size).toBe(30);
  const [source] = sources;
  if (!source) throw new Error('there is one');
  await using flags = await createFlags({ source });
  expect(flags.status().sourceVersion).toBe(Math.max(...versions));
  await Promise.all(sources.map((each) => each.close()));
});

test('the table keeps as many versions as it should', async () => {
  await using opened = openPool();
  const source = postgres(opened.pool, { ...own, keep: 3 });
  for (const variant of ['on', 'off', 'on', 'off', 'on']) await source.publish(document(variant), { by: 'ada' });
  const { rows } = await opened.pool.query(`SELECT published_by, document FROM ${own.table} ORDER BY version`);
  expect(rows).toEqual(
    ['on', 'off', 'on'].map((variant) => ({ published_by: 'ada', document: JSON.stringify(document(variant)) })),
  );
});

test('nobody overwrites what they have not seen', async () => {
  await using opened = openPool();
  const source = postgres(opened.pool, own);
  const first = await source.publish(document('on'), { over: 0 });
  const second = await source.publish(document('off'), { over: first });
  await expect(source.publish(document('on'), { over: first })).rejects.toMatchObject({
    code: 'seaworthy.flags.PUBLISH_CONFLICT',
    message: expect.stringContaining(`are version ${second}, not ${first}`),
  });
});

test('before anything is published there is nothing, also where the table is not there', async () => {
  await using opened = openPool();
  const source = postgres(opened.pool, own);
  await expect(createFlags({ source })).rejects.toMatchObject({ code: 'seaworthy.flags.NOT_PUBLISHED' });
  await expect(source.publish(document('no'))).rejects.toMatchObject({ code: 'seaworthy.flags.INVALID_DOCUMENT' });
});

for (const { target, options = {}, says } of [
  { target: 'redis://localhost', says: '`target` to be a Pool of pg' },
  { target: {}, says: '`target` to be a Pool of pg' },
  { target: 'postgres://localhost', options: { table: 'a; DROP TABLE b' }, says: '`table` to be a plain name' },
  { target: 'postgres://localhost', options: { keep: 0 }, says: '`keep` to be a whole number' },
  { target: 'postgres://localhost', options: { set: '' }, says: '`set` to be a text' },
]) {
  test(`postgres(${JSON.stringify(target)}, ${JSON.stringify(options)}) is refused`, () => {
    expect(() => postgres(target as string, options)).toThrow(says);
  });
}

test('a connection that is lost in the middle of a publication fails it, and not the process', async () => {
  await using proxy = await startSilentProxy(new URL(url()));
  await using opened = openPool();
  const source = postgres(throughProxy(proxy), own);
  const version = await source.publish(document('on'));
  const locking = await opened.pool.connect();
  await locking.query(`BEGIN; LOCK TABLE ${own.table}`);
  const publishing = source.publish(document('off'), { timeoutMs: 60_000 }).catch((error: unknown) => error);
  const waits = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${own.table}%'`;
  await expect.poll(async () => (await opened.pool.query(waits)).rows.length, waiting).toBe(1);
  proxy.cut();
  expect(await publishing).toMatchObject({ code: 'seaworthy.flags.SOURCE_FAILED' });
  await locking.query('ROLLBACK');
  locking.release();
  expect(await source.publish(document('off'), { over: version })).toBeGreaterThan(version);
  await source.close();
});

test('a server that is gone without a word holds neither a publication nor the end of the program', async () => {
  await using proxy = await startSilentProxy(new URL(url()));
  const others = () =>
    process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length - proxy.sockets;
  // Those of the tests before are still going.
  await expect.poll(others, waiting).toBe(0);
  const source = postgres(throughProxy(proxy), own);
  await source.publish(document('on'), { timeoutMs: 60_000 });
  const flags = await createFlags({ source });
  const watching = openPool();
  await expect.poll(() => listeners(watching.pool), waiting).toBe(1);
  await watching.pool.end();
  proxy.silence();
  await expect(source.publish(document('off'), { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'seaworthy.flags.SOURCE_FAILED',
    message: expect.stringContaining('did not answer within 50 ms'),
  });
  await flags.close();
  await expect.poll(others, waiting).toBe(0);
});

test('connections of a pool that was given keep no listeners of publications', async () => {
  await using opened = openPool();
  const source = postgres(opened.pool, own);
  for (let count = 0; count < 15; count += 1) await source.publish(document('on'));
  const connection = await opened.pool.connect();
  expect(connection.listenerCount('error')).toBe(0);
  connection.release();
});

for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5']) {
  test(`a publication that may take ${String(timeoutMs)} (${typeof timeoutMs}) is refused`, async () => {
    const publishing: unknown = Reflect.apply(postgres(url(), own).publish, undefined, [document('on'), { timeoutMs }]);
    await expect(publishing).rejects.toMatchObject({ code: 'seaworthy.flags.INVALID_OPTION' });
  });
}
