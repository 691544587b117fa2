import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, expect, test } from 'vitest';
import { copyToPostgres } from '../../../src/copy/copy.ts';
import { openCopySource } from '../../../src/copy/source.ts';
import { openCopyStorage } from '../../../src/copy/storage.ts';
import { ServerErrors } from '../../../src/errors.ts';
import { postgresSchemas } from '../../support/postgres-schemas.ts';
import { askMarket } from '../../support/market-client.ts';
import { registryClient, withToken } from '../../support/registry-client.ts';
import { push, reportBody } from '../../support/report.ts';
import { runServer, type RunningServer } from '../../support/run-server.ts';
import { startS3Server } from '../../support/s3-server.ts';
import { publishDocument } from '../../support/tarball.ts';
import { storageVariables } from '../../support/test-bucket.ts';

const schemas = postgresSchemas();
const slow = { timeout: 240_000 };
afterAll(() => schemas[Symbol.asyncDispose]());

interface Shown {
  readonly document: unknown;
  readonly archive: Buffer;
  readonly keys: unknown;
  readonly report: string;
  readonly found: unknown;
  readonly reviews: unknown;
}

/** What people see of a server. */
async function shownAt({ url }: RunningServer): Promise<Shown> {
  const json = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
  const { projects } = (await json('/api/v1/projects')) as { projects: { latest: { id: string } }[] };
  const document = JSON.stringify(await json('/npm/@shop%2forders')).replaceAll(url, '');
  return {
    document: JSON.parse(document) as unknown,
    archive: Buffer.from(await (await fetch(`${url}/npm/@shop/orders/-/orders-1.0.0.tgz`)).arrayBuffer()),
    keys: await json('/npm/-/npm/v1/keys'),
    report: await (await fetch(`${url}/api/v1/reports/${projects[0]?.latest.id}`)).text(),
    found: ((await json('/npm/-/v1/search?text=orders')) as { total: number }).total,
    reviews: (await askMarket(url, 'GET', '/plugins/%40shop%2Forders/reviews')).body,
  };
}

test(
  'all that a server has kept is in PostgreSQL afterwards, goes on there, and is copied once',
  slow,
  async (context) => {
    const url = await schemas.create(context);
    // Kept by the test: a server removes its folder when it has ended.
    const old = await runServer({ SEAWORTHY_SHUTDOWN_GRACE_MS: '5000' });
    const dataDir = join(old.folder, 'data');
    const [ada, bob] = [await registryClient(old.url, 'ada'), await registryClient(old.url, 'bob')];
    await ada.send(
      'PUT',
      '/@shop%2forders',
      publishDocument('@shop/orders', '1.0.0', { document: { readme: 'zero \u0000' } }),
    );
    await ada.send('PUT', '/lists', publishDocument('lists', '1.0.0'));
    const review = { body: { rating: 4, title: 'good', body: 'ü' }, token: bob.token };
    expect((await askMarket(old.url, 'PUT', '/plugins/%40shop%2Forders/reviews/mine', review)).status).toBeLessThan(
      300,
    );
    const sold = { body: { holder: 'bob', expiresAt: null }, token: ada.token };
    expect((await askMarket(old.url, 'POST', '/plugins/lists/entitlements', sold)).status).toBe(201);
    await push(old.url, reportBody());
    const before = await shownAt(old);
    await expect(copyToPostgres({ dataDir, url })).rejects.toSatisfy(ServerErrors.DATA_IN_USE.is);
    await old.life.stop('test');
    await old.ended;
    try {
      const { tables, archives } = await copyToPostgres({ dataDir, url });
      const rows = Object.fromEntries(tables.map(({ name, rows: count }) => [name, count]));
      expect(rows).toMatchObject({
        accounts: 2,
        npm_packages: 2,
        npm_versions: 2,
        reports: 1,
        market_reviews: 1,
        entitlements: 1,
      });
      expect(archives).toBe(2);
      await expect(copyToPostgres({ dataDir, url })).rejects.toSatisfy(ServerErrors.DATABASE_NOT_EMPTY.is);
      const next = await runServer({ SEAWORTHY_DATABASE_URL: url });
      try {
        expect(await shownAt(next)).toEqual(before);
        expect(await (await withToken(next.url, ada.token).get('/-/whoami')).json()).toEqual({ username: 'ada' });
        const again = await withToken(next.url, ada.token).send('PUT', '/third', publishDocument('third', '1.0.0'));
        expect(again.status).toBe(201);
        await registryClient(next.url, 'lin');
        expect((await push(next.url, reportBody({ overall: 1 }))).status).toBe(201);
      } finally {
        await next.stop();
      }
    } finally {
      rmSync(old.folder, { recursive: true, force: true });
    }
  },
);

