import { generateKeyPairSync } from 'node:crypto';
import { rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createPluginHost, folder, processTier, wasmTier, type Examiner, type PluginHost } from '../../src/index.ts';
import {
  createTrust,
  installPlugin,
  integrityOf,
  signClaim,
  signEnvelope,
  signPlugin,
  claimOf,
} from '../../src/trust.ts';
import type { PluginEvidence } from '../../src/trust.ts';
import { packages, recorded, type Packages } from '../packages.ts';
import { registryKey, signedVersion } from './registry.ts';
import { make, now, pair, publish, ringOf, start, type Started } from './world.ts';

const [acme, other] = [pair(), pair()];
const keys = ringOf([[acme], [other]]);
const publishers = { '@acme/*': [acme.id], '@other/*': [other.id] };
let count = 0;

/** A name that no other test has, because what a plugin records is found by its name. */
function fresh(scope = '@acme'): string {
  count += 1;
  return `${scope}/exporter-${count}`;
}

function statusOf(host: PluginHost): Record<string, string> {
  return Object.fromEntries(host.status().map(({ id, state }) => [id, state]));
}

test('a signed plugin is loaded, and the audit trail says on whose word', async () => {
  await using disk = await packages();
  const name = fresh();
  const permissions = { net: ['api.example.com'] };
  await publish(disk.path, [acme], { name, seaworthy: { permissions } });
  const { host, audit } = await start(disk.path, { publishers }, { keys });
  expect(statusOf(host)).toEqual({ [name]: 'started' });
  await host.close();
  expect(audit).toMatchObject([
    {
      event: 'verified',
      plugin: name,
      version: '1.0.0',
      details: { outcome: 'ok', level: 'publisher', signers: [acme.id] },
    },
    { event: 'scanned', plugin: name, details: { findings: 0 } },
    { event: 'granted', plugin: name, details: { tier: 'inline', permissions } },
    { event: 'loaded', plugin: name },
    { event: 'stopped', plugin: name },
  ]);
});

interface Refusal {
  readonly title: string;
  readonly code: string;
  readonly says: string;
  /** Makes the plugin, and what the host is given. */
  readonly make: (disk: Packages, name: string) => Promise<Parameters<typeof start>[2] | void>;
  readonly policy?: Parameters<typeof start>[1];
  readonly scope?: string;
}

