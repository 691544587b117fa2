// Over 250 lines: one suite for all stores, which both databases are asked.
import { expect, test } from 'vitest';
import { createAccountStore } from '../src/modules/accounts/store.ts';
import { createFlagStore } from '../src/modules/flags/store.ts';
import {
  countBy,
  listCategories,
  readListing,
  removeCategory,
  searchCatalogue,
  setCategory,
  setListingCategories,
  type CatalogueQuery,
} from '../src/modules/marketplace/catalogue-store.ts';
import {
  findCertification,
  listCertifications,
  moveCertification,
  stepsOf,
  submitCertification,
} from '../src/modules/marketplace/certification-store.ts';
import { addDownloads, readDownloads } from '../src/modules/marketplace/downloads.ts';
import { refreshListing } from '../src/modules/marketplace/listing.ts';
import {
  addKey,
  changeMember,
  claimNamespace,
  readMembers,
  revokeKey,
} from '../src/modules/marketplace/namespaces-store.ts';
import { listReviews, moderateReview, putReview, removeReview } from '../src/modules/marketplace/reviews-store.ts';
import { matchOf } from '../src/modules/registry/query.ts';
import type { NewVersion } from '../src/modules/registry/store-changes.ts';
import { createRegistryStore } from '../src/modules/registry/store.ts';
import { createSchemaLog } from '../src/modules/schemas/log.ts';
import type { Database } from '../src/storage/database.ts';
import type { StorePipelines } from '../src/storage/pipeline.ts';
import { describeEachDatabase } from './support/each-database.ts';

const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const at = '2026-01-31T12:00:00.000Z';
const audit = { record: () => Promise.resolve() };

async function account(database: Database, name: string): Promise<number> {
  const store = createAccountStore(database.query, direct);
  await store.add({ name, email: `${name}@example.com`, password: 'hash', createdAt: at });
  return (await store.find(name))?.id as number;
}

interface Published {
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly seaworthy?: object;
}

function version(name: string, number: string, accountId: number, manifest: Published = {}): NewVersion {
  const kept = JSON.stringify({ name, version: number, ...manifest });
  const archive = { sha256: `${name}@${number}`, bytes: 2_147_483_648 };
  return {
    name,
    version: number,
    manifest: kept,
    readme: '',
    tags: ['latest'],
    access: undefined,
    ...archive,
    accountId,
    at,
  };
}

