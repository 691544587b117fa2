import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { install, list, publish, search, sign, verify } from '../src/handlers/plugin.ts';
import { fakeIo, type FakeIo } from './support/io.ts';

const manifest = { name: '@acme/exporter', version: '1.0.0', type: 'module', seaworthy: { api: '^0.1.0' } };
const place = mkdtempSync(join(tmpdir(), 'seaworthy-plugin-commands-'));
const archive = join(place, 'acme-exporter-1.0.0.tgz');
const published: { readonly path: string; readonly body: string }[] = [];
let registry: Server;
let variables: Readonly<Record<string, string>>;

const [ours, theirs] = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];

const found = {
  ...manifest,
  description: 'Exports\u001b[2J',
  date: '2026-01-01T00:00:00Z',
  keywords: ['seaworthy-plugin'],
  maintainers: [],
};

/** A registry of one package, as npm asks for it. */
function serve(): Server {
  return createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const json = (value: unknown): void => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(value));
      };
      if (request.method === 'PUT') {
        published.push({ path, body: Buffer.concat(chunks).toString() });
        return json({ ok: true });
      }
      if (path.endsWith('.tgz')) return response.end(readFileSync(archive));
      if (path.startsWith('/-/v1/search')) return json({ objects: [{ package: found }], total: 1 });
      if (path !== '/@acme/exporter') return response.writeHead(404).end('{}');
      const { port } = registry.address() as AddressInfo;
      const dist = { tarball: `http://127.0.0.1:${port}/@acme/exporter/-/exporter-1.0.0.tgz` };
      return json({
        name: manifest.name,
        'dist-tags': { latest: '1.0.0' },
        versions: { '1.0.0': { ...manifest, dist } },
      });
    });
  });
}