test('with a bucket archives are copied there, and the rest into the database', slow, async (context) => {
  const url = await schemas.create(context);
  await using s3 = await startS3Server();
  const old = await runServer();
  const dataDir = join(old.folder, 'data');
  try {
    const ada = await registryClient(old.url, 'ada');
    await ada.send('PUT', '/lists', publishDocument('lists', '1.0.0'));
    const bytes = Buffer.from(await (await ada.get('/lists/-/lists-1.0.0.tgz')).arrayBuffer());
    await old.life.stop('test');
    await old.ended;
    const variables = storageVariables(s3);
    await using storage = await openCopyStorage(variables);
    const { archives } = await copyToPostgres({ dataDir, url, bucket: storage.bucket });
    expect([archives, [...s3.objects.values()].map((each) => each.bytes.equals(bytes))]).toEqual([1, [true]]);
    const next = await runServer({ SEAWORTHY_DATABASE_URL: url, ...variables });
    try {
      const answer = await fetch(`${next.url}/npm/lists/-/lists-1.0.0.tgz`);
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    } finally {
      await next.stop();
    }
    const path = join(dataDir, 'archives', archiveOf(dataDir).slice(0, 2), archiveOf(dataDir));
    const damaged = { dataDir, url: await schemas.create(context), bucket: storage.bucket };
    writeFileSync(path, 'something else');
    await expect(copyToPostgres(damaged)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
    rmSync(path);
    await expect(copyToPostgres(damaged)).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
    expect(s3.objects.size).toBe(1);
  } finally {
    rmSync(old.folder, { recursive: true, force: true });
  }
});

test(
  'an archive that is damaged, or is not there, stops the copy, and nothing of it is left',
  slow,
  async (context) => {
    const url = await schemas.create(context);
    const old = await runServer();
    const dataDir = join(old.folder, 'data');
    const ada = await registryClient(old.url, 'ada');
    await ada.send('PUT', '/lists', publishDocument('lists', '1.0.0'));
    await old.life.stop('test');
    await old.ended;
    const client = new pg.Client(url);
    try {
      await client.connect();
      const sha256 = archiveOf(dataDir);
      const folder = join(dataDir, 'archives', sha256.slice(0, 2));
      writeFileSync(join(folder, sha256), 'something else');
      await expect(copyToPostgres({ dataDir, url })).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
      rmSync(join(folder, sha256));
      await expect(copyToPostgres({ dataDir, url })).rejects.toSatisfy(ServerErrors.ARCHIVE_MISSING.is);
      const { rows } = await client.query(
        'SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM archives) AS left',
      );
      expect(rows).toEqual([{ left: '0' }]);
    } finally {
      await client.end();
      rmSync(old.folder, { recursive: true, force: true });
    }
  },
);

function archiveOf(dataDir: string): string {
  using source = openCopySource(join(dataDir, 'server.sqlite'));
  return source.archives()[0]?.sha256 as string;
}

test('the program says how it is used, and why it cannot', slow, async () => {
  const main = join(import.meta.dirname, '../../../src/copy/main.ts');
  const run = (args: readonly string[], env: NodeJS.ProcessEnv) =>
    promisify(execFile)(process.execPath, ['--conditions=@seaworthy/source', main, ...args], {
      env: { ...process.env, ...env },
    }).catch((error: unknown) => error as { code: number; stderr: string });
  expect(await run([], {})).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage:') });
  const nothing = { SEAWORTHY_DATABASE_URL: 'postgres://127.0.0.1/none' };
  const empty = join(import.meta.dirname, 'no-such-folder');
  expect(await run([empty], nothing)).toMatchObject({
    code: 74,
    stderr: expect.stringContaining('there is no such file'),
  });
});