const refusals: readonly Refusal[] = [
  {
    title: 'without a signature',
    code: 'PLUGIN_UNSIGNED',
    says: 'has no signature of a publisher',
    make: async (disk, name) => void (await publish(disk.path, [], { name })),
  },
  {
    title: 'that was put there by hand',
    code: 'PLUGIN_UNSIGNED',
    says: 'has no signature of a publisher',
    make: async (disk, name) => disk.add(name, {}, { 'index.js': 'export default {}' }),
  },
  {
    title: 'with a changed file',
    code: 'FILES_CHANGED',
    says: '"index.js" was changed',
    make: async (disk, name) => {
      const { directory } = await publish(disk.path, [acme], { name });
      await writeFile(new URL('index.js', directory), 'export default {}');
    },
  },
  {
    title: 'with another file',
    code: 'FILES_CHANGED',
    says: '"node_modules/fs-extra/index.js" was added',
    make: async (disk, name) => {
      await publish(disk.path, [acme], { name });
      await disk.write(`${name}/node_modules/fs-extra/index.js`, '');
    },
  },
  {
    title: 'with a file less',
    code: 'FILES_CHANGED',
    says: '"LICENSE" was removed',
    make: async (disk, name) => {
      const { directory } = await publish(disk.path, [acme], { name, files: { LICENSE: 'MIT' } });
      await unlink(new URL('LICENSE', directory));
    },
  },
  {
    title: 'with a link',
    code: 'ARCHIVE_REFUSED',
    says: '("passwd"): it is a link',
    make: async (disk, name) => {
      const { directory } = await publish(disk.path, [acme], { name });
      await symlink('/etc/passwd', new URL('passwd', directory));
    },
  },
  {
    title: 'with wider permissions than were signed',
    code: 'STATEMENT_MISMATCH',
    says: 'was signed with the permission digest',
    make: async (disk, name) => {
      const { directory } = await publish(disk.path, [acme], {
        name,
        seaworthy: { permissions: { net: ['a.example'] } },
      });
      const seaworthy = { api: '^0.1.0', permissions: { net: ['a.example', '*'] } };
      await writeFile(
        new URL('package.json', directory),
        JSON.stringify({ name, version: '1.0.0', type: 'module', seaworthy }),
      );
    },
  },
  {
    title: 'with another API range than was signed',
    code: 'STATEMENT_MISMATCH',
    says: 'was signed with the API range ^0.1.0, and has *',
    make: async (disk, name) => {
      const { directory } = await publish(disk.path, [acme], { name });
      await writeFile(
        new URL('package.json', directory),
        JSON.stringify({ name, version: '1.0.0', type: 'module', seaworthy: { api: '*' } }),
      );
    },
  },
  {
    title: 'with the signature of another plugin',
    code: 'STATEMENT_MISMATCH',
    says: 'was signed with the package @acme/innocent',
    make: async (disk, name) => {
      const envelopes = [await signPlugin(make({ name: '@acme/innocent' }), [acme.privateKey])];
      await installPlugin(make({ name }), disk.path, { envelopes });
    },
  },
  {
    title: 'with the signature of another version',
    code: 'STATEMENT_MISMATCH',
    says: 'was signed with the version 0.9.0, and has 1.0.0',
    make: async (disk, name) => {
      const envelopes = [await signPlugin(make({ name, version: '0.9.0' }), [acme.privateKey])];
      await installPlugin(make({ name }), disk.path, { envelopes });
    },
  },
  {
    title: 'whose name was signed over other files',
    code: 'FILES_CHANGED',
    says: 'their digest is another one',
    make: async (disk, name) => {
      const envelopes = [await signPlugin(make({ name, files: { 'a.js': '' } }), [acme.privateKey])];
      await installPlugin(make({ name }), disk.path, { envelopes });
    },
  },
  {
    title: 'of a name that its signer may not publish',
    code: 'SIGNER_NOT_ALLOWED',
    says: `key ${other.id}, and the policy lets only ${acme.id} publish it`,
    make: async (disk, name) => void (await publish(disk.path, [other], { name })),
  },
  {
    title: 'of a name that nobody may publish',
    code: 'SIGNER_NOT_ALLOWED',
    says: 'the policy lets nobody publish it',
    scope: '@stranger',
    make: async (disk, name) => void (await publish(disk.path, [acme], { name })),
  },
  {
    title: 'signed by a key that nobody knows',
    code: 'SIGNATURE_INVALID',
    says: 'no key that is asked for has signed it',
    make: async (disk, name) => void (await publish(disk.path, [pair()], { name })),
  },
  {
    title: 'when there are no keys',
    code: 'SIGNATURE_INVALID',
    says: 'no key that is asked for has signed it',
    make: async (disk, name) => {
      await publish(disk.path, [acme], { name });
      return { keys: ringOf([]) };
    },
  },
  {
    title: 'signed by a key that was revoked',
    code: 'KEY_REVOKED',
    says: 'was revoked at 2030-02-03T04:05:06Z: the laptop was stolen',
    make: async (disk, name) => {
      await publish(disk.path, [acme], { name });
      return { keys: ringOf([[acme, { revoked: { at: '2030-02-03T04:05:06Z', reason: 'the laptop was stolen' } }]]) };
    },
  },
  {
    title: 'signed by a key that has expired',
    code: 'KEY_EXPIRED',
    says: 'expired at 2030-05-31T00:00:00Z',
    make: async (disk, name) => {
      await publish(disk.path, [acme], { name });
      return { keys: ringOf([[acme, { until: '2030-05-31T00:00:00Z' }]]) };
    },
  },
  {
    title: 'signed by a key before its time',
    code: 'SIGNATURE_INVALID',
    says: 'may be used from 2030-07-01T00:00:00Z on',
    make: async (disk, name) => {
      await publish(disk.path, [acme], { name });
      return { keys: ringOf([[acme, { from: '2030-07-01T00:00:00Z' }]]) };
    },
  },
  {
    title: 'signed by one of two that have to',
    code: 'SIGNATURE_INVALID',
    says: '1 of 2 keys have signed it',
    policy: { publishers: { '@acme/*': [acme.id, other.id] }, threshold: 2 },
    make: async (disk, name) => void (await publish(disk.path, [acme], { name })),
  },
  {
    title: 'signed by a key of another kind',
    code: 'SIGNATURE_INVALID',
    says: 'no key that is asked for has signed it',
    make: async (disk, name) => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      expect(publicKey.type).toBe('public');
      const claim = await claimOf(make({ name }));
      expect(() => signClaim(claim, [privateKey])).toThrow('private ed25519 keys');
      await publish(disk.path, [pair()], { name });
    },
  },
  {
    title: 'signed with a statement that is none',
    code: 'SIGNATURE_INVALID',
    says: 'it states "https://slsa.dev/provenance/v1", not urn:seaworthy:plugin:v1',
    make: async (disk, name) => {
      const statement = { _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/provenance/v1' };
      await publish(disk.path, [], { name }, { envelopes: [envelopeOf(statement)] });
    },
  },
  {
    title: 'signed with a subject that is another package',
    code: 'SIGNATURE_INVALID',
    says: 'its subject is another package than its predicate',
    make: async (disk, name) => {
      const claim = await claimOf(make({ name }));
      const subject = [{ name: 'pkg:npm/left-pad@1.0.0', digest: { sha512: '00' } }];
      const [_type, predicateType] = ['https://in-toto.io/Statement/v1', 'urn:seaworthy:plugin:v1'];
      await publish(
        disk.path,
        [],
        { name },
        { envelopes: [envelopeOf({ _type, predicateType, subject, predicate: claim })] },
      );
    },
  },
  {
    title: 'whose evidence was damaged',
    code: 'EVIDENCE_UNREADABLE',
    says: 'it is no JSON',
    make: async (disk, name) => {
      await publish(disk.path, [acme], { name });
      await disk.write(`${name}.trust.json`, '{');
    },
  },
  {
    title: 'whose evidence is something else',
    code: 'EVIDENCE_UNREADABLE',
    says: 'it is no { envelopes, registry?, files? }',
    make: async (disk, name) => {
      await publish(disk.path, [acme], { name });
      await disk.write(`${name}.trust.json`, '{"envelopes":{}}');
    },
  },
  {
    title: 'for an API that the policy does not allow',
    code: 'API_NOT_ALLOWED',
    says: 'is written for the API ^0.1.0, and the policy allows ^0.2.0',
    policy: { publishers, api: '^0.2.0' },
    make: async (disk, name) => void (await publish(disk.path, [acme], { name })),
  },
  {
    title: 'without a signature of the registry, when that is asked for too',
    code: 'PLUGIN_UNSIGNED',
    says: 'has no registry signature that can be checked',
    policy: { publishers, registry: 'required' },
    make: async (disk, name) => void (await publish(disk.path, [acme], { name })),
  },
  {
    title: 'without any signature, when that of a registry would be enough',
    code: 'PLUGIN_UNSIGNED',
    says: 'has no signature that can be checked',
    policy: { publishers, minimum: 'registry' },
    make: async (disk, name) => void (await publish(disk.path, [], { name })),
  },
  {
    title: 'with a signature of the registry that has no keys here',
    code: 'PLUGIN_UNSIGNED',
    says: 'has no signature that can be checked',
    policy: { publishers, minimum: 'registry' },
    make: async (disk, name) => {
      const registry = { integrity: integrityOf(make({ name })), signatures: [{ keyid: 'SHA256:a', sig: 'AAAA' }] };
      await installPlugin(make({ name }), disk.path, { registry });
    },
  },
  {
    title: 'that imports what is not allowed, signed or not',
    code: 'IMPORTS_REFUSED',
    says: 'index.js:1:1 imports a module of Node: node:fs (builtin)',
    make: async (disk, name) =>
      void (await publish(disk.path, [acme], { name, files: { 'index.js': `import 'fs'; globalThis.leaked = 1` } })),
  },
];