beforeAll(async () => {
  writeFileSync(join(place, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(place, 'index.js'), 'export default {};');
  execFileSync('npm', ['pack', '--silent'], { cwd: place, shell: process.platform === 'win32' });
  writeFileSync(join(place, 'ours.pem'), ours.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  writeFileSync(join(place, 'ours.pub.pem'), ours.publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(join(place, 'theirs.pub.pem'), theirs.publicKey.export({ type: 'spki', format: 'pem' }));
  registry = serve();
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const { port } = registry.address() as AddressInfo;
  const settings = `registry=http://127.0.0.1:${port}/\n//127.0.0.1:${port}/:_authToken=local\ncache=${join(place, 'cache')}\n`;
  writeFileSync(join(place, 'npmrc'), settings);
  variables = { PATH: process.env['PATH'] ?? '', HOME: place, npm_config_userconfig: join(place, 'npmrc') };
});

afterAll(async () => {
  registry.closeAllConnections();
  await new Promise((resolve) => registry.close(resolve));
  rmSync(place, { recursive: true, force: true });
});

const io = (): FakeIo => fakeIo({ cwd: place, variables });
const name = 'acme-exporter-1.0.0.tgz';

test('what the owner of a key has signed is verified by that key, and by no other', async () => {
  const signing = io();
  expect(await sign({ key: ['ours.pem'] }, name, signing)).toBe(0);
  expect(signing.out()).toBe(`${name}.signature.json\n`);
  const [right, wrong] = [io(), io()];
  expect(await verify({ key: ['theirs.pub.pem', 'ours.pub.pem'] }, name, right)).toBe(0);
  expect(right.out()).toMatch(/^acme-exporter-1\.0\.0\.tgz: @acme\/exporter 1\.0\.0, signed by /);
  expect(await verify({ key: ['theirs.pub.pem'] }, name, wrong)).toBe(1);
});

test('an archive that was changed is not what was signed', async () => {
  await sign({ key: ['ours.pem'] }, name, io());
  const bytes = readFileSync(archive);
  bytes[bytes.length - 30]! ^= 1;
  writeFileSync(join(place, 'changed.tgz'), bytes);
  const after = io();
  expect(await verify({ key: ['ours.pub.pem'], signature: `${name}.signature.json` }, 'changed.tgz', after)).toBe(1);
});

test('npm fetches a plugin, its signature is checked, and it is listed', async () => {
  await sign({ key: ['ours.pem'] }, name, io());
  const signature = `${name}.signature.json`;
  await expect(
    install({ key: ['theirs.pub.pem'], signature, directory: 'refused' }, '@acme/exporter', io()),
  ).rejects.toMatchObject({ code: 'seaworthy.cli.PLUGIN_REFUSED' });
  expect(existsSync(join(place, 'refused'))).toBe(false);
  const installing = io();
  // A folder for temporary files that nobody else writes to tells what was left in it.
  const temporary = mkdtempSync(join(place, 'temporary-'));
  vi.stubEnv('TMPDIR', temporary);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await install({ key: ['ours.pub.pem'], signature }, '@acme/exporter@1.0.0', installing)).toBe(0);
  expect(installing.out()).toContain('@acme/exporter 1.0.0');
  expect(readdirSync(join(place, 'plugins/@acme/exporter')).toSorted()).toEqual(['index.js', 'package.json']);
  const listing = io();
  await list({}, undefined, listing);
  expect(listing.out()).toBe('@acme/exporter 1.0.0  1 signature\n1 plugin in plugins.\n');
  expect(readdirSync(temporary)).toEqual([]);
});

test('npm publishes a plugin, and nothing that is none', async () => {
  const own = mkdtempSync(join(place, 'own-'));
  writeFileSync(join(own, 'package.json'), JSON.stringify({ ...manifest, name: '@acme/own' }));
  expect(await publish({ access: 'public' }, own, io())).toBe(0);
  expect(published.map(({ path }) => path)).toEqual(['/@acme/own']);
  expect(JSON.parse(published[0]!.body)).toMatchObject({
    access: 'public',
    versions: { '1.0.0': { seaworthy: { api: '^0.1.0' } } },
  });
  const other = mkdtempSync(join(place, 'other-'));
  writeFileSync(join(other, 'package.json'), '{ "name": "other" }');
  await expect(publish({}, other, io())).rejects.toMatchObject({ code: 'seaworthy.cli.NO_PLUGIN' });
});

test('npm searches, and what it finds cannot steer the terminal', async () => {
  const searching = io();
  expect(await search({}, ['exporter', '--registry=http://evil'], searching)).toBe(0);
  expect(searching.out()).toBe('@acme/exporter  1.0.0  Exports\\x1b[2J\n1 plugin.\n');
});

for (const spec of ['--prefix=/', 'git+ssh://x/y', '../x', 'https://x/y.tgz', 'a b', 'a@1;rm', '']) {
  test(`${JSON.stringify(spec)} is no plugin of a registry`, async () => {
    await expect(install({}, spec, io())).rejects.toMatchObject({ code: 'seaworthy.cli.SPEC_INVALID' });
  });
}

const wrong: readonly (readonly [name: string, work: () => Promise<unknown>, code: string])[] = [
  ['signing without a key', () => sign({}, name, io()), 'KEY_MISSING'],
  ['verifying without a key', () => verify({}, name, io()), 'KEY_MISSING'],
  ['a public key to sign with', () => sign({ key: ['ours.pub.pem'] }, name, io()), 'KEY_UNREADABLE'],
  ['a key that is not there', () => sign({ key: ['none.pem'] }, name, io()), 'KEY_UNREADABLE'],
  ['an archive that is not there', () => sign({ key: ['ours.pem'] }, 'none.tgz', io()), 'INPUT_UNREADABLE'],
  [
    'a signature that is none',
    () => verify({ key: ['ours.pub.pem'], signature: 'package.json' }, name, io()),
    'INPUT_UNREADABLE',
  ],
  ['a key without a signature', () => install({ key: ['ours.pub.pem'] }, 'x', io()), 'SIGNATURE_APART'],
  ['a package that is not there', () => install({}, 'nowhere', io()), 'NPM_FAILED'],
];

for (const [title, work, code] of wrong) {
  test(`${title} ends with ${code}`, async () => {
    await expect(work()).rejects.toMatchObject({ code: `seaworthy.cli.${code}` });
  });
}
