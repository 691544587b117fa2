// The npm client that is installed here is asked about the same packages, from a registry that the test serves. Its command
// `npm audit signatures` first asks a server on the internet for keys; the part of it that checks signatures is called here.
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  attestationsOf,
  digestArchive,
  digestFolder,
  envelopesIn,
  integrityOf,
  parseRegistryKeys,
  signPlugin,
  verifyClaim,
  verifyRegistrySignatures,
} from '../../src/trust.ts';
import type { RegistryKey, SignedVersion } from '../../src/trust.ts';
import { registryKey, signedVersion } from './registry.ts';
import { make, pair } from './world.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'plugins-npm-'));
const [signer, stranger] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }));
if (!signer || !stranger) expect.fail('two keys are needed');
const ended = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const keys: readonly RegistryKey[] = [
  registryKey(signer.publicKey),
  registryKey(ended.publicKey, { expires: '2029-01-01T00:00:00.000Z' }),
];
const keyid = keys[0]?.keyid ?? '';
const endedId = keys[1]?.keyid ?? '';

interface Case {
  readonly title: string;
  readonly good: boolean;
  readonly publishedAt?: string;
  readonly sign: (version: Pick<SignedVersion, 'name' | 'version' | 'integrity'>) => SignedVersion;
}

const cases: readonly Case[] = [
  { title: 'a good signature', good: true, sign: (it) => signedVersion(it, signer.privateKey, keyid) },
  {
    title: 'the signature of another version',
    good: false,
    sign: (it) => ({ ...signedVersion({ ...it, version: '2.0.0' }, signer.privateKey, keyid), version: it.version }),
  },
  {
    title: 'the signature of another archive',
    good: false,
    sign: (it) => ({
      ...signedVersion({ ...it, integrity: 'sha512-AAAA' }, signer.privateKey, keyid),
      integrity: it.integrity,
    }),
  },
  { title: 'the signature of another key', good: false, sign: (it) => signedVersion(it, stranger.privateKey, keyid) },
  { title: 'an unknown key', good: false, sign: (it) => signedVersion(it, stranger.privateKey, 'SHA256:unknown') },
  {
    title: 'a good and an unknown key',
    good: false,
    sign: (it) => ({
      ...it,
      signatures: [signer, stranger].flatMap(
        ({ privateKey }, index) => signedVersion(it, privateKey, index === 0 ? keyid : 'SHA256:unknown').signatures,
      ),
    }),
  },
  {
    title: 'a key that ended before the version was published',
    good: false,
    publishedAt: '2029-06-01T00:00:00.000Z',
    sign: (it) => signedVersion(it, ended.privateKey, endedId),
  },
  {
    title: 'a key that ended after the version was published',
    good: true,
    publishedAt: '2028-06-01T00:00:00.000Z',
    sign: (it) => signedVersion(it, ended.privateKey, endedId),
  },
];

const published = cases.map(({ title, good, publishedAt = '2030-01-01T00:00:00.000Z', sign }, index) => {
  const archive = make({ name: `@acme/case-${index}` });
  const signed = sign({ name: `@acme/case-${index}`, version: '1.0.0', integrity: integrityOf(archive) });
  return { title, good, archive, signed: { ...signed, publishedAt } };
});

let server: Server;
let origin = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    const found = published.find(({ signed: { name } }) => path === `/${name}` || path === `/${name}.tgz`);
    if (path === '/-/npm/v1/keys') response.end(JSON.stringify({ keys }));
    else if (!found) response.writeHead(404).end('{}');
    else response.end(path.endsWith('.tgz') ? found.archive : JSON.stringify(documentOf(found.signed)));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  rmSync(folder, { recursive: true, force: true });
});

function documentOf({ name, version, integrity, signatures, publishedAt }: SignedVersion): object {
  const dist = { tarball: `${origin}/${name}.tgz`, integrity, signatures };
  const manifest = { name, version, dist };
  return {
    name,
    'dist-tags': { latest: version },
    time: { [version]: publishedAt },
    versions: { [version]: manifest },
  };
}