function envelopeOf(statement: object): unknown {
  return signEnvelope('application/vnd.in-toto+json', Buffer.from(JSON.stringify(statement)), [acme.privateKey]);
}

describe('a plugin is refused before any of its code runs', () => {
  for (const { title, code, says, make: prepare, policy = { publishers }, scope } of refusals) {
    test(title, async () => {
      await using disk = await packages();
      const name = fresh(scope);
      const options = (await prepare(disk, name)) ?? {};
      const { host, audit } = await start(disk.path, policy, { keys, ...options });
      const [status] = host.status();
      expect(status).toMatchObject({ id: name, state: 'failed', error: { code: 'seaworthy.plugins.PLUGIN_REFUSED' } });
      expect(status?.error?.message).toContain(says);
      expect(recorded(name)).toEqual([]);
      expect(Object.keys(globalThis)).not.toContain('leaked');
      expect(audit.at(-1)).toMatchObject({
        event: 'refused',
        plugin: name,
        details: { cause: `seaworthy.plugins.${code}` },
      });
      await host.close();
    });
  }
});

test('those that need a refused plugin are skipped with the reason, and the trail has it', async () => {
  await using disk = await packages();
  const [base, top] = [fresh(), fresh()];
  await publish(disk.path, [other], { name: base });
  await publish(disk.path, [acme], { name: top, seaworthy: { dependencies: { [base]: '*' } } });
  const { host, audit } = await start(disk.path, { publishers }, { keys });
  const reason = expect.stringContaining(
    `it needs "${base}", which failed: Plugin "${base}" 1.0.0 is refused by signatures`,
  );
  expect(host.status()).toMatchObject([
    { id: base, state: 'failed' },
    { id: top, state: 'skipped', reason },
  ]);
  expect(recorded(top)).toEqual([]);
  expect(audit.filter(({ event }) => event === 'skipped')).toMatchObject([{ plugin: top, details: { reason } }]);
  await host.close();
});

