import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { refreshListing } from '../../src/modules/marketplace/listing.ts';
import { openBlobs } from '../../src/modules/registry/blobs.ts';
import { openSigningKey } from '../../src/modules/registry/signing.ts';
import { createRegistryStore } from '../../src/modules/registry/store.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { benchPackages, packageCount, type BenchPackage } from './packages.ts';
import {
  freePort,
  processorMs,
  residentMegabytes,
  startProgram,
  stopProgram,
  temporaryFolder,
  type Peer,
} from './peer.ts';

/** As it is deployed; `npm run bench` builds it first. */
const main = join(import.meta.dirname, '../../dist/main.js');
const password = 'correct horse battery staple';

/** Our server as it is run, with all of its instruments, and the packages in its data folder. */
export async function startOurs(count: number = packageCount): Promise<Peer> {
  const folder = temporaryFolder('ours');
  await fill(join(folder, 'data'), count);
  const port = await freePort();
  const registry = `http://127.0.0.1:${port}/npm`;
  const env = {
    PORT: String(port),
    SEAWORTHY_DATA_DIR: 'data',
    SEAWORTHY_MANAGEMENT_PORT: '0',
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
  };
  const started = await startProgram({ folder, args: ['--max-semi-space-size=4', main], env }, `${registry}/-/ping`);
  const token = await login(registry);
  return {
    name: 'seaworthy',
    registry,
    authorization: `Bearer ${token}`,
    residentMegabytes: () => residentMegabytes(started),
    processorMs: () => processorMs(started),
    [Symbol.asyncDispose]: () => stopProgram(started),
  };
}

async function login(registry: string): Promise<string> {
  const answer = await fetch(`${registry}/-/user/org.couchdb.user:bench`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', password, email: 'bench@example.com' }),
  });
  return ((await answer.json()) as { readonly token: string }).token;
}

/** As if they had been published, but for the synchronisation of each one with the disk. */
async function fill(dataDir: string, count: number): Promise<void> {
  mkdirSync(dataDir, { recursive: true });
  const database = await openDatabase(join(dataDir, 'server.sqlite'));
  const key = openSigningKey(join(dataDir, 'registry-key.pem'));
  await openBlobs(join(dataDir, 'archives'));
  const now = { execute: <Result>(task: () => Promise<Result>): Promise<Result> => task() };
  const store = createRegistryStore(database.query, { reads: now, writes: now }, refreshListing);
  const at = new Date().toISOString();
  try {
    await sql`PRAGMA synchronous = OFF`.execute(database.query);
    const { id: accountId } = await database.query
      .insertInto('accounts')
      .values({ name: 'filler', email: 'filler@example.com', password: '', created_at: at })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const each of benchPackages(count)) {
      writeFileSync(join(dataDir, 'archives', each.sha256.slice(0, 2), each.sha256), each.archive);
      for (const version of each.versions) {
        const { name, readme, sha256 } = each;
        const manifest = manifestOf(each, version, key.sign(name, version, each.integrity));
        const bytes = each.archive.length;
        await store.addVersion({
          name,
          version,
          manifest,
          readme,
          tags: ['latest'],
          access: undefined,
          sha256,
          bytes,
          accountId,
          at,
        });
      }
    }
  } finally {
    await database.close();
  }
}

function manifestOf({ name, manifest, integrity, shasum }: BenchPackage, version: string, signature: object): string {
  const dist = { integrity, shasum, fileCount: 3, unpackedSize: 61_440, signatures: [signature] };
  return JSON.stringify({ name, version, ...manifest, _id: `${name}@${version}`, dist });
}