/** What npm says about each case: nothing, or the code of its error. */
async function askNpm(): Promise<readonly (string | null)[]> {
  const script = join(folder, 'ask.cjs');
  writeFileSync(
    script,
    `const [, , pacote, origin, cache, count] = process.argv;
    const { manifest } = require(pacote);
    const ask = async (name) => {
      const { keys } = await (await fetch(origin + '/-/npm/v1/keys')).json();
      const pem = (key) => '-----BEGIN PUBLIC KEY-----\\n' + key.key + '\\n-----END PUBLIC KEY-----';
      const options = { cache, registry: origin + '/', verifySignatures: true, ['//' + new URL(origin).host + '/:_keys']: keys.map((key) => ({ ...key, pemkey: pem(key) })) };
      try {
        const { _signatures } = await manifest(name + '@1.0.0', options);
        return _signatures ? null : 'ENONE';
      } catch (error) {
        return error.code ?? String(error);
      }
    };
    (async () => {
      const answers = [];
      for (let index = 0; index < Number(count); index += 1) answers.push(await ask('@acme/case-' + index));
      process.stdout.write(JSON.stringify(answers));
    })();`,
  );
  const pacote = join(await npmFolder(), 'node_modules/pacote');
  const args = [script, pacote, origin, join(folder, 'cache'), String(cases.length)];
  const { stdout } = await run(process.execPath, args);
  return JSON.parse(stdout);
}

/** Where npm lies: that which runs this test, or that on the path. */
async function npmFolder(): Promise<string> {
  const script = process.env['npm_execpath'];
  if (script?.endsWith('npm-cli.js') === true) return dirname(dirname(realpathSync(script)));
  const { stdout } = await run('npm', ['root', '--global']);
  return join(stdout.trim(), 'npm');
}

function askOurselves(signed: SignedVersion): boolean {
  try {
    verifyRegistrySignatures(signed, parseRegistryKeys({ keys }), { now: Date.parse('2030-06-01T00:00:00Z') });
    return true;
  } catch {
    return false;
  }
}

test('npm and we agree about every signature of a registry', async () => {
  const answers = await askNpm();
  const codes = ['EINTEGRITYSIGNATURE', 'EMISSINGSIGNATUREKEY', 'EEXPIREDSIGNATUREKEY'];
  expect(answers.filter((answer) => answer !== null && !codes.includes(answer))).toEqual([]);
  const verdicts = published.map(({ title, signed }, index) => [title, answers[index] === null, askOurselves(signed)]);
  expect(verdicts).toEqual(published.map(({ title, good }) => [title, good, good]));
});

test('a package that npm installs has the digest of its archive', async () => {
  const target = join(folder, 'project');
  // What the npm that runs the tests was told is no part of this.
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const args = ['install', '--silent', '--no-audit', '--ignore-scripts', '--prefix', target, '--registry', origin];
  await run('npm', [...args, '--cache', join(folder, 'install-cache'), '@acme/case-0@1.0.0'], {
    env: { ...own, npm_config_registry: origin, 'npm_config_@acme:registry': origin },
  });
  const { digest } = await digestFolder(join(target, 'node_modules/@acme/case-0'));
  expect(digest).toBe((await digestArchive(published[0]?.archive ?? Buffer.alloc(0))).digest);
});

describe('attestations, as a registry serves them', () => {
  test('have the signature of a publisher among others', async () => {
    const publisher = pair();
    const envelope = await signPlugin(make(), [publisher.privateKey]);
    const { attestations } = attestationsOf([envelope]);
    const others = { predicateType: 'https://slsa.dev/provenance/v1', bundle: { dsseEnvelope: {} } };
    const served: unknown = JSON.parse(JSON.stringify({ attestations: [others, ...attestations] }));
    const envelopes = envelopesIn(served);
    expect(envelopes).toEqual([envelope]);
    const { claim } = verifyClaim(envelopes[0], '@acme/exporter', { keys: [publisher.publicKey] });
    expect(claim).toMatchObject({ name: '@acme/exporter', version: '1.0.0', api: '^0.1.0' });
  });

  for (const document of [
    null,
    [],
    {},
    { attestations: 1 },
    { attestations: [null, 1, {}, { predicateType: 'urn:seaworthy:plugin:v1' }] },
  ]) {
    test(`are none in ${JSON.stringify(document)}`, () => {
      expect(envelopesIn(document)).toEqual([]);
    });
  }
});