test('one good signature among several is enough, whichever it is', async () => {
  await using disk = await packages();
  const name = fresh();
  const archive = make({ name });
  const envelopes = [
    {},
    await signPlugin(archive, [pair().privateKey]),
    await signPlugin(make({ name, version: '9.9.9' }), [other.privateKey]),
    await signPlugin(archive, [acme.privateKey, other.privateKey]),
  ];
  await installPlugin(archive, disk.path, { envelopes });
  const { host } = await start(disk.path, { publishers }, { keys });
  expect(statusOf(host)).toEqual({ [name]: 'started' });
  await host.close();
});

test('a revoked key does not spoil the signature of another', async () => {
  await using disk = await packages();
  const name = fresh();
  await publish(disk.path, [acme, other], { name });
  const ring = ringOf([[acme, { revoked: { at: '2030-01-01T00:00:00Z' } }], [other]]);
  const { host } = await start(disk.path, { publishers: { [name]: [acme.id, other.id] } }, { keys: ring });
  expect(statusOf(host)).toEqual({ [name]: 'started' });
  await host.close();
});

test('the longest name in the policy counts', async () => {
  await using disk = await packages();
  const name = fresh();
  await publish(disk.path, [acme], { name });
  const { host } = await start(disk.path, { publishers: { '*': [acme.id], [name]: [other.id] } }, { keys });
  expect(host.status()[0]?.error?.message).toContain(`only ${other.id} publish it`);
  await host.close();
});

test('keys are asked for anew for each load', async () => {
  await using disk = await packages();
  const name = fresh();
  await publish(disk.path, [acme], { name });
  let ring = keys;
  const options = { keys: () => ring };
  const first = await start(disk.path, { publishers }, options);
  await first.host.close();
  ring = ringOf([[acme, { revoked: { at: '2030-05-31T00:00:00Z' } }]]);
  const second = await start(disk.path, { publishers }, options);
  expect([statusOf(first.host), statusOf(second.host)]).toEqual([{ [name]: 'stopped' }, { [name]: 'failed' }]);
  await second.host.close();
});

