import { boolean, int, oneOf, secret, string, url } from '@seaworthy/config';
import type { BucketPlace } from './storage/bucket/address.ts';
import { splitUrls } from './storage/replicas/addresses.ts';

/** What travels in a header. */
const key = () => secret(string({ minLength: 1, pattern: /^[\x21-\x7e]+$/ }));

/** The settings of the bucket for archives, as a part of all settings. */
export const storageShape = {
  storage: {
    url: string({ pattern: /^s3:\/\/[a-z\d][a-z\d.-]{1,61}[a-z\d](?:\/[\w.-]+)*\/?$/ })
      .optional()
      .describe('A bucket for the archives of packages, such as s3://archives/seaworthy; it needs PostgreSQL.'),
    endpoint: url({ protocols: ['http', 'https'] })
      .optional()
      .describe('Where the bucket is asked, such as https://minio.example.com; without it at Amazon, by the region.'),
    region: string({ pattern: /^[a-z\d-]{1,40}$/ })
      .default('us-east-1')
      .describe('The region that requests are signed for.'),
    pathStyle: boolean()
      .optional()
      .describe('Whether the bucket is in the path and not in the host; without it only where an endpoint is given.'),
    accessKeyId: key().optional().describe('The key that the bucket is asked with.'),
    secretAccessKey: key().optional().describe('What belongs to it.'),
    sessionToken: key().optional().describe('For a key that is good for a while only.'),
    timeoutMs: int({ min: 100, max: 60_000 })
      .default(5_000)
      .describe('How long the bucket may take to answer, in milliseconds; each MiB that is sent has a second more.'),
    downloads: oneOf(['server', 'redirect'])
      .default('server')
      .describe('Whether archives pass this server, or clients are sent to the bucket with an address signed for it.'),
    linkSeconds: int({ min: 10, max: 86_400 }).default(300).describe('How long such an address is good, in seconds.'),
  },
};

/** What of these settings a bucket is found by. */
export interface StorageSettings {
  readonly url?: string | undefined;
  readonly endpoint?: string | undefined;
  readonly region: string;
  readonly pathStyle?: boolean | undefined;
  readonly accessKeyId?: { reveal(): string } | undefined;
  readonly secretAccessKey?: { reveal(): string } | undefined;
  readonly sessionToken?: { reveal(): string } | undefined;
}

/** Undefined when there is no bucket. */
export function bucketPlace(settings: StorageSettings): BucketPlace | undefined {
  const { url: address, endpoint, region, accessKeyId, secretAccessKey, sessionToken } = settings;
  if (address === undefined || accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const { host: bucket, pathname } = new URL(address);
  const path = pathname.replaceAll(/^\/|\/$/g, '');
  return {
    endpoint: endpoint ?? `https://s3.${region}.amazonaws.com`,
    bucket,
    prefix: path === '' ? '' : `${path}/`,
    region,
    // A bucket whose name has dots is no name that a certificate of Amazon has.
    isPathStyle: settings.pathStyle ?? (endpoint !== undefined || bucket.includes('.')),
    accessKeyId: accessKeyId.reveal(),
    secretAccessKey: secretAccessKey.reveal(),
    sessionToken: sessionToken?.reveal(),
  };
}

/** The settings of poolers and replicas, as a part of those of the database. */
export const replicaShape = {
  directUrl: secret(string({ pattern: /^postgres(ql)?:\/\/\S+$/ }))
    .optional()
    .describe('The database itself, where the address of the database is a pooler that shares its connections.'),
  readUrl: secret(string({ pattern: /^postgres(ql)?:\/\/\S+$/ }))
    .optional()
    .describe(
      'Replicas of it, separated by commas, that answer what may be a little old; each address of a host is one.',
    ),
  readMaxLagMs: int({ min: 100, max: 60_000 })
    .default(1_000)
    .describe('How old an answer of a replica may be, in milliseconds; one that is further behind is not asked.'),
};

export interface BrokenDatabase {
  readonly key: 'database.directUrl' | 'database.readUrl';
  readonly message: string;
}

/** Undefined when the other addresses of a database go with its own. */
export function brokenDatabase(
  database: unknown,
  direct: unknown,
  replicas: { reveal(): string } | undefined,
): BrokenDatabase | undefined {
  const pooler = brokenPooler(database, direct);
  if (pooler !== undefined) return { key: 'database.directUrl', message: pooler };
  const message = brokenReplicas(database, replicas);
  return message === undefined ? undefined : { key: 'database.readUrl', message };
}

function brokenReplicas(database: unknown, replicas: { reveal(): string } | undefined): string | undefined {
  if (replicas === undefined) return undefined;
  if (database === undefined)
    return 'replicas are given, and no database that they are of. Set SEAWORTHY_DATABASE_URL, or leave out SEAWORTHY_DATABASE_READ_URL.';
  if (splitUrls(replicas.reveal()).every((each) => URL.canParse(each) && new URL(each).hostname !== ''))
    return undefined;
  return 'an address of a replica is not like postgres://user:password@host/database. Correct SEAWORTHY_DATABASE_READ_URL.';
}

function brokenPooler(database: unknown, direct: unknown): string | undefined {
  if (direct === undefined || database !== undefined) return undefined;
  return 'the database itself is given, and no pooler in front of it. Set SEAWORTHY_DATABASE_URL to the pooler, or to the same address without SEAWORTHY_DATABASE_DIRECT_URL.';
}

export interface BrokenStorage {
  readonly key: 'storage.url' | 'storage.accessKeyId';
  readonly message: string;
}

export function brokenStorage(
  address: string | undefined,
  database: unknown,
  keys: readonly [id: unknown, secret: unknown],
): BrokenStorage | undefined {
  const given = keys.filter((each) => each !== undefined).length;
  if (address === undefined) {
    if (given === 0) return undefined;
    const message = 'a key is given, and no bucket. Set SEAWORTHY_STORAGE_URL, or leave out the key.';
    return { key: 'storage.url', message };
  }
  if (database === undefined) {
    const message =
      'archives are in a bucket only where the database is shared too. Set SEAWORTHY_DATABASE_URL, or leave out SEAWORTHY_STORAGE_URL.';
    return { key: 'storage.url', message };
  }
  if (given === 2) return undefined;
  const message =
    'the bucket is asked with a key and what belongs to it. Set SEAWORTHY_STORAGE_ACCESS_KEY_ID and SEAWORTHY_STORAGE_SECRET_ACCESS_KEY.';
  return { key: 'storage.accessKeyId', message };
}
