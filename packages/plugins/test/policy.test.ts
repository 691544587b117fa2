import { expect, test } from 'vitest';
import { createPluginHost, folder, inline } from '../src/index.ts';
import type { AuditEntry, Examiner, PluginHostOptions, PluginManifest, TierName } from '../src/index.ts';
import { placeOf } from '../src/policy.ts';
import { entry, gate, states } from './make.ts';
import { packages, recorded, recording, type Packages } from './packages.ts';

const places: readonly { readonly policy: TierName; readonly minimum: TierName; readonly place: TierName }[] = [
  { policy: 'inline', minimum: 'inline', place: 'inline' },
  { policy: 'inline', minimum: 'process', place: 'process' },
  { policy: 'process', minimum: 'worker', place: 'process' },
  { policy: 'worker', minimum: 'wasm', place: 'wasm' },
];
for (const { policy, minimum, place } of places) {
  test(`a policy of ${policy} and a manifest of ${minimum} make ${place}`, () => {
    expect(placeOf({ id: 'a', isolation: { minimum } }, { isolation: policy })).toBe(place);
  });
}

test('a policy can choose by manifest; an answer that is no tier counts as the strictest', () => {
  const isolation = ({ id }: PluginManifest): TierName => (id === 'ours' ? 'inline' : JSON.parse('"vm"'));
  expect(placeOf({ id: 'ours' }, { isolation })).toBe('inline');
  expect(placeOf({ id: 'theirs' }, { isolation })).toBe('wasm');
});

test('a rule for the place that throws takes the plugin out, with the reason', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': recording('no rule') });
  const isolation = (): never => {
    throw new Error('no list of tiers');
  };
  const restart = { mostRestarts: 0 };
  const host = await createPluginHost({ sources: [folder(disk.path)], policy: { isolation }, restart });
  await host.start();
  expect(host.status()).toMatchObject([
    { state: 'failed', error: { message: 'Plugin "a" failed in load: no list of tiers. The cause has the stack.' } },
  ]);
  expect(recorded('no rule')).toEqual([]);
  expect(placeOf({ id: 'a' }, { isolation })).toBe('wasm');
  await host.close();
});

test('a plugin whose tier is missing fails, and the error names the tier to add', async () => {
  await using disk = await packages();
  await disk.add('a', { isolation: { minimum: 'process' } }, { 'index.js': recording('no tier') });
  const host = await createPluginHost({ sources: [folder(disk.path)] });
  await host.start();
  expect(host.status()[0]?.error).toEqual({
    code: 'seaworthy.plugins.TIER_MISSING',
    message: expect.stringContaining('"process", which this host does not have. It has: inline. Add processTier()'),
  });
  expect(recorded('no tier')).toEqual([]);
  await host.close();
});

test('a plugin that the application has imported cannot ask for another tier', async () => {
  const sources = [inline([entry('a', {}, { isolation: { minimum: 'worker' } })])];
  await expect(createPluginHost({ sources })).rejects.toThrow('Plugin "a" asks for the tier worker');
});

/** Two plugins, `top` on `base`. */
async function twoPlugins(disk: Packages, name: string): Promise<void> {
  await disk.add('base', {}, { 'index.js': recording(`${name} base`) });
  await disk.add('top', { dependencies: { base: '*' } }, { 'index.js': recording(`${name} top`) });
}

const refuseBase: Examiner = {
  name: 'signatures',
  async examine({ id }) {
    if (id === 'base') throw new Error('nobody has signed it');
  },
};

test('a refusal takes out the plugin and its dependants before any code runs', async () => {
  await using disk = await packages();
  await twoPlugins(disk, 'refused');
  const host = await createPluginHost({ sources: [folder(disk.path)], policy: { examiners: [refuseBase] } });
  await host.start();
  const message = expect.stringContaining('Plugin "base" 1.0.0 is refused by signatures: nobody has signed it.');
  expect(host.status()).toMatchObject([
    { id: 'base', state: 'failed', error: { code: 'seaworthy.plugins.PLUGIN_REFUSED', message } },
    { id: 'top', state: 'skipped', reason: message },
  ]);
  expect([...recorded('refused base'), ...recorded('refused top')]).toEqual([]);
  await host.close();
});