describe('the signature of a registry', () => {
  const registry = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const key = registryKey(registry.publicKey);
  const registryKeys = [key];

  async function fromRegistry(
    disk: Packages,
    name: string,
    changes: Partial<PluginEvidence['registry']> = {},
  ): Promise<URL> {
    const archive = make({ name });
    const signed = signedVersion(
      { name, version: '1.0.0', integrity: integrityOf(archive) },
      registry.privateKey,
      key.keyid,
    );
    const { integrity, signatures } = signed;
    return (await installPlugin(archive, disk.path, { registry: { integrity, signatures, ...changes } })).directory;
  }

  const policy = { minimum: 'registry', isolation: { registry: 'inline' } } as const;
  const run = (disk: Packages, more: object = {}): Promise<Started> =>
    start(disk.path, { ...policy, ...more }, { registryKeys });

  test('is enough when the policy says so', async () => {
    await using disk = await packages();
    const name = fresh();
    await fromRegistry(disk, name);
    const { host, audit } = await run(disk);
    expect(statusOf(host)).toEqual({ [name]: 'started' });
    expect(audit[0]).toMatchObject({ event: 'verified', details: { level: 'registry', signers: [key.keyid] } });
    await host.close();
  });

  test('proves nothing about changed files', async () => {
    await using disk = await packages();
    const directory = await fromRegistry(disk, fresh());
    await writeFile(new URL('index.js', directory), 'export default {}');
    const { host } = await run(disk);
    expect(host.status()[0]?.error?.message).toContain('"index.js" was changed');
    await host.close();
  });

  test('proves nothing without the archive, or with another one', async () => {
    await using disk = await packages();
    const name = fresh();
    const directory = await fromRegistry(disk, name);
    const archive = `${fileURLToPath(directory).slice(0, -1)}.tgz`;
    await writeFile(archive, make({ name, version: '2.0.0' }));
    const another = await run(disk);
    expect(another.host.status()[0]?.error?.message).toContain('Expected the integrity');
    await rm(archive);
    const none = await run(disk);
    expect(none.host.status()[0]?.error?.message).toContain('has no archive beside it');
    await Promise.all([another.host.close(), none.host.close()]);
  });

  test('is not that of another version under this name', async () => {
    await using disk = await packages();
    const [mine, theirs] = [fresh(), fresh()];
    await fromRegistry(disk, theirs);
    await rename(`${disk.path}/${theirs}`, `${disk.path}/${mine}`);
    await rename(`${disk.path}/${theirs}.tgz`, `${disk.path}/${mine}.tgz`);
    await rename(`${disk.path}/${theirs}.trust.json`, `${disk.path}/${mine}.trust.json`);
    await disk.write(`${mine}/package.json`, JSON.stringify({ name: mine, version: '1.0.0', seaworthy: { api: '*' } }));
    const { host } = await run(disk);
    expect(host.status()[0]?.error?.message).toContain('does not hold');
    await host.close();
  });

  test('an archive that is not what the registry promised does not come in', async () => {
    await using disk = await packages();
    const registryOf = { integrity: integrityOf(Buffer.from('other')), signatures: [] };
    await expect(installPlugin(make(), disk.path, { registry: registryOf })).rejects.toThrow('Expected the integrity');
  });

  test('is not needed where a publisher has signed', async () => {
    await using disk = await packages();
    const name = fresh();
    await publish(disk.path, [acme], { name });
    const { host } = await start(disk.path, { ...policy, publishers }, { keys });
    expect(statusOf(host)).toEqual({ [name]: 'started' });
    await host.close();
  });

  test('and that of a publisher have to be about the same archive', async () => {
    await using disk = await packages();
    const name = fresh();
    const archive = make({ name });
    const claim = { ...(await claimOf(archive)), integrity: integrityOf(Buffer.from('another archive')) };
    await installPlugin(archive, disk.path, {
      envelopes: [signClaim(claim, [acme.privateKey])],
      registry: { integrity: integrityOf(archive), signatures: [] },
    });
    const { host } = await start(disk.path, { publishers }, { keys });
    expect(host.status()[0]?.error?.message).toContain('was signed with the integrity sha512-');
    await host.close();
  });
});

describe('where a plugin runs', () => {
  test('follows from what was proved; unsigned plugins go to wasm', async () => {
    await using disk = await packages();
    const [signed, unsigned] = [fresh(), fresh('@zzz')];
    await publish(disk.path, [acme], { name: signed });
    await publish(disk.path, [], { name: unsigned });
    const { host } = await start(disk.path, { publishers, minimum: 'unsigned' }, { keys });
    expect(host.status()).toMatchObject([
      { id: signed, state: 'started' },
      {
        id: unsigned,
        state: 'failed',
        error: { code: 'seaworthy.plugins.TIER_MISSING', message: expect.stringContaining('wasmTier()') },
      },
    ]);
    await host.close();
  });

  test('a bad signature is no missing one: it is refused where none is asked for', async () => {
    await using disk = await packages();
    const name = fresh();
    const { directory } = await publish(disk.path, [acme], { name });
    await writeFile(new URL('index.js', directory), 'export default {}');
    const { host } = await start(disk.path, { publishers, minimum: 'unsigned' }, { keys });
    expect(host.status()[0]?.error?.message).toContain('"index.js" was changed');
    await host.close();
  });
});

