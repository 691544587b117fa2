import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressesOf, runProgram, type Program } from '../../support/program.ts';
import { registryClient, withToken } from '../../support/registry-client.ts';
import { packed, publishDocument } from '../../support/tarball.ts';

let dataDir: string;
let program: Program | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'seaworthy-durable-'));
});

afterEach(async () => {
  await program?.end();
  program = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(variables: Readonly<Record<string, string>> = {}): Promise<string> {
  program = runProgram({
    PORT: '0',
    SEAWORTHY_DATA_DIR: dataDir,
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
    ...variables,
  });
  return (await addressesOf(program)).url;
}

function archives(): readonly string[] {
  const folder = join(dataDir, 'archives');
  return readdirSync(folder).flatMap((shard) => (shard === 'drafts' ? [] : readdirSync(join(folder, shard))));
}

interface Document {
  readonly versions: Readonly<
    Record<string, { readonly dist: { readonly integrity: string; readonly tarball: string } }>
  >;
}

test(
  'killed again and again while it publishes, it keeps what it acknowledged and serves nothing half',
  { timeout: 180_000 },
  async () => {
    let token = '';
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const url = await start();
      token ||= (await registryClient(url, 'ada')).token;
      const client = withToken(url, token);
      const publish = async (lane: number): Promise<void> => {
        for (let index = 0; ; index += 1) {
          const [name, version] = [`lane-${lane}`, `${round}.0.${index}`];
          try {
            const { status } = await client.send('PUT', `/${name}`, publishDocument(name, version));
            expect(status).toBe(201);
          } catch (error) {
            if (error instanceof TypeError) return;
            throw error;
          }
          acknowledged.push(`${name}@${version}`);
        }
      };
      const lanes = [0, 1, 2, 3].map(publish);
      const before = acknowledged.length;
      await expect
        .poll(() => acknowledged.length, { timeout: 60_000, interval: 5 })
        .toBeGreaterThan(before + 10 + round * 7);
      program?.child.kill('SIGKILL');
      await program?.exited;
      await Promise.all(lanes);
    }
    const url = await start();
    const listed = new Set<string>();
    const shas = new Set<string>();
    for (const lane of [0, 1, 2, 3]) {
      const { versions } = (await (await fetch(`${url}/npm/lane-${lane}`)).json()) as Document;
      for (const [version, { dist }] of Object.entries(versions)) {
        const bytes = Buffer.from(await (await fetch(dist.tarball)).arrayBuffer());
        expect(`sha512-${createHash('sha512').update(bytes).digest('base64')}`).toBe(dist.integrity);
        listed.add(`lane-${lane}@${version}`);
        shas.add(createHash('sha256').update(bytes).digest('hex'));
      }
    }
    expect(acknowledged.filter((each) => !listed.has(each))).toEqual([]);
    // Archives of versions that were not acknowledged are gone since the start, or have become versions.
    expect(new Set(archives())).toEqual(shas);
    const written = readFileSync(join(dataDir, 'audit.log'), 'utf8');
    const audited = acknowledged.filter((each) => {
      const [name, version] = each.split('@') as [string, string];
      return written.includes(`"package":"${name}","version":"${version}"`);
    });
    expect(audited).toEqual(acknowledged);
  },
);

test(
  'an archive that no version names is removed at the next start, and a draft too',
  { timeout: 120_000 },
  async () => {
    const url = await start();
    const client = await registryClient(url, 'ada');
    await client.send('PUT', '/kept', publishDocument('kept', '1.0.0'));
    program?.child.kill('SIGKILL');
    await program?.exited;
    const orphan = 'ab'.repeat(32);
    writeFileSync(join(dataDir, 'archives/ab', orphan), 'left by a server that was killed');
    writeFileSync(join(dataDir, 'archives/drafts/draft'), 'half');
    const again = await start();
    expect(archives()).toEqual([createHash('sha256').update(packed('kept', '1.0.0')).digest('hex')]);
    expect(existsSync(join(dataDir, 'archives/drafts/draft'))).toBe(false);
    expect((await fetch(`${again}/npm/kept/-/kept-1.0.0.tgz`)).status).toBe(200);
  },
);

test('the key, the accounts and the tokens are there after a restart', { timeout: 120_000 }, async () => {
  const url = await start();
  const { token } = await registryClient(url, 'ada');
  const keys = await (await fetch(`${url}/npm/-/npm/v1/keys`)).json();
  program?.child.kill('SIGTERM');
  await program?.exited;
  const again = await start();
  expect(await (await fetch(`${again}/npm/-/npm/v1/keys`)).json()).toEqual(keys);
  expect(await (await withToken(again, token).get('/-/whoami')).json()).toEqual({ username: 'ada' });
});

test('an archive of 100 MB is not held in memory', { timeout: 180_000 }, async () => {
  const archive = packed('huge', '1.0.0', [{ path: 'package/noise', content: randomBytes(100_000_000) }]);
  expect(archive.length).toBeGreaterThan(100_000_000);
  // Made before anything is asked: meanwhile a connection would grow too old to be used again.
  const body = JSON.stringify(publishDocument('huge', '1.0.0', { archive }));
  const url = await start({ SEAWORTHY_REGISTRY_ARCHIVE_LIMIT_BYTES: '209715200' });
  const client = await registryClient(url, 'ada');
  await client.send('PUT', '/small', publishDocument('small', '1.0.0'));
  const before = peakBytes();
  const response = await client.send('PUT', '/huge', body);
  expect([response.status, await response.json()]).toMatchObject([201, { ok: true }]);
  // The body has 134 MB; as text, as JSON and as bytes it would be 370 MB more.
  expect(peakBytes() - before).toBeLessThan(100_000_000);
});

/** The most memory that the server ever had, in bytes. */
function peakBytes(): number {
  const status = readFileSync(`/proc/${program?.child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}
