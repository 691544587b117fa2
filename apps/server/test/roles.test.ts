import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrants } from '../src/modules/accounts/grants.ts';
import { mappingPattern, standingOfGroups } from '../src/modules/accounts/role-mapping.ts';
import { requireRight, type Right } from '../src/modules/accounts/roles.ts';
import { marketClient, type MarketClient } from './support/market-client.ts';
import { runServer, type RunningServer } from './support/run-server.ts';

let server: RunningServer;
let [ada, grace, alan]: MarketClient[] = [];

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'ada=admin,grace=flag-admin' });
  [ada, grace, alan] = await Promise.all(['ada', 'grace', 'alan'].map((name) => marketClient(server.url, name)));
});

afterAll(() => server.stop());

const may = (who: MarketClient | undefined, path: string) => who?.api('GET', path).then(({ status }) => status === 200);

test('an account is what the settings name it, and an admin may all that others may', async () => {
  expect(await may(ada, '/flags')).toBe(true);
  expect(await may(grace, '/flags')).toBe(true);
  expect(await may(alan, '/flags')).toBe(false);
  expect(await ada?.api('GET', '/accounts/ada')).toMatchObject({ body: { role: 'admin', flagAdmin: false } });
  expect(await ada?.api('GET', '/accounts/grace')).toMatchObject({ body: { role: 'publisher', flagAdmin: true } });
});

test('who may change flags may not look after packages, and the other way round', async () => {
  expect((await grace?.api('PUT', '/categories/new', { title: 'New' }))?.status).toBe(403);
  await ada?.api('PUT', '/accounts/alan/role', { role: 'maintainer' });
  expect((await alan?.api('PUT', '/categories/new', { title: 'New' }))?.status).toBe(204);
  expect(await may(alan, '/flags')).toBe(false);
});

test('an admin gives and takes the right to change flags, beside the role', async () => {
  await ada?.api('PUT', '/accounts/alan/role', { role: 'reader', flagAdmin: true });
  expect(await ada?.api('GET', '/accounts/alan')).toMatchObject({ body: { role: 'reader', flagAdmin: true } });
  expect(await may(alan, '/flags')).toBe(true);
  // Without the word it stays.
  await ada?.api('PUT', '/accounts/alan/role', { role: 'publisher' });
  expect(await may(alan, '/flags')).toBe(true);
  await ada?.api('PUT', '/accounts/alan/role', { role: 'publisher', flagAdmin: false });
  expect(await may(alan, '/flags')).toBe(false);
});

test('nobody takes from an account what the settings give it', async () => {
  const answer = await ada?.api('PUT', '/accounts/ada/role', { role: 'reader' });
  expect(answer).toMatchObject({ status: 422, body: { code: 'seaworthy.server.ACCOUNT_INVALID' } });
  await ada?.api('PUT', '/accounts/grace/role', { role: 'publisher', flagAdmin: false });
  expect(await may(grace, '/flags')).toBe(true);
});

const none = { role: 'publisher', isFlagAdmin: false } as const;

test('the older settings are other words for two of the roles', () => {
  const older = createGrants({ roles: [], admins: ['ada'], flagAdmins: ['grace'] });
  const newer = createGrants({ roles: ['ada=admin', 'grace=flag-admin'], admins: [], flagAdmins: [] });
  for (const name of ['ada', 'grace', 'alan']) expect(older.of(name, none)).toEqual(newer.of(name, none));
  expect([older.haveFlagAdmins, newer.haveFlagAdmins]).toEqual([true, true]);
  expect(createGrants({ roles: ['ada=admin'], admins: [], flagAdmins: [] }).haveFlagAdmins).toBe(false);
});

test('several roles of one name are all of them, and never less than what is kept', () => {
  const grants = createGrants({
    roles: ['ada=maintainer', 'ada=flag-admin', 'ada=reader'],
    admins: [],
    flagAdmins: [],
  });
  expect(grants.of('ada', none)).toEqual({ role: 'maintainer', isFlagAdmin: true });
  expect(grants.of('ada', { role: 'admin', isFlagAdmin: false }).role).toBe('admin');
  expect(grants.rankOf('alan')).toBeUndefined();
});

const mapping = ['ops=admin', 'flag people=flag-admin', 'developers=publisher'];
const mapped = [
  { groups: ['developers', 'ops'], standing: { role: 'admin', isFlagAdmin: false } },
  { groups: ['flag people'], standing: { role: 'reader', isFlagAdmin: true } },
  { groups: 'developers', standing: { role: 'publisher', isFlagAdmin: false } },
  { groups: ['others'], standing: { role: 'reader', isFlagAdmin: false } },
  { groups: undefined, standing: { role: 'reader', isFlagAdmin: false } },
  { groups: [{ name: 'ops' }, 7, null], standing: { role: 'reader', isFlagAdmin: false } },
];
for (const { groups, standing } of mapped) {
  test(`the groups ${JSON.stringify(groups)} give ${JSON.stringify(standing)}`, () => {
    expect(standingOfGroups(mapping, groups)).toEqual(standing);
  });
}

test('without a mapping groups say nothing, and a mapping names a role that there is', () => {
  expect(standingOfGroups([], ['ops'])).toBeUndefined();
  expect(['ops=admin', 'a b=flag-admin'].every((each) => mappingPattern.test(each))).toBe(true);
  expect(['ops=root', '=admin', 'ops', 'a=b=admin'].some((each) => mappingPattern.test(each))).toBe(false);
});

const rights: readonly Right[] = [
  'participate',
  'publish',
  'curate',
  'moderate',
  'certify',
  'switchFlags',
  'administer',
];

test('a token that only reads has no right at all', () => {
  for (const right of rights) {
    const reader = { name: 'ada', scope: 'read', role: 'admin', isFlagAdmin: true } as const;
    expect(() => requireRight(reader, right)).toThrow('may only read');
  }
});