test('the mode warn loads, as unsigned, and tells what it would have refused', async () => {
  await using disk = await packages();
  const name = fresh();
  const files = { 'index.js': `import 'node:path'; export default {}` };
  await publish(disk.path, [other], { name, files });
  const policy = { mode: 'warn', publishers, isolation: { unsigned: 'inline' } } as const;
  const { host, warnings, audit } = await start(disk.path, policy, { keys });
  expect(statusOf(host)).toEqual({ [name]: 'started' });
  expect(warnings).toMatchObject([
    { plugin: name, version: '1.0.0', examiner: 'signatures', message: expect.stringContaining(`only ${acme.id}`) },
    { plugin: name, examiner: 'imports', message: 'index.js:1:1 imports a module of Node: node:path (builtin)' },
  ]);
  expect(audit[0]).toMatchObject({
    event: 'verified',
    details: { outcome: 'error', code: 'seaworthy.plugins.SIGNER_NOT_ALLOWED' },
  });
  await host.close();
});

test('a plugin is refused when what was found about it cannot be written down', async () => {
  await using disk = await packages();
  const name = fresh();
  await publish(disk.path, [acme], { name });
  const audit = { record: () => Promise.reject(new Error('the disk is full')) };
  const { host } = await start(disk.path, { publishers }, { keys, audit });
  expect(host.status()[0]?.error?.message).toContain('the disk is full');
  expect(recorded(name)).toEqual([]);
  await host.close();
});

test('a version that is installed stays until the next one is whole', async () => {
  await using disk = await packages();
  const name = fresh();
  await publish(disk.path, [acme], { name });
  const broken = make({ name, version: '2.0.0' }).subarray(0, -20);
  await expect(installPlugin(broken, disk.path)).rejects.toThrow('no complete gzip file');
  const first = await start(disk.path, { publishers }, { keys });
  expect(first.host.status()).toMatchObject([{ id: name, version: '1.0.0', state: 'started' }]);
  await first.host.close();
  await publish(disk.path, [acme], { name, version: '2.0.0', files: { 'more.js': '' } });
  const second = await start(disk.path, { publishers }, { keys });
  expect(second.host.status()).toMatchObject([{ id: name, version: '2.0.0', state: 'started' }]);
  await second.host.close();
});

for (const name of ['../evil', '/etc/evil', '@acme/../../evil', '.hidden', 'a/b/c', 'a\\b', '']) {
  test(`a package with the name ${JSON.stringify(name)} is installed nowhere`, async () => {
    await using disk = await packages();
    await expect(installPlugin(make({ name }), disk.path)).rejects.toThrow('is no name of a package');
  });
}

test('time is that of the clock which the host is given', async () => {
  await using disk = await packages();
  await publish(disk.path, [acme], { name: fresh() });
  const ring = ringOf([[acme, { until: '2030-06-01T00:00:01Z' }]]);
  const later = await start(disk.path, { publishers }, { keys: ring, now: () => now + 1000 });
  const before = await start(disk.path, { publishers }, { keys: ring, now: () => now + 999 });
  expect([later, before].map(({ host }) => host.status()[0]?.state)).toEqual(['failed', 'started']);
  await Promise.all([later.host.close(), before.host.close()]);
});

for (const [tier, open] of [
  ['wasm', () => wasmTier()],
  ['process', () => processTier()],
] as const) {
  for (const swaps of [true, false]) {
    const expected = swaps
      ? {
          state: 'failed',
          error: {
            code: 'seaworthy.plugins.CODE_CHANGED',
            message: expect.stringContaining('The file index.js of plugin'),
          },
        }
      : { state: 'started' };
    test(`in the tier "${tier}" a file ${swaps ? 'that was changed since it was examined is not' : 'as it was examined is'} loaded`, async () => {
      await using disk = await packages();
      const name = fresh();
      const { directory } = await publish(disk.path, [acme], { name, files: { 'index.js': 'export default {};' } });
      const trust = createTrust({ policy: { publishers, isolation: { publisher: tier } }, keys, now: () => now });
      const swap: Examiner = {
        name: 'swap',
        examine: async () =>
          swaps ? writeFile(new URL('index.js', directory), 'export default { onInit() {} };') : undefined,
      };
      const host = await createPluginHost({
        sources: [folder(disk.path)],
        tiers: [open()],
        policy: { ...trust, examiners: [...trust.examiners, swap] },
        restart: { mostRestarts: 0 },
      });
      await host.start();
      expect(host.status()[0]).toMatchObject(expected);
      await host.close();
    });
  }
}
