import { ErrorCode, OpenFeature, ProviderEvents, type Provider } from '@openfeature/server-sdk';
import { afterEach, expect, test } from 'vitest';
import { createFlags, memory } from '../../src/index.ts';
import { toggle } from '../make.ts';

const document = {
  flags: {
    beta: toggle('off', { targeting: { if: [{ '==': [{ var: 'plan' }, 'pro'] }, 'on'] }, metadata: { owner: 'web' } }),
    color: { state: 'ENABLED', variants: { warm: 'red' }, defaultVariant: 'warm' },
    limit: { state: 'ENABLED', variants: { low: 1.5 }, defaultVariant: 'low' },
    theme: { state: 'ENABLED', variants: { dark: { bg: '#000' } }, defaultVariant: 'dark' },
    off: toggle('on', { state: 'DISABLED' }),
  },
} as const;

afterEach(() => OpenFeature.close());

test("OpenFeature's server SDK evaluates every type", async () => {
  await using flags = await createFlags({ source: memory(document) });
  const provider: Provider = flags.openfeature();
  await OpenFeature.setProviderAndWait(provider);
  const client = OpenFeature.getClient();
  expect(await client.getBooleanDetails('beta', false, { plan: 'pro' })).toMatchObject({
    value: true,
    variant: 'on',
    reason: 'TARGETING_MATCH',
    flagMetadata: { owner: 'web' },
  });
  expect(await client.getStringValue('color', '')).toBe('red');
  expect(await client.getNumberValue('limit', 0)).toBe(1.5);
  expect(await client.getObjectValue('theme', {})).toEqual({ bg: '#000' });
});

const failures = [
  { key: 'none', code: ErrorCode.FLAG_NOT_FOUND },
  { key: 'color', code: ErrorCode.TYPE_MISMATCH },
];
for (const { key, code } of failures) {
  test(`the flag ${key} as a boolean gives the fallback with ${code}`, async () => {
    await using flags = await createFlags({ source: memory(document) });
    await OpenFeature.setProviderAndWait(flags.openfeature());
    const details = await OpenFeature.getClient().getBooleanDetails(key, true);
    expect(details).toMatchObject({ value: true, errorCode: code, reason: 'ERROR' });
  });
}

test('a flag that is switched off gives the fallback without an error', async () => {
  await using flags = await createFlags({ source: memory(document) });
  await OpenFeature.setProviderAndWait(flags.openfeature());
  const details = await OpenFeature.getClient().getBooleanDetails('off', false);
  expect(details).toMatchObject({ value: false, reason: 'DISABLED' });
  expect(details.errorCode).toBeUndefined();
});

test('the SDK hears of changes, of flags that cannot be used, and that they can be again', async () => {
  const source = memory(document);
  await using flags = await createFlags({ source });
  await OpenFeature.setProviderAndWait(flags.openfeature());
  const client = OpenFeature.getClient();
  const heard: string[] = [];
  for (const event of [ProviderEvents.ConfigurationChanged, ProviderEvents.Stale]) {
    client.addHandler(
      event,
      (details) => void heard.push([event, ...((details?.flagsChanged as string[] | undefined) ?? [])].join(' ')),
    );
  }
  source.set('no');
  await flags.reload().catch(() => {});
  expect(client.providerStatus).toBe('STALE');
  source.set({ flags: { ...document.flags, beta: toggle('on') } });
  await flags.reload();
  expect(client.providerStatus).toBe('READY');
  expect(heard).toEqual(['PROVIDER_STALE', 'PROVIDER_CONFIGURATION_CHANGED beta']);
});

test('a provider that was closed hears nothing more', async () => {
  const source = memory(document);
  await using flags = await createFlags({ source });
  const provider = flags.openfeature();
  await provider.initialize();
  let heard = 0;
  provider.events.addHandler('PROVIDER_CONFIGURATION_CHANGED', () => (heard += 1));
  await provider.onClose();
  source.set({ flags: { beta: toggle('on') } });
  await flags.reload();
  expect(heard).toBe(0);
});
