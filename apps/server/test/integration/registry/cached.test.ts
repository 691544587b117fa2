import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { integrityOf, parseRegistryKeys, verifyRegistrySignatures } from '@seaworthy/plugins/trust';
import { freePort, nginx, skipWithout, startNginx, type NginxServer } from '@seaworthy/test-services';
import { addressesOf, runProgram, type Program } from '../../support/program.ts';
import { registryClient, type RegistryClient } from '../../support/registry-client.ts';
import { publishDocument } from '../../support/tarball.ts';

const timeout = 180_000;
let dataDir: string;
let origin: Program | undefined;
let cache: NginxServer | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'seaworthy-cached-'));
});

afterEach(async () => {
  await cache?.[Symbol.asyncDispose]();
  await origin?.end();
  [cache, origin] = [undefined, undefined];
  rmSync(dataDir, { recursive: true, force: true });
});

/** A registry behind a cache that keeps what the registry says may be kept, and says whether it had it. */
async function cachedRegistry(program: string): Promise<string> {
  const port = await freePort();
  origin = runProgram({
    PORT: '0',
    SEAWORTHY_DATA_DIR: dataDir,
    SEAWORTHY_REGISTRY_URL: `http://127.0.0.1:${port}/npm`,
    SEAWORTHY_REGISTRY_REGISTRATION: 'open',
  });
  const { url } = await addressesOf(origin);
  const http = ({ folder }: { readonly folder: string }): string => `
  proxy_cache_path ${folder}/cache keys_zone=packages:1m inactive=1y;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${url};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_cache packages;
      proxy_cache_lock on;
      add_header x-cache $upstream_cache_status always;
    }
  }`;
  cache = await startNginx(program, http, port);
  return cache.url;
}

/** An account that has published one version. */
async function publisherOf(url: string, name: string): Promise<RegistryClient> {
  const client = await registryClient(url, 'ada');
  expect((await client.send('PUT', `/${name}`, publishDocument(name, '1.0.0'))).status).toBe(201);
  return client;
}

interface Version {
  readonly dist: {
    readonly tarball: string;
    readonly integrity: string;
    readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
  };
}

async function versionOf({ get }: RegistryClient, name: string): Promise<Version> {
  const answer = await get(`/${name}`);
  const { versions } = (await answer.json()) as { readonly versions: Readonly<Record<string, Version>> };
  const version = versions['1.0.0'];
  if (!version) throw new Error(`there is no ${name}@1.0.0: ${answer.status}`);
  return version;
}

test(
  'a cache keeps the archives of public packages, and what it gives out is what was signed',
  { timeout },
  async (context) => {
    const url = await cachedRegistry(skipWithout(context, nginx));
    const client = await publisherOf(url, 'edge');
    const { dist } = await versionOf(client, 'edge');
    const keys = parseRegistryKeys(await (await client.get('/-/npm/v1/keys')).json());
    const signed = { name: 'edge', version: '1.0.0', integrity: dist.integrity, signatures: dist.signatures };
    expect(verifyRegistrySignatures(signed, keys)).toHaveLength(1);
    expect(dist.tarball).toMatch(new RegExp(`^${url}/npm/edge/-/`));

    const answers: (readonly [from: string | null, control: string | null, integrity: string])[] = [];
    const ask = async (): Promise<void> => {
      const answer = await fetch(dist.tarball);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      answers.push([answer.headers.get('x-cache'), answer.headers.get('cache-control'), integrityOf(bytes)]);
    };
    await ask();
    await ask();
    // The registry is gone; whoever has the document can still install.
    await origin?.end();
    await ask();
    const control = 'public, max-age=31536000, immutable';
    expect(answers).toEqual([
      ['MISS', control, dist.integrity],
      ['HIT', control, dist.integrity],
      ['HIT', control, dist.integrity],
    ]);
  },
);

test('a cache keeps no document of a package, and nothing of a private one', { timeout }, async (context) => {
  const url = await cachedRegistry(skipWithout(context, nginx));
  const client = await publisherOf(url, 'hidden');
  expect((await client.send('POST', '/-/package/hidden/access', { access: 'restricted' })).ok).toBe(true);
  const { dist } = await versionOf(client, 'hidden');
  const authorization = `Bearer ${client.token}`;
  for (let round = 0; round < 2; round += 1) {
    for (const address of [dist.tarball, `${url}/npm/hidden`]) {
      const own = await fetch(address, { headers: { authorization } });
      expect([own.status, own.headers.get('x-cache')]).toEqual([200, 'MISS']);
      expect(own.headers.get('cache-control')).toMatch(/^private, /);
      const others = await fetch(address);
      expect([others.status, others.headers.get('x-cache')]).toEqual([404, 'MISS']);
    }
  }
});
