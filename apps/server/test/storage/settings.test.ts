import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigErrors } from '@seaworthy/config';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadSettings } from '../../src/settings.ts';
import { bucketPlace } from '../../src/storage-settings.ts';
import { shownPlace, urlOf } from '../../src/storage/bucket/address.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-storage-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const load = (variables: Readonly<Record<string, string>>) => loadSettings({ variables, args: [], cwd: folder });
const keys = { SEAWORTHY_STORAGE_ACCESS_KEY_ID: 'some-key', SEAWORTHY_STORAGE_SECRET_ACCESS_KEY: 'some-secret' };
const shared = { SEAWORTHY_DATABASE_URL: 'postgres://db.example.com/app', SEAWORTHY_STORAGE_URL: 's3://archives/a/b' };

const places = [
  { title: 'at Amazon', more: {}, url: 'https://archives.s3.us-east-1.amazonaws.com/a/b/x' },
  {
    title: 'in a region',
    more: { SEAWORTHY_STORAGE_REGION: 'eu-central-1' },
    url: 'https://archives.s3.eu-central-1.amazonaws.com/a/b/x',
  },
  {
    title: 'by a name with dots',
    more: { SEAWORTHY_STORAGE_URL: 's3://my.archives' },
    url: 'https://s3.us-east-1.amazonaws.com/my.archives/x',
  },
  {
    title: 'elsewhere',
    more: { SEAWORTHY_STORAGE_ENDPOINT: 'http://minio:9000/s3/' },
    url: 'http://minio:9000/s3/archives/a/b/x',
  },
  {
    title: 'elsewhere, in the host',
    more: { SEAWORTHY_STORAGE_ENDPOINT: 'https://storage.example.com', SEAWORTHY_STORAGE_PATH_STYLE: 'false' },
    url: 'https://archives.storage.example.com/a/b/x',
  },
];
for (const { title, more, url } of places) {
  test(`a bucket ${title} is asked at ${url}`, async () => {
    const { value } = await load({ ...keys, ...shared, ...more });
    const place = bucketPlace(value.storage);
    expect(place && urlOf(place, 'x').href).toBe(url);
    expect(place && `${shownPlace(place)}x`).toBe(url);
  });
}

test('without settings there is no bucket', async () => {
  expect(bucketPlace((await load({})).value.storage)).toBeUndefined();
});

const broken = [
  {
    title: 'a bucket without a database',
    variables: { ...keys, SEAWORTHY_STORAGE_URL: 's3://archives' },
    says: 'SEAWORTHY_DATABASE_URL',
  },
  { title: 'a bucket without a key', variables: shared, says: 'SEAWORTHY_STORAGE_SECRET_ACCESS_KEY' },
  {
    title: 'half a key',
    variables: { ...shared, SEAWORTHY_STORAGE_ACCESS_KEY_ID: 'some-key' },
    says: 'SEAWORTHY_STORAGE_SECRET_ACCESS_KEY',
  },
  { title: 'a key without a bucket', variables: keys, says: 'SEAWORTHY_STORAGE_URL' },
  {
    title: 'an address of something else',
    variables: { ...keys, ...shared, SEAWORTHY_STORAGE_URL: 'https://archives' },
    says: 'storage.url',
  },
  {
    title: 'a way out of the prefix',
    variables: { ...keys, ...shared, SEAWORTHY_STORAGE_URL: 's3://archives/a?b' },
    says: 'storage.url',
  },
  {
    title: 'a key with a line break',
    variables: { ...keys, ...shared, SEAWORTHY_STORAGE_ACCESS_KEY_ID: 'a\nb' },
    says: 'storage.accessKeyId',
  },
];
for (const { title, variables, says } of broken) {
  test(`${title} stops the start, and says what to set`, async () => {
    const failure = await load(variables as Record<string, string>).catch((error: unknown) => error);
    expect(ConfigErrors.INVALID.is(failure)).toBe(true);
    expect(String(failure)).toContain(says);
    expect(String(failure)).not.toContain('some-secret');
  });
}

test('keys may be mounted as files, and are printed nowhere', async () => {
  const mounted = join(folder, 'mounted');
  mkdirSync(mounted);
  writeFileSync(join(mounted, 'storage_access_key_id'), 'mounted-key\n');
  writeFileSync(join(mounted, 'storage_secret_access_key'), 'mounted-secret\n');
  const config = await load({ ...shared, SEAWORTHY_SECRETS_DIR: mounted });
  expect(bucketPlace(config.value.storage)).toMatchObject({
    accessKeyId: 'mounted-key',
    secretAccessKey: 'mounted-secret',
  });
  expect(JSON.stringify([config.value, config.describe()])).not.toMatch(/mounted-(?:key|secret)/);
  await expect(load({ SEAWORTHY_SECRETS_DIR: join(folder, 'nowhere') })).rejects.toSatisfy(ConfigErrors.INVALID.is);
});

test('a pooler has the database itself behind it, and neither address is shown', async () => {
  const direct = 'postgres://a:hidden-word@db/app';
  const config = await load({
    SEAWORTHY_DATABASE_URL: 'postgres://a:hidden-word@pooler/app',
    SEAWORTHY_DATABASE_DIRECT_URL: direct,
  });
  expect(config.value.database.directUrl?.reveal()).toBe(direct);
  expect(JSON.stringify([config.value, config.describe()])).not.toContain('hidden-word');
});

test('replicas are those of the database, and wait for nothing else', async () => {
  const urls = 'postgres://a:b@one/app,postgres://a:b@two:6000/app';
  const { value } = await load({ SEAWORTHY_DATABASE_URL: 'postgres://db/app', SEAWORTHY_DATABASE_READ_URL: urls });
  expect([value.database.readUrl?.reveal(), value.database.readMaxLagMs]).toEqual([urls, 1_000]);
});

const brokenReplicas = [
  {
    title: 'the database behind a pooler without the pooler',
    variables: { SEAWORTHY_DATABASE_DIRECT_URL: 'postgres://a:b@db/app' },
    says: 'SEAWORTHY_DATABASE_URL',
  },
  {
    title: 'replicas without a database',
    variables: { SEAWORTHY_DATABASE_READ_URL: 'postgres://one/app' },
    says: 'SEAWORTHY_DATABASE_URL',
  },
  {
    title: 'a replica without a host',
    variables: {
      SEAWORTHY_DATABASE_URL: 'postgres://db/app',
      SEAWORTHY_DATABASE_READ_URL: 'postgres://one/app,postgres:///app',
    },
    says: 'SEAWORTHY_DATABASE_READ_URL',
  },
  {
    title: 'a lag that is no time',
    variables: { SEAWORTHY_DATABASE_URL: 'postgres://db/app', SEAWORTHY_DATABASE_READ_MAX_LAG_MS: '0' },
    says: 'database.readMaxLagMs',
  },
];
for (const { title, variables, says } of brokenReplicas) {
  test(`${title} is refused at the start, without a password in the message`, async () => {
    const refused = await load(variables).catch((error: unknown) => error);
    expect(ConfigErrors.INVALID.is(refused)).toBe(true);
    expect((refused as Error).message).toContain(says);
  });
}