describeEachDatabase((current) => {
  const registry = () => createRegistryStore(current().query, direct, refreshListing);
  const publish = async (accountId: number, name: string, manifest: Published = {}): Promise<number> => {
    expect(await registry().addVersion(version(name, '1.0.0', accountId, manifest))).toBe('done');
    return (await registry().read(name))?.id as number;
  };
  const found = async (text: string, accountId?: number): Promise<readonly string[]> => {
    const query = { match: matchOf(text), exact: text, size: 20, from: 0, accountId };
    const { total, found: rows } = await registry().search(query);
    expect(total).toBe(rows.length);
    return rows.map(({ summary }) => (JSON.parse(summary) as { name: string }).name);
  };

  test('an account is found by its name, has one of each name, and gets a role', async () => {
    const store = createAccountStore(current().query, direct);
    const ada = await account(current(), 'ada');
    expect(await store.add({ name: 'ada', email: 'b@example.com', password: 'x', createdAt: at })).toBe(false);
    await store.setStanding(ada, { role: 'maintainer', isFlagAdmin: true });
    expect(await store.find('ada')).toEqual({
      id: ada,
      name: 'ada',
      email: 'ada@example.com',
      password: 'hash',
      role: 'maintainer',
      isFlagAdmin: true,
      disabledAt: null,
    });
    expect(await store.find('Ada')).toBeUndefined();
  });

  test('a token is found by its hash, and gone when it is removed', async () => {
    const store = createAccountStore(current().query, direct);
    const ada = await account(current(), 'ada');
    const times = { createdAt: at, expiresAt: null };
    const token = { key: 'k1', prefix: 'swt_', name: 'ci', scope: 'read', cidr: ['10.0.0.0/8'], ...times } as const;
    await store.addToken(ada, 'h1', token);
    expect(await store.token('h1')).toMatchObject({ ...token, accountId: ada, account: 'ada', role: 'publisher' });
    expect(await store.tokens(ada)).toEqual([token]);
    expect(await store.removeToken(ada, 'k1')).toBe('h1');
    expect(await store.removeToken(ada, 'k1')).toBeUndefined();
    expect(await store.token('h1')).toBeUndefined();
  });

  test('a package comes back with its versions, tags, owners and stars', async () => {
    const [ada, bob] = [await account(current(), 'ada'), await account(current(), 'bob')];
    await publish(ada, '@shop/orders');
    expect(await registry().addVersion(version('@shop/orders', '1.0.0', ada))).toBe('exists');
    expect(await registry().addVersion(version('@shop/orders', '1.1.0', bob))).toBe('not an owner');
    await registry().addVersion({ ...version('@shop/orders', '2.0.0-rc.1', ada), tags: ['next'], readme: 'unused' });
    await registry().star('@shop/orders', bob, true);
    expect(await registry().read('@shop/orders')).toMatchObject({
      revision: 2,
      access: 'public',
      createdAt: at,
      modifiedAt: at,
      versions: [
        { version: '1.0.0', bytes: 2_147_483_648, publishedAt: at },
        { version: '2.0.0-rc.1', deprecated: '' },
      ],
      tags: new Map([
        ['latest', '1.0.0'],
        ['next', '2.0.0-rc.1'],
      ]),
      owners: [{ name: 'ada', email: 'ada@example.com' }],
      stars: ['bob'],
    });
    expect(await registry().starredBy('bob')).toEqual(['@shop/orders']);
    expect(await registry().ownedBy('ada')).toEqual(['@shop/orders']);
  });

  test('a change is made by an owner, of the revision that was read, or not at all', async () => {
    const [ada, bob] = [await account(current(), 'ada'), await account(current(), 'bob')];
    await publish(ada, 'orders');
    const change = { name: 'orders', accountId: ada, at };
    expect(await registry().change({ ...change, accountId: bob, access: 'restricted' })).toBe('not an owner');
    expect(await registry().change({ ...change, revision: 7, access: 'restricted' })).toBe('stale');
    expect(await registry().change({ ...change, owners: [] })).toBe('no owner');
    expect(
      await registry().change({ ...change, revision: 1, owners: [ada, bob], deprecated: new Map([['1.0.0', 'old']]) }),
    ).toBe('done');
    expect(await registry().read('orders')).toMatchObject({ revision: 2, versions: [{ deprecated: 'old' }] });
    expect(await registry().change({ ...change, unpublish: 'all' })).toBe('done');
    expect(await registry().read('orders')).toBeUndefined();
    expect(await registry().needed(['orders@1.0.0'])).toEqual(new Set());
    expect(await registry().addVersion(version('orders', '1.0.0', ada))).toBe('exists');
  });

  test('one of many who publish a new name at once owns it; one of many versions of a number is kept', async () => {
    const accounts = await Promise.all(['a', 'b', 'c', 'd'].map((name) => account(current(), name)));
    const outcomes = await Promise.all(
      accounts.map((id, index) => registry().addVersion(version('race', `1.0.${index}`, id))),
    );
    expect(outcomes.toSorted()).toEqual(['done', 'not an owner', 'not an owner', 'not an owner']);
    const owner = accounts[outcomes.indexOf('done')] as number;
    const again = await Promise.all([0, 1, 2, 3].map(() => registry().addVersion(version('race', '2.0.0', owner))));
    expect(again.toSorted()).toEqual(['done', 'exists', 'exists', 'exists']);
    expect(await registry().read('race')).toMatchObject({ revision: 2 });
  });

  test('a search finds words of names, keywords, descriptions and authors, by their beginnings and without accents', async () => {
    const ada = await account(current(), 'ada');
    await publish(ada, '@shop/orders', { description: 'Books a café table', keywords: ['retail', 'Naïve Bayes'] });
    await publish(ada, 'orders-export', { description: 'Exports what was ordered' });
    await publish(ada, 'unrelated', { description: "it's a trap: ' \\ & | ! :* <-> \u0000" });
    expect((await found('orders')).toSorted()).toEqual(['@shop/orders', 'orders-export']);
    expect(await found('CAFE tab')).toEqual(['@shop/orders']);
    expect(await found('naive')).toEqual(['@shop/orders']);
    expect(await found('keywords:retail,unknown')).toEqual(['@shop/orders']);
    expect(await found('keywords:orders')).toEqual([]);
    expect(await found('scope:shop orders')).toEqual(['@shop/orders']);
    expect((await found('author:ada')).length).toBe(3);
    expect(await found('trap')).toEqual(['unrelated']);
    expect(await found('order nothing')).toEqual([]);
    expect(await found("tr' | 'orders")).toEqual([]);
    expect((await found('')).length).toBe(3);
  });

  test('a package of exactly the name comes first, a word in a name before one in a description', async () => {
    const ada = await account(current(), 'ada');
    await publish(ada, 'query-tools', { description: 'queue queue queue queue queue' });
    await publish(ada, 'queue-of-jobs', { description: 'work' });
    await publish(ada, 'queue', { description: 'small' });
    expect(await found('queue')).toEqual(['queue', 'queue-of-jobs', 'query-tools']);
  });

  test('a restricted package is found by its owners only, and one that is gone by nobody', async () => {
    const [ada, bob] = [await account(current(), 'ada'), await account(current(), 'bob')];
    await publish(ada, 'secret-orders');
    await registry().change({ name: 'secret-orders', accountId: ada, at, access: 'restricted' });
    expect(await found('secret')).toEqual([]);
    expect(await found('secret', bob)).toEqual([]);
    expect(await found('secret', ada)).toEqual(['secret-orders']);
    await registry().change({ name: 'secret-orders', accountId: ada, at, unpublish: 'all' });
    expect(await found('secret', ada)).toEqual([]);
  });

  test('the catalogue is filtered and sorted, counts what it has, and draws ratings to the average', async () => {
    const { query } = current();
    const [ada, bob, eve] = [
      await account(current(), 'ada'),
      await account(current(), 'bob'),
      await account(current(), 'eve'),
    ];
    const one = await publish(ada, 'one', { keywords: ['http', 'Fast!'], license: 'MIT', seaworthy: {} });
    const two = await publish(ada, 'two', { keywords: ['http'], license: 'Custom' });
    const say = { title: '', body: 'zero: \u0000', version: '1.0.0', at };
    await putReview(query, { packageId: one, accountId: bob, rating: 5, ...say });
    await putReview(query, { packageId: two, accountId: bob, rating: 2, ...say });
    await putReview(query, { packageId: two, accountId: eve, rating: 2, ...say });
    await addDownloads(query, [
      { name: 'two', version: '1.0.0', day: '2026-01-31', count: 3 },
      { name: 'gone', version: '1.0.0', day: '2026-01-31', count: 9 },
      { name: 'one', version: '1.0.0', day: '2026-01-30', count: 1 },
    ]);
    await addDownloads(query, [{ name: 'two', version: '1.0.0', day: '2026-01-31', count: 2 }]);
    const base: CatalogueQuery = { match: '', sort: 'name', size: 10, from: 0 };
    const names = async (change: Partial<CatalogueQuery>): Promise<readonly string[]> =>
      (await searchCatalogue(query, { ...base, ...change })).found.map(({ name }) => name);
    expect(await names({})).toEqual(['one', 'two']);
    expect(await names({ sort: 'downloads' })).toEqual(['two', 'one']);
    expect(await names({ sort: 'rating' })).toEqual(['one', 'two']);
    expect(await names({ sort: 'relevance', match: matchOf('tw') })).toEqual(['two']);
    expect(await names({ tag: 'fast' })).toEqual(['one']);
    expect(await names({ license: 'Custom' })).toEqual(['two']);
    expect(await names({ plugin: true })).toEqual(['one']);
    expect(await names({ plugin: false, certified: false })).toEqual(['two']);
    expect(await names({ certified: true })).toEqual([]);
    expect(await names({ size: 1, from: 1 })).toEqual(['two']);
    const listing = await readListing(query, 'one');
    expect(listing).toMatchObject({ id: one, isSpdx: 1, isPlugin: 1, publishedAt: at, downloads: 1, ratings: 1 });
    expect(listing?.rating).toBeCloseTo((5 + 5 * 3) / 6, 10);
    expect(await countBy(query, 'tag', 5)).toEqual([
      { id: 'http', count: 2 },
      { id: 'fast', count: 1 },
    ]);
    expect(await countBy(query, 'license', 1)).toEqual([{ id: 'Custom', count: 1 }]);
    expect(await readDownloads(query, two, '2026-01-31')).toEqual([{ day: '2026-01-31', version: '1.0.0', count: 5 }]);
  });

  test('categories are set, given to packages and taken away', async () => {
    const { query } = current();
    const packageId = await publish(await account(current(), 'ada'), 'one');
    await setCategory(query, { id: 'zoo', title: 'Zoo', description: 'Animals.' });
    expect(await setListingCategories(query, packageId, ['zoo', 'nothing'])).toBe('nothing');
    expect(await setListingCategories(query, packageId, ['zoo', 'http'])).toBeUndefined();
    const category = { match: '', sort: 'name', size: 10, from: 0, category: 'zoo' } as const;
    expect((await searchCatalogue(query, category)).total).toBe(1);
    expect((await listCategories(query)).filter(({ count }) => count > 0).map(({ id }) => id)).toEqual(['http', 'zoo']);
    expect([await removeCategory(query, 'zoo'), await removeCategory(query, 'zoo')]).toEqual([true, false]);
  });

  test('an account has one review of a package; a hidden one does not count', async () => {
    const { query } = current();
    const [ada, bob] = [await account(current(), 'ada'), await account(current(), 'bob')];
    const packageId = await publish(ada, 'one');
    const said = { packageId, accountId: bob, title: 'a', body: 'b', version: '1.0.0', at };
    const first = await putReview(query, { ...said, rating: 1 });
    const second = await putReview(query, { ...said, rating: 4 });
    expect(second).toMatchObject({ id: first.id, rating: 4, package: 'one', account: 'bob', state: 'shown' });
    await moderateReview(query, first.id, { state: 'hidden', reason: 'rude' });
    expect((await readListing(query, 'one'))?.ratings).toBe(0);
    const range = { packageId, size: 10, from: 0 };
    expect(await listReviews(query, { ...range, withHidden: false })).toEqual({ total: 0, found: [] });
    expect((await listReviews(query, { ...range, withHidden: true })).total).toBe(1);
    expect(await moderateReview(query, 999, { state: 'shown', reason: '' })).toBeUndefined();
    expect([await removeReview(query, packageId, bob), await removeReview(query, packageId, bob)]).toEqual([
      true,
      false,
    ]);
  });

  test('a scope is claimed once, by whom nobody else is in it, and keeps an owner', async () => {
    const { query } = current();
    const [ada, bob] = [await account(current(), 'ada'), await account(current(), 'bob')];
    await publish(ada, '@shop/orders');
    expect(await claimNamespace(query, '@shop', { accountId: bob, at })).toBe('taken');
    const claims = await Promise.all([ada, bob].map((accountId) => claimNamespace(query, '@new', { accountId, at })));
    expect(claims.toSorted()).toEqual(['done', 'taken']);
    expect(await claimNamespace(query, '@shop', { accountId: ada, at })).toBe('done');
    expect(await registry().addVersion(version('@shop/other', '1.0.0', bob))).toBe('not a member');
    expect(await changeMember(query, '@shop', { accountId: ada, role: undefined, by: ada })).toBe('no owner');
    expect(await changeMember(query, '@shop', { accountId: bob, role: 'owner', by: bob })).toBe('not owned');
    expect(await changeMember(query, '@shop', { accountId: bob, role: 'member', by: ada })).toBe('done');
    expect(await changeMember(query, '@shop', { accountId: bob, role: 'owner', by: bob })).toBe('not owned');
    expect(await readMembers(query, '@shop')).toEqual([
      { account: 'ada', role: 'owner' },
      { account: 'bob', role: 'member' },
    ]);
    expect(await registry().addVersion(version('@shop/other', '1.0.0', bob))).toBe('done');
    expect(await addKey(query, { id: 'k', key: 'text', accountId: ada, at })).toBe(true);
    expect(await addKey(query, { id: 'k', key: 'text', accountId: bob, at })).toBe(false);
    expect([await revokeKey(query, ada, 'k', at), await revokeKey(query, ada, 'k', at)]).toEqual([true, false]);
  });

  test('a certification goes from state to state, and each step is written down', async () => {
    const { query } = current();
    const ada = await account(current(), 'ada');
    const packageId = await publish(ada, 'one');
    const submission = { packageId, version: '1.0.0', accountId: ada, account: 'ada', envelopes: [{ a: 1 }], at };
    const both = await Promise.all([submitCertification(query, submission), submitCertification(query, submission)]);
    expect(both.map(({ existing }) => existing ?? 'new').toSorted()).toEqual(['new', 'submitted']);
    const { id } = both[0];
    const step = { id, at, by: '', note: '' };
    expect(await moveCertification(query, { ...step, to: 'certified' })).toBe('submitted');
    for (const to of ['checking', 'in-review', 'certified'] as const) {
      expect(await moveCertification(query, { ...step, to, reasons: [to] })).toBe('moved');
    }
    expect(await moveCertification(query, { ...step, id: 999, to: 'checking' })).toBeUndefined();
    expect(await findCertification(query, id)).toMatchObject({
      state: 'certified',
      envelopes: [{ a: 1 }],
      reasons: ['certified'],
    });
    expect((await stepsOf(query, id)).map(({ state }) => state)).toEqual([
      'submitted',
      'checking',
      'in-review',
      'certified',
    ]);
    expect(
      await listCertifications(query, { states: ['certified'], onlyPublic: true, order: 'newest', size: 5 }),
    ).toHaveLength(1);
    expect((await readListing(query, 'one'))?.certified).toBe('1.0.0');
  });

  test('of two flags of one version, and of two schema changes at one place, one is kept', async () => {
    const flags = createFlagStore(current().query, direct);
    const change = { version: 1, at, by: 'ada', cause: 'first', document: '{}' };
    const added = await Promise.all([flags.add(change), flags.add({ ...change, by: 'bob' })]);
    expect(added.filter(Boolean)).toHaveLength(1);
    await flags.add({ ...change, version: 2 });
    expect((await flags.history(5)).map(({ version: number }) => number)).toEqual([2, 1]);
    expect([(await flags.latest())?.version, await flags.version(3)]).toEqual([2, undefined]);
    const log = createSchemaLog(current().query, direct, { audit });
    const entry = { offset: 1, change: { kind: 'subject-deleted', subject: 'a', isPermanent: false } } as const;
    expect([await log.append(entry), await log.append(entry)]).toEqual([true, false]);
    expect([await log.read(0), await log.read(1)]).toEqual([[entry], []]);
  });
});
