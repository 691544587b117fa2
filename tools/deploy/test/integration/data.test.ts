import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { plainEnvironment } from '../../../process/program.ts';
import { run, type RunResult } from '../../../process/run.ts';
import { root } from '../../../repository/root.ts';
import { pushReports } from '../support/load.ts';
import { logIn, packagesOf } from '../support/packages.ts';
import { startServer, type RunningServer } from '../support/server.ts';

let place: string;
let dataDir: string;
let server: RunningServer | undefined;
/** The data of a server that ran once and stopped. */
const stopped = mkdtempSync(join(tmpdir(), 'seaworthy-stopped-'));

beforeAll(async () => {
  await (await startServer(stopped)).end('SIGTERM');
});

afterAll(() => rmSync(stopped, { recursive: true, force: true }));

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'seaworthy-data-'));
  dataDir = join(place, 'data');
  mkdirSync(dataDir);
});

afterEach(async () => {
  await server?.end('SIGKILL');
  server = undefined;
  rmSync(place, { recursive: true, force: true });
});

const script = (name: string, ...args: readonly string[]): Promise<RunResult> =>
  run(process.execPath, [join(root, 'deploy/data', name), ...args], { env: plainEnvironment() });
const backup = (...args: readonly string[]) => script('backup.mjs', dataDir, join(place, 'backups'), ...args);
const restore = (from: string) => script('restore.mjs', from, dataDir);

async function backupOf(...args: readonly string[]): Promise<string> {
  const { code, stdout, output } = await backup(...args);
  expect({ code, output }).toMatchObject({ code: 0 });
  return stdout.trim();
}

async function reportsOf(url: string): Promise<ReadonlyMap<string, string>> {
  const { projects } = (await (await fetch(`${url}/api/v1/projects`)).json()) as { projects: { name: string }[] };
  const found = new Map<string, string>();
  for (const { name } of projects) {
    const { reports } = (await (await fetch(`${url}/api/v1/projects/${name}/reports`)).json()) as {
      reports: { id: string }[];
    };
    for (const { id } of reports) found.set(id, await (await fetch(`${url}/api/v1/reports/${id}`)).text());
  }
  return found;
}

test('what was acknowledged before a backup under load is there, byte for byte, after a kill and a restore', async () => {
  server = await startServer(dataDir);
  const load = pushReports(server.url);
  await load.more(20);
  const before = new Map(load.acknowledged);
  const whole = await backupOf();
  await load.more(5);
  await server.end('SIGKILL');
  await load.stop();
  // The disk is lost: nothing of the old data helps the restore.
  rmSync(dataDir, { recursive: true });
  mkdirSync(dataDir);

  expect(await restore(whole)).toMatchObject({ code: 0 });
  server = await startServer(dataDir);

  const restored = await reportsOf(server.url);
  for (const [id, body] of before) expect(restored.get(id)).toBe(body);
  // Nothing that nobody sent: each one is whole, and what came during the backup is in it or not.
  const sent = new Set(load.acknowledged.values());
  expect([...restored.values()].filter((body) => !sent.has(body)).length).toBeLessThanOrEqual(4);
  const after = await fetch(`${server.management}/health/ready`);
  expect(await after.json()).toMatchObject({ status: 'UP' });
});

test('packages of before a backup are there after a restore, with the same key, and with what people did with them', async () => {
  server = await startServer(dataDir);
  const packages = await packagesOf(server.url, place);
  await packages.publish('kept', '1.0.0');
  await packages.publish('gone', '1.0.0');
  await packages.unpublish('gone');
  await packages.market('PUT', '/namespaces/@shop');
  await packages.market('PUT', '/plugins/kept/categories', { categories: ['data'] });
  await packages.market('POST', '/plugins/kept/certifications', { version: '1.0.0' });
  const keys = await packages.keys();
  const { token } = (await packages.market('POST', '/short-tokens')) as { token: string };
  const whole = await backupOf();
  await packages.publish('late', '1.0.0');
  await server.end('SIGKILL');
  rmSync(dataDir, { recursive: true });
  mkdirSync(dataDir);

  expect(await restore(whole)).toMatchObject({ code: 0 });
  server = await startServer(dataDir);

  const restored = await packagesOf(server.url, place);
  expect(await restored.install('kept')).toBe('kept 1.0.0');
  expect(await restored.keys()).toBe(keys);
  expect(await restored.status('late')).toBe(404);
  // It was signed before; the keys that it is checked by came back with the rest.
  const whoami = await fetch(`${server.url}/npm/-/whoami`, { headers: { authorization: `Bearer ${token}` } });
  expect(await whoami.json()).toEqual({ username: 'ada' });
  expect(statSync(join(dataDir, 'token-keys.json')).mode & 0o077).toBe(0);
  expect(await restored.market('GET', '/namespaces/@shop')).toMatchObject({
    members: [{ account: 'ada', role: 'owner' }],
  });
  expect(await restored.market('GET', '/plugins/kept')).toMatchObject({ categories: ['data'] });
  expect(await restored.market('GET', '/plugins/kept/certifications')).toMatchObject({
    certifications: [{ version: '1.0.0' }],
  });
  expect(
    readdirSync(join(whole, 'archives'), { recursive: true, withFileTypes: true }).filter((each) => each.isFile()),
  ).toHaveLength(1);
});

