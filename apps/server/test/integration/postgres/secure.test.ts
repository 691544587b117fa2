// A PostgreSQL that takes nobody without TLS and a password, as most that are not on this machine do.
import {
  securePostgresPrograms,
  skipWithout,
  startSecurePostgres,
  type SecurePostgresServer,
} from '@seaworthy/test-services';
import { sql } from 'kysely';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../../src/errors.ts';
import { openPostgres } from '../../../src/storage/postgres.ts';

let started: SecurePostgresServer | undefined;
const server = (): SecurePostgresServer => started as SecurePostgresServer;

beforeEach(async (context) => {
  const location = skipWithout(context, securePostgresPrograms);
  started ??= await startSecurePostgres(location);
}, 120_000);
afterAll(() => started?.[Symbol.asyncDispose]());

function address(change: (url: URL) => void): string {
  const url = new URL(server().url);
  change(url);
  return url.href;
}

/** As the guide has it, with the certificate of the authority in a file. */
const verified = (): string =>
  address(({ searchParams }) => {
    searchParams.set('sslmode', 'verify-full');
    searchParams.set('sslrootcert', server().caFile);
  });

test('with verify-full every connection is encrypted, also the one that listens', async () => {
  const database = await openPostgres(verified());
  try {
    await database.ping();
    await expect.poll(() => database.notices.isHeard).toBe(true);
    const { rows } = await sql<{ encrypted: boolean; count: number }>`SELECT ssl.ssl AS encrypted, count(*) AS count
      FROM pg_stat_ssl ssl JOIN pg_stat_activity activity ON activity.pid = ssl.pid
      WHERE activity.application_name = 'seaworthy-server' GROUP BY ssl.ssl`.execute(database.query);
    expect(rows.map(({ encrypted }) => encrypted)).toEqual([true]);
    expect(rows[0]?.count).toBeGreaterThanOrEqual(2);
  } finally {
    await database.close();
  }
});

const refused = [
  { what: 'no TLS', url: () => server().url, says: /no encryption/ },
  {
    what: 'a certificate that nobody vouches for',
    url: () => address(({ searchParams }) => searchParams.set('sslmode', 'verify-full')),
    says: /self-signed/,
  },
  {
    what: 'a certificate of another name',
    url: () => verified().replace('localhost', '127.0.0.1'),
    says: /does not match|altnames|Hostname/i,
  },
  {
    what: 'a wrong password',
    url: () => verified().replace('only-for-these-tests', 'wrong-secret'),
    says: /password authentication failed/,
  },
];
for (const { what, url, says } of refused) {
  test(`${what} is refused at once, and the password is not told`, async () => {
    const failure = await openPostgres(url(), { openTimeoutMs: 5_000 }).catch((error: unknown) => error);
    expect(failure).toSatisfy(ServerErrors.DATABASE_UNUSABLE.is);
    expect(String(failure)).toMatch(says);
    expect(String(failure)).not.toMatch(/only-for-these-tests|wrong-secret/);
  });
}
