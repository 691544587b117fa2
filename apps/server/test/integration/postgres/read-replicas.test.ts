// Servers that read from a real replica, as their clients see them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { openPostgres } from '../../../src/storage/postgres.ts';
import { npmClient } from '../../support/npm-client.ts';
import { registryClient, withToken, type RegistryClient } from '../../support/registry-client.ts';
import { replicated, type Replicated } from '../../support/replicated.ts';
import { push, reportBody } from '../../support/report.ts';
import { manage, runServer, type RunningServer } from '../../support/run-server.ts';
import { publishDocument } from '../../support/tarball.ts';

const patience = { timeout: 60_000, interval: 20 };
const slow = { timeout: 240_000 };

let pair: Replicated | undefined;
let databases = 0;
const running: RunningServer[] = [];

beforeEach(async (context) => {
  pair ??= await replicated(context);
}, 120_000);
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});
afterAll(() => pair?.[Symbol.asyncDispose]());

const both = (): Replicated => pair as Replicated;

type Variables = Readonly<Record<string, string>>;

/** For servers that share a new database; a minute is so long that no replica is too far behind because this machine is busy. */
async function sharedSettings(maxLagMs = 60_000): Promise<Variables> {
  databases += 1;
  const direct = await openPostgres(both().primary.url);
  await sql`CREATE DATABASE ${sql.id(`served_${databases}`)}`.execute(direct.query);
  await direct.close();
  const place = (url: string): string => url.replace(/postgres$/, `served_${databases}`);
  return {
    SEAWORTHY_DATABASE_URL: place(both().primary.url),
    SEAWORTHY_DATABASE_READ_URL: place(both().replica.url),
    SEAWORTHY_DATABASE_READ_MAX_LAG_MS: String(maxLagMs),
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
  };
}

async function start(variables: Variables): Promise<RunningServer> {
  const server = await runServer(variables);
  running.push(server);
  return server;
}

/** How many reads that may be old each side has answered, for all servers of this process. */
async function reads(server: RunningServer): Promise<Readonly<Record<'replica' | 'primary', number>>> {
  const page = await (await manage(server, '/metrics')).text();
  const of = (from: string): number =>
    Number(
      new RegExp(`^seaworthy_server_stale_reads[\\w]*{[^}]*from="${from}"[^}]*} (\\d+)`, 'm').exec(page)?.[1] ?? 0,
    );
  return { replica: of('replica'), primary: of('primary') };
}

const readyAt = async (server: RunningServer): Promise<readonly [number, string]> => {
  const response = await manage(server, '/health/ready');
  return [response.status, await response.text()];
};
async function isUp(server: RunningServer): Promise<void> {
  await expect.poll(() => readyAt(server), patience).toEqual([200, expect.stringContaining('"status":"UP"')]);
}

