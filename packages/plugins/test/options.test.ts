import { expect, test } from 'vitest';
import { createPluginHost, folder, folderState, inline, processTier, wasmTier, workerTier } from '../src/index.ts';
import type { PluginHostOptions } from '../src/index.ts';
import { createTrust, requireEntitlements, scanImports, verifyEntitlement } from '../src/trust.ts';
import { verifyRevocations, verifySignatures } from '../src/trust.ts';
import { hostOf } from './make.ts';

const hostWith = (options: object): Promise<unknown> => hostOf([], options);
const entitlements = { plugins: ['*'], token: () => undefined, checks: { keys: { keys: [] } } };

/** Each does nothing, or worse, when it is taken for granted: no examiner is asked, no limit holds, nothing is revoked. */
const misspelt: readonly { readonly option: string; readonly give: () => unknown }[] = [
  { option: 'polcy', give: () => hostWith({ polcy: {} }) },
  { option: 'policy.examiner', give: () => hostWith({ policy: { examiner: [] } }) },
  { option: 'restart.max', give: () => hostWith({ restart: { max: 1 } }) },
  { option: 'watch.debounce', give: () => hostWith({ watch: { debounce: 1 } }) },
  { option: 'memoryMB', give: () => processTier({ memoryMB: 64 } as object) },
  { option: 'cpu', give: () => wasmTier({ cpu: 50 } as object) },
  { option: 'memoryMb', give: () => workerTier({ memoryMb: 64 } as object) },
  { option: 'resourceLimits.memory', give: () => workerTier({ resourceLimits: { memory: 64 } as object }) },
  { option: 'configs', give: () => folder('plugins', { configs: () => ({}) } as object) },
  { option: 'lockMs', give: () => folderState('state', { lockMs: 1 } as object) },
  { option: 'key', give: () => createTrust({ policy: {}, key: [] } as never) },
  { option: 'key', give: () => verifySignatures({ policy: {}, key: [] } as never) },
  { option: 'rules', give: () => scanImports({ rules: [] } as object) },
  { option: 'plugin', give: () => requireEntitlements({ ...entitlements, plugin: 'a' } as never) },
  {
    option: 'checks.revocation',
    give: () => requireEntitlements({ ...entitlements, checks: { keys: { keys: [] }, revocation: [] } } as never),
  },
  { option: 'revocation', give: () => verifyEntitlement('', { revocation: [] } as never) },
  { option: 'leeway', give: () => verifyRevocations('', { leeway: 0 } as never) },
];
for (const { option, give } of misspelt) {
  test(`the option ${option} is refused, and those that there are are named`, async () => {
    await expect(async () => await give()).rejects.toMatchObject({
      code: 'seaworthy.plugins.UNKNOWN_OPTION',
      message: expect.stringMatching(`^There is no option \`${option}\`. Correct or remove it. Known are: \\w+`),
    });
  });
}

const wrong: readonly { readonly given: unknown; readonly says: string }[] = [
  { given: undefined, says: 'Expected `options` to be an object, got `undefined (undefined)`.' },
  { given: null, says: 'Expected `options` to be an object' },
  { given: { sources: [null] }, says: 'Expected `sources` to be a list of plugin sources' },
  { given: { sources: [], policy: null }, says: 'Expected `policy` to be an object' },
  { given: { sources: [], restart: null }, says: 'Expected `restart` to be an object' },
  { given: { sources: [], watch: 5 }, says: 'Expected `watch` to be an object' },
  { given: { sources: [], logger: {} }, says: 'Expected `logger` to be an object with `info` and `error`' },
  { given: { sources: [], clone: 'yes' }, says: 'Expected `clone` to be true or false, got `yes (string)`.' },
  { given: { sources: [], onConfigMigrated: 5 }, says: 'Expected `onConfigMigrated` to be a function' },
  { given: { sources: [], signal: 5 }, says: 'Expected `signal` to be an AbortSignal, got `5 (number)`.' },
  {
    given: { sources: [], concurrency: Object.create(null) },
    says: 'got `something that cannot be printed (object)`.',
  },
];
for (const { given, says } of wrong) {
  test(`a host is refused: ${says}`, async () => {
    await expect(createPluginHost(given as PluginHostOptions)).rejects.toMatchObject({
      code: 'seaworthy.plugins.INVALID_OPTION',
      message: expect.stringContaining(says),
    });
  });
}

test('what createTrust answers is a policy as it is', async () => {
  const host = await createPluginHost({ sources: [], policy: createTrust({ policy: {} }) });
  expect(host.problems).toEqual([]);
  await host.close();
});

const hooks: readonly { readonly plugin: object; readonly says: string }[] = [
  { plugin: { onInti() {} }, says: 'Plugin "a" comes with the hook onInti, which is none of onInit, onStart' },
  { plugin: { onStart: 5 }, says: 'Plugin "a" comes with a hook onStart that is no function.' },
];
for (const { plugin, says } of hooks) {
  test(`a plugin is refused: ${says}`, async () => {
    await expect(createPluginHost({ sources: [inline([{ manifest: { id: 'a' }, plugin }])] })).rejects.toThrow(says);
  });
}

test('what a plugin has beside its hooks is its own affair', async () => {
  const plugin = { rows: 3, once() {}, onInit() {} };
  const host = await createPluginHost({ sources: [inline([{ manifest: { id: 'a' }, plugin }])] });
  expect(host.problems).toEqual([]);
  await host.close();
});