test('no code is loaded before all plugins have been examined', async () => {
  await using disk = await packages();
  await twoPlugins(disk, 'first');
  const seen: string[] = [];
  const looking: Examiner = {
    name: 'looking',
    async examine({ id, entry: { pathname }, directory }) {
      await new Promise(setImmediate);
      seen.push(`${id} ${pathname.slice(directory.pathname.length)} ${recorded('first base').length}`);
    },
  };
  const host = await createPluginHost({ sources: [folder(disk.path)], policy: { examiners: [looking] } });
  expect(seen).toEqual([]);
  await host.start();
  expect(seen).toEqual(['base index.js 0', 'top index.js 0']);
  await host.close();
});

test('a required plugin that is refused stops the host', async () => {
  await using disk = await packages();
  await disk.add('base', { failure: 'required' }, { 'index.js': 'export default {};' });
  await disk.add('other', {}, { 'index.js': recording('beside refused') });
  const host = await createPluginHost({ sources: [folder(disk.path)], policy: { examiners: [refuseBase] } });
  await expect(host.start()).rejects.toMatchObject({ code: 'seaworthy.plugins.REQUIRED_FAILED' });
  expect(recorded('beside refused')).toEqual([]);
  await host.close();
});

test('an examiner that hangs is ended by the start timeout of the plugin, and told so', async () => {
  await using disk = await packages();
  await disk.add('a', { startTimeoutMs: 20 }, { 'index.js': 'export default {};' });
  const told = gate();
  const hanging: Examiner = {
    name: 'hanging',
    examine: (_code, { signal }) =>
      new Promise(() => {
        signal.addEventListener('abort', told.open);
      }),
  };
  const host = await createPluginHost({ sources: [folder(disk.path)], policy: { examiners: [hanging] } });
  await host.start();
  expect(host.status()[0]?.error).toMatchObject({ code: 'seaworthy.plugins.START_TIMEOUT' });
  await told.opened;
  await host.close();
});

test('the audit trail has what was granted, loaded, refused and stopped', async () => {
  await using disk = await packages();
  await disk.add('base', {}, { 'index.js': 'export default {};' });
  await disk.add('fine', { permissions: { net: ['example.com'] } }, { 'index.js': 'export default {};' });
  const entries: AuditEntry[] = [];
  const audit = { record: (one: AuditEntry) => entries.push(one) };
  const host = await createPluginHost({ sources: [folder(disk.path)], policy: { examiners: [refuseBase], audit } });
  await host.start();
  await host.close();
  expect(entries).toMatchObject([
    { event: 'refused', plugin: 'base', details: { code: 'seaworthy.plugins.PLUGIN_REFUSED' } },
    { event: 'granted', plugin: 'fine', version: '1.0.0', details: { permissions: { net: ['example.com'] } } },
    { event: 'loaded', plugin: 'fine', details: { tier: 'inline' } },
    { event: 'stopped', plugin: 'fine', details: { reason: 'the host was closed' } },
  ]);
});

test('a plugin is not loaded when its grant cannot be written down', async () => {
  await using disk = await packages();
  await disk.add('a', {}, { 'index.js': recording('unwritten') });
  const audit = { record: () => Promise.reject(new Error('the disk is full')) };
  const host = await createPluginHost({ sources: [folder(disk.path)], policy: { audit } });
  await host.start();
  expect(states(host)).toEqual({ a: 'failed' });
  expect(recorded('unwritten')).toEqual([]);
  await host.close();
});

const refused: readonly { readonly given: Record<string, unknown>; readonly says: string }[] = [
  { given: { policy: { isolation: 'vm' } }, says: 'Expected `policy.isolation` to be a function, or one of inline' },
  { given: { policy: { examiners: [{}] } }, says: 'Expected `policy.examiners` to be a list of examiners' },
  { given: { policy: { audit: {} } }, says: 'Expected `policy.audit` to be an object with a `record` method' },
  { given: { policy: null }, says: 'Expected `policy` to be an object' },
  { given: { tiers: [{ name: 'inline' }] }, says: 'Expected `tiers` to be tiers named worker, process, wasm' },
  { given: { tiers: [{ name: 'wasm' }, { name: 'wasm' }] }, says: 'Expected `tiers` to be one tier for each name' },
];
for (const { given, says } of refused) {
  test(`refuses the options ${JSON.stringify(given)}`, async () => {
    const options: PluginHostOptions = { sources: [], ...given };
    await expect(createPluginHost(options)).rejects.toThrow(says);
  });
}
