// Limits count people, however they write their name and whichever of their addresses they take.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countedAs, isWithin } from '../../src/modules/accounts/networks.ts';
import { registryClient } from '../support/registry-client.ts';
import { runServer } from '../support/run-server.ts';

const proxies = { SEAWORTHY_TRUSTED_PROXIES: '127.0.0.0/8', SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '3' };

async function attempt(serverUrl: string, name: string, address: string): Promise<number> {
  const id = encodeURIComponent(`org.couchdb.user:${name}`);
  const { status } = await fetch(`${serverUrl}/npm/-/user/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify({ name, password: 'wrong-password' }),
  });
  return status;
}

test('a password is guessed as seldom for all ways of writing a name as for one', async () => {
  const server = await runServer(proxies);
  try {
    await registryClient(server.url, 'ada');
    const names = ['Ada', 'ADA ', ' aDa', 'ａｄａ', 'ada'];
    const statuses: number[] = [];
    for (const [index, name] of names.entries()) statuses.push(await attempt(server.url, name, `192.0.2.${index}`));
    expect(statuses).toEqual([401, 401, 429, 429, 429]);
  } finally {
    await server.stop();
  }
});

test('addresses of one network of IPv6 are one, and those of another network are another one', async () => {
  const server = await runServer(proxies);
  try {
    const from = async (address: string, name: string) => attempt(server.url, name, address);
    const one = [1, 2, 3, 4].map((last) => from(`2001:db8:0:7::${last}`, `n${last}`));
    expect((await Promise.all(one)).toSorted((left, right) => left - right)).toEqual([401, 401, 401, 429]);
    expect(await from('2001:db8:0:8::1', 'other')).toBe(401);
  } finally {
    await server.stop();
  }
});

test('however an address of IPv6 is written, it counts as the network of 64 bits that it is in', () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
  const anyCase = fc.tuple(groups, fc.boolean(), fc.boolean());
  fc.assert(
    fc.property(anyCase, ([numbers, isPadded, isCompressed]) => {
      fc.pre(numbers.slice(0, 5).some((number) => number > 0));
      const written = numbers.map((number) => number.toString(16).padStart(isPadded ? 4 : 1, '0'));
      const text = isCompressed ? new URL(`http://[${written.join(':')}]`).hostname.slice(1, -1) : written.join(':');
      const network = countedAs(text);
      expect(network).toBe(
        `${numbers
          .slice(0, 4)
          .map((number) => number.toString(16))
          .join(':')}::/64`,
      );
      expect(isWithin(text, [`${written.slice(0, 4).join(':')}::/64`])).toBe(true);
    }),
  );
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['', ''],
])('%j counts as %j', (address, counted) => {
  expect(countedAs(address)).toBe(counted);
});
