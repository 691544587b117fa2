import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEntitlement, type PublishedKeys } from '@seaworthy/plugins/trust';
import { beforeEach, expect, test } from 'vitest';
import { createSigningKeys, type SigningKeys } from '../../src/modules/accounts/signing-keys.ts';
import { createEntitlementTokens, mostDays, publishedMs } from '../../src/modules/entitlements/tokens.ts';

const day = 86_400_000;
const keyDays = 30;

let now: number;
let keys: SigningKeys;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-rotation-'));
  now = Date.parse('2026-03-01T00:00:00Z');
  keys = createSigningKeys({ path: join(folder, 'token-keys.json'), keyDays, tokenMs: publishedMs, now: () => now });
  return () => rmSync(folder, { recursive: true, force: true });
});

const published = (): Promise<PublishedKeys> => keys.published();
const make = () =>
  createEntitlementTokens(keys).sign({
    jti: 'a',
    account: 'lin',
    entitlement: 1,
    package: 'tax',
    range: '*',
    features: [],
    seat: 'lin',
    from: now,
    until: now + mostDays * day,
  });

test('a token that was signed in the last moment of its key is good by the published keys until it is over', async () => {
  await keys.current();
  now += keyDays * day - 1;
  const token = await make();
  const until = Math.floor(now / 1_000) * 1_000 + mostDays * day;
  // Asked for every day, as a server that runs is: that is when keys are replaced, and go.
  for (; now < until; now += day) {
    expect(verifyEntitlement(token, { keys: await published(), package: 'tax', version: '1.0.0', now }).id).toBe(1);
  }
  now = until + 59_000;
  const late = { keys: await published(), package: 'tax', version: '1.0.0', now };
  expect(verifyEntitlement(token, late).id).toBe(1);
  expect(() => verifyEntitlement(token, { ...late, leewayMs: 0 })).toThrow('was good until');
});

test('a key is gone an hour after the last of its tokens: the key set does not grow', async () => {
  await keys.current();
  const sizes = new Set<number>();
  for (let month = 0; month < 8; month += 1) {
    now += keyDays * day;
    sizes.add((await published()).keys.length);
  }
  expect(Math.max(...sizes)).toBeLessThanOrEqual(3);
});