test('flags and schemas that were changed before a backup are served after a restore', async () => {
  server = await startServer(dataDir, { SEAWORTHY_FLAGS_ADMINS: 'ada' });
  const token = await logIn(server.url);
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await fetch(new URL(path, server?.url), init)).json();
  };
  const flag = { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' };
  expect(await ask('PUT', '/api/v1/flags/keys/kept', flag)).toMatchObject({ version: 2 });
  const schema = { schemaType: 'JSON', schema: '{"type":"object"}' };
  expect(await ask('POST', '/schema-registry/subjects/kept/versions', schema)).toEqual({ id: 1 });
  const whole = await backupOf();
  await ask('PUT', '/api/v1/flags/keys/late', flag);
  await server.end('SIGKILL');
  rmSync(dataDir, { recursive: true });
  mkdirSync(dataDir);

  expect(await restore(whole)).toMatchObject({ code: 0 });
  server = await startServer(dataDir, { SEAWORTHY_FLAGS_ADMINS: 'ada' });

  expect(await ask('GET', '/api/v1/flags')).toMatchObject({
    version: 2,
    by: 'ada',
    document: { flags: { kept: flag } },
  });
  expect(await ask('GET', '/schema-registry/subjects/kept/versions/1')).toMatchObject({ id: 1, ...schema });
});

test('a backup with a changed archive is not restored', async () => {
  server = await startServer(dataDir);
  await (await packagesOf(server.url, place)).publish('kept', '1.0.0');
  await server.end('SIGTERM');
  const whole = await backupOf();
  const [archive] = readdirSync(join(whole, 'archives'), { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  appendFileSync(join(archive?.parentPath ?? '', archive?.name ?? ''), 'x');
  expect(await restore(whole)).toMatchObject({ code: 1, output: expect.stringContaining('not those that were saved') });
});

test('no backup is made of versions whose archives are lost', async () => {
  server = await startServer(dataDir);
  await (await packagesOf(server.url, place)).publish('lost', '1.0.0');
  await server.end('SIGTERM');
  rmSync(join(dataDir, 'archives'), { recursive: true });
  const { code, output } = await backup();
  expect({ code, output }).toMatchObject({
    code: 1,
    output: expect.stringMatching(/archives of published versions are not there: archives/),
  });
  expect(readdirSync(join(place, 'backups'))).toEqual([]);
});

test('an audit log of flags in a backup verifies', async () => {
  cpSync(stopped, dataDir, { recursive: true });
  const log = join(await backupOf(), 'flags-audit.log');
  const cli = ['--conditions=@seaworthy/source', join(root, 'apps/cli/src/main.ts')];
  const { code, output } = await run(process.execPath, [...cli, 'logs', 'verify', log], { env: plainEnvironment() });
  expect({ code, output }).toMatchObject({ code: 0 });
});

test('a restore into the folder of a running server changes nothing and says so', async () => {
  server = await startServer(dataDir);
  const whole = await backupOf();
  const { code, output } = await restore(whole);
  expect({ code, output }).toEqual({
    code: 1,
    output: `Nothing was changed: a server has ${dataDir} open. Stop it first.\n`,
  });
  expect((await fetch(`${server.url}/api/v1/projects`)).status).toBe(200);
});

test('a restore keeps what was there before', async () => {
  cpSync(stopped, dataDir, { recursive: true });
  await restore(await backupOf());
  const [aside = ''] = readdirSync(dataDir).filter((name) => name.startsWith('before-'));
  expect(readdirSync(join(dataDir, aside))).toContain('server.sqlite');
});

const damages: readonly (readonly [string, (whole: string) => void, string])[] = [
  [
    'a backup with a changed file',
    (whole) => appendFileSync(join(whole, 'server.sqlite'), 'x'),
    'are not those that were saved',
  ],
  [
    'a backup with a file more',
    (whole) => writeFileSync(join(whole, 'flags.json'), '{}'),
    'are not those that were saved',
  ],
  ['half a backup', (whole) => rmSync(join(whole, 'manifest.json')), 'it has no manifest.json'],
];
for (const [what, damage, message] of damages) {
  test(`${what} is not restored`, async () => {
    cpSync(stopped, dataDir, { recursive: true });
    const whole = await backupOf();
    damage(whole);
    const before = readdirSync(dataDir);
    const { code, output } = await restore(whole);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining(message) });
    expect(readdirSync(dataDir)).toEqual(before);
  });
}

test('--keep leaves the newest ones', async () => {
  cpSync(stopped, dataDir, { recursive: true });
  await backupOf();
  const second = await backupOf('--keep', '2');
  const third = await backupOf('--keep', '2');
  expect(readdirSync(join(place, 'backups')).map((name) => join(place, 'backups', name))).toEqual([second, third]);
});

test('a data folder without a database is no backup but an error', async () => {
  const { code, output } = await backup();
  expect({ code, output }).toMatchObject({ code: 2, output: expect.stringContaining('There is no server.sqlite') });
});

test('a database that cannot be read leaves no backup, not even half of one', async () => {
  writeFileSync(join(dataDir, 'server.sqlite'), 'this is no database, and long enough to have a header '.repeat(40));
  expect(await backup()).toMatchObject({ code: 1, output: expect.stringContaining('No backup was made') });
  expect(readdirSync(join(place, 'backups'))).toEqual([]);
});

test('the health check of the image says yes to a server that is ready, and no to none', async () => {
  server = await startServer(dataDir);
  const ask = () => {
    const env = { ...plainEnvironment(), SEAWORTHY_MANAGEMENT_PORT: new URL(server?.management ?? '').port };
    return run(process.execPath, [join(root, 'deploy/data/healthy.mjs')], { env });
  };
  expect(await ask()).toMatchObject({ code: 0, stdout: expect.stringContaining('"status":"UP"') });
  await server.end('SIGTERM');
  expect((await ask()).code).toBe(1);
});