async function versionsAt(url: string, name: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/npm/${name}`);
  return response.ok ? Object.keys(((await response.json()) as { versions: object }).versions) : [];
}

/** The versions that a search answers with. */
async function foundAt(url: string, text: string): Promise<readonly string[]> {
  const found = (await (await fetch(`${url}/npm/-/v1/search?text=${text}`)).json()) as {
    readonly objects: readonly { readonly package: { readonly version: string } }[];
  };
  return found.objects.map((each) => each.package.version);
}

async function publish(client: RegistryClient, name: string, version: string): Promise<void> {
  expect((await client.send('PUT', `/${name}`, publishDocument(name, version))).status).toBe(201);
}

/** Everything that was committed so far is at the replica, and the server knows. */
async function caughtUp(server: RunningServer): Promise<void> {
  const since = performance.now();
  const isNew = async (): Promise<boolean> => {
    const body = (await readyAt(server))[1];
    const lagMs = Number(/"lagMs":(\d+)/.exec(body)?.[1] ?? Infinity);
    return lagMs < performance.now() - since;
  };
  await expect.poll(isNew, patience).toBe(true);
}

test(
  'what may be old is read from the replica, archives too; who somebody is, and what is to be changed, from the primary',
  slow,
  async () => {
    const variables = await sharedSettings();
    const one = await start(variables);
    const ada = await registryClient(one.url, 'ada');
    await publish(ada, 'lists', '1.0.0');
    await push(one.url, reportBody({ name: 'orders' }));
    // It remembers nothing yet.
    const two = await start(variables);
    await isUp(two);
    await caughtUp(two);
    const looks = [
      '/npm/lists/-/lists-1.0.0.tgz',
      '/npm/lists',
      '/npm/-/v1/search?text=lists',
      '/api/v1/plugins',
      '/api/v1/plugins/lists',
      '/api/v1/plugins/lists/downloads',
      '/api/v1/categories',
      '/packages',
      '/packages/lists',
      '/projects/orders',
      '/',
    ];
    for (const path of looks) {
      const before = await reads(two);
      expect([path, (await fetch(new URL(path, two.url))).status]).toEqual([path, 200]);
      const after = await reads(two);
      expect([path, after.replica > before.replica, after.primary]).toEqual([path, true, before.primary]);
    }
    const before = await reads(two);
    const known = withToken(two.url, ada.token);
    expect(await (await known.get('/-/whoami')).json()).toEqual({ username: 'ada' });
    const third = await start(variables);
    expect((await withToken(third.url, ada.token).get('/lists?write=true')).status).toBe(200);
    expect(await reads(two)).toEqual(before);
  },
);

test('what one server remembers is never filled from a replica that has not heard of a change', slow, async () => {
  const variables = await sharedSettings();
  const [one, two] = await Promise.all([start(variables), start(variables)]);
  const ada = await registryClient(one.url, 'ada');
  await publish(ada, 'lists', '1.0.0');
  await caughtUp(two);
  expect(await versionsAt(two.url, 'lists')).toEqual(['1.0.0']);
  expect(await foundAt(two.url, 'lists')).toEqual(['1.0.0']);
  await both().pause();
  try {
    await publish(ada, 'lists', '1.1.0');
    await expect.poll(() => foundAt(two.url, 'lists'), patience).toEqual(['1.1.0']);
    await expect.poll(() => versionsAt(two.url, 'lists'), patience).toEqual(['1.0.0', '1.1.0']);
    expect(await foundAt(one.url, 'lists')).toEqual(['1.1.0']);
  } finally {
    await both().resume();
  }
  await caughtUp(two);
  expect(await versionsAt(two.url, 'lists')).toEqual(['1.0.0', '1.1.0']);
  await publish(ada, 'lists', '1.2.0');
  await expect.poll(() => versionsAt(two.url, 'lists'), patience).toEqual(['1.0.0', '1.1.0', '1.2.0']);
});

test('npm publishes on one server and installs from another, while the replica knows nothing of it', slow, async () => {
  const variables = await sharedSettings();
  const [one, two] = await Promise.all([start(variables), start(variables)]);
  await using publisher = npmClient(one.url);
  await using installer = npmClient(two.url);
  await publisher.login('lin');
  await caughtUp(two);
  await both().pause();
  try {
    const cwd = publisher.project({ name: 'queues', version: '1.0.0' }, { 'index.js': 'module.exports = 42;' });
    await publisher.ok(['publish'], { cwd });
    const app = installer.project({ name: 'app', version: '1.0.0' });
    await installer.ok(['install', 'queues'], { cwd: app });
    expect(readFileSync(join(app, 'node_modules/queues/index.js'), 'utf8')).toBe('module.exports = 42;');
  } finally {
    await both().resume();
  }
});

test('whoever has pushed a report, or starred a package, sees it at once on the same server', slow, async () => {
  const server = await start(await sharedSettings());
  const ada = await registryClient(server.url, 'ada');
  await publish(ada, 'lists', '1.0.0');
  await caughtUp(server);
  await both().pause();
  try {
    expect((await push(server.url, reportBody({ name: 'orders', overall: 41 }))).status).toBe(201);
    expect(await (await fetch(new URL('/projects/orders', server.url))).text()).toContain('41');
    expect((await ada.send('PUT', '/lists', { _id: 'lists', users: { ada: true } })).status).toBe(201);
    const stars = await ada.get('/-/_view/starredByUser?key=%22ada%22');
    expect(await stars.json()).toMatchObject({ rows: [{ value: 'lists' }] });
  } finally {
    await both().resume();
  }
});

test('a package that is not for everybody is not shown by what a replica has not heard yet', slow, async () => {
  const variables = await sharedSettings();
  const [one, two] = await Promise.all([start(variables), start(variables)]);
  const ada = await registryClient(one.url, 'ada');
  await publish(ada, '@ada/notes', '1.0.0');
  await caughtUp(two);
  expect(await versionsAt(two.url, '@ada%2fnotes')).toEqual(['1.0.0']);
  await both().pause();
  try {
    const made = await ada.send('POST', '/-/package/@ada%2fnotes/access', { access: 'restricted' });
    expect(made.status).toBe(200);
    await expect.poll(() => versionsAt(two.url, '@ada%2fnotes'), patience).toEqual([]);
    expect((await fetch(`${two.url}/npm/@ada%2fnotes/-/notes-1.0.0.tgz`)).status).toBe(404);
  } finally {
    await both().resume();
  }
});

test(
  'while the primary is away, packages and reports are still read, changes are refused, and readiness says so',
  slow,
  async () => {
    const variables = await sharedSettings(5_000);
    const one = await start(variables);
    const ada = await registryClient(one.url, 'ada');
    await publish(ada, 'lists', '1.0.0');
    await push(one.url, reportBody({ name: 'orders' }));
    const two = await start(variables);
    await isUp(two);
    await caughtUp(two);
    await both().primary.stop();
    try {
      const isDegraded = [200, expect.stringMatching(/"status":"DEGRADED".*replicas answer what may be old/s)];
      await expect.poll(() => readyAt(two), patience).toEqual(isDegraded);
      for (const path of ['/npm/lists', '/npm/lists/-/lists-1.0.0.tgz', '/packages/lists', '/projects/orders', '/']) {
        expect([path, (await fetch(new URL(path, two.url))).status]).toEqual([path, 200]);
      }
      const refused = await push(two.url, reportBody({ name: 'orders', overall: 1 }));
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await refused.json()).toMatchObject({ code: 'seaworthy.server.STORE_UNAVAILABLE' });
      // Nobody knows that there is none.
      expect((await fetch(`${two.url}/npm/queues`)).status).toBe(503);
    } finally {
      await both().primary.start();
    }
    await isUp(two);
    expect((await push(two.url, reportBody({ name: 'orders', overall: 1 }))).status).toBe(201);
  },
);

test('a replica that goes is told once in the log and in readiness, and so is one that is back', slow, async () => {
  const server = await start(await sharedSettings());
  await isUp(server);
  const told = (text: string) => server.log.records.filter(({ message }) => message === text).length;
  await expect.poll(() => told('a replica is read from'), patience).toBe(1);
  // One that has to catch up at first is told too.
  const before = told('a replica is not read from');
  await both().replica.stop();
  const isDegraded = [200, expect.stringMatching(/"status":"DEGRADED".*does not answer/s)];
  await expect.poll(() => readyAt(server), patience).toEqual(isDegraded);
  await expect.poll(() => told('a replica is not read from'), patience).toBe(before + 1);
  expect((await fetch(new URL('/packages', server.url))).status).toBe(200);
  const page = await (await manage(server, '/metrics')).text();
  expect(page).toMatch(/^seaworthy_server_replicas\{[^}]*state="unused"[^}]*\} 1$/m);
  await both().replica.start();
  await isUp(server);
  await expect.poll(() => told('a replica is read from'), patience).toBe(2);
  expect(told('a replica is not read from')).toBe(before + 1);
});
