// What both databases are asked, each with as many questions at once as it takes.
import { expect, test } from 'vitest';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import { claimNamespace } from '../../src/modules/marketplace/namespaces-store.ts';
import { claimToken, releaseSeat, revokedTokens, seatsOf } from '../../src/modules/entitlements/seats-store.ts';
import {
  addEntitlement,
  isIssuer,
  listHeld,
  rangesOf,
  renewEntitlement,
  revokeEntitlement,
  type NewEntitlement,
} from '../../src/modules/entitlements/store.ts';
import { createRegistryStore } from '../../src/modules/registry/store.ts';
import type { StorePipelines } from '../../src/storage/pipeline.ts';
import { describeEachDatabase } from '../support/each-database.ts';

const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const at = '2030-01-01T00:00:00.000Z';
const later = '2030-02-01T00:00:00.000Z';

describeEachDatabase((current) => {
  const accountOf = async (name: string): Promise<number> => {
    const accounts = createAccountStore(current().query, direct);
    await accounts.add({ name, email: `${name}@example.com`, password: 'x', createdAt: at });
    return (await accounts.find(name))?.id ?? 0;
  };
  const publish = async (name: string, accountId: number): Promise<number> => {
    const { query } = current();
    const version = { name, version: '1.0.0', manifest: '{}', readme: '', tags: ['latest'], access: undefined };
    await createRegistryStore(query, direct).addVersion({ ...version, sha256: 'a', bytes: 1, accountId, at });
    const { id } = await query
      .selectFrom('npm_packages')
      .select('id')
      .where('name', '=', name)
      .executeTakeFirstOrThrow();
    return id;
  };
  const sold = async (change: Partial<NewEntitlement> = {}) => {
    const [ada, lin] = [await accountOf('ada'), await accountOf('lin')];
    const packageId = await publish('tax', ada);
    const wanted: NewEntitlement = {
      packageId,
      holder: { accountId: lin },
      versions: '^1.0.0',
      notBefore: at,
      expiresAt: null,
      seats: 7,
      features: [],
      reference: '',
      accountId: ada,
      at,
      ...change,
    };
    const id = (await addEntitlement(current().query, wanted))?.id ?? 0;
    return { ada, lin, id, wanted };
  };
  const claim = (id: number, accountId: number, seat: string, jti: string) =>
    claimToken(current().query, { id, accountId, seat, jti, at, until: later, forgetBefore: at, mostTokens: 32 });

  test('of 50 that want a seat, eight at each moment, exactly as many get one as there are', async () => {
    const { lin, id } = await sold();
    // As many at a time as there are connections: more would wait for one, which has a deadline.
    const all: unknown[] = [];
    const waiting = Array.from({ length: 50 }, (_, each) => each);
    const claimAll = async (): Promise<void> => {
      for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
        all.push(await claim(id, lin, `lin/${each}`, `t${each}`));
      }
    };
    await Promise.all(Array.from({ length: 8 }, claimAll));
    expect(all.filter((each) => typeof each === 'object')).toHaveLength(7);
    expect(all.filter((each) => each === 'no seat')).toHaveLength(43);
    expect(await seatsOf(current().query, id)).toHaveLength(7);
  });

  test('a revocation and those that want tokens at the same moment: no token is good afterwards', async () => {
    const { lin, id } = await sold({ seats: null });
    const claims = Array.from({ length: 6 }, (_, each) => claim(id, lin, `lin/${each}`, `t${each}`));
    const revoked = revokeEntitlement(current().query, { id, reason: 'paid back', at });
    const given = (await Promise.all(claims)).filter((each) => typeof each === 'object').length;
    expect(await revoked).toBe(true);
    expect(await revokedTokens(current().query, at)).toHaveLength(given);
    expect(await claim(id, lin, 'lin', 'late')).toBe('revoked');
    expect(await renewEntitlement(current().query, { id, expiresAt: null, seats: undefined })).toBe('revoked');
    expect(await revokeEntitlement(current().query, { id, reason: 'again', at: later })).toBe(false);
  });

  test('grants of one reference at the same moment are one', async () => {
    const { wanted } = await sold({ reference: 'first' });
    const again = { ...wanted, reference: 'order 7' };
    const all = await Promise.all(Array.from({ length: 10 }, () => addEntitlement(current().query, again)));
    expect(new Set(all.map((each) => each?.id)).size).toBe(1);
    expect(await addEntitlement(current().query, { ...again, versions: '*' })).toBeUndefined();
    expect(await listHeld(current().query, await accountOf('lin'), 10)).toHaveLength(2);
  });

  test('an entitlement follows its account: a new one of the old name has nothing', async () => {
    const { lin } = await sold();
    await current().query.updateTable('accounts').set({ name: 'lin-of-old' }).where('id', '=', lin).execute();
    const other = await accountOf('lin');
    const rangesFor = (accountId: number) => rangesOf(current().query, { name: 'tax', accountId, at });
    expect([await rangesFor(lin), await rangesFor(other)]).toEqual([['^1.0.0'], []]);
    expect(await listHeld(current().query, lin, 10)).toMatchObject([{ holder: 'lin-of-old' }]);
  });

  test('an account that has an entitlement cannot be removed from under it', async () => {
    const { lin } = await sold();
    await expect(current().query.deleteFrom('accounts').where('id', '=', lin).execute()).rejects.toThrow(
      /foreign key/i,
    );
  });

  test('its first moment is in it, and its last is not', async () => {
    const { lin } = await sold({ expiresAt: later });
    const rangesAt = (moment: string) => rangesOf(current().query, { name: 'tax', accountId: lin, at: moment });
    expect(await rangesAt('2029-12-31T23:59:59.999Z')).toEqual([]);
    expect(await rangesAt(at)).toEqual(['^1.0.0']);
    expect(await rangesAt('2030-01-31T23:59:59.999Z')).toEqual(['^1.0.0']);
    expect(await rangesAt(later)).toEqual([]);
  });

  test('a seat is released by whoever has it, or by an issuer', async () => {
    const { ada, lin, id } = await sold();
    await claim(id, lin, 'lin', 't');
    const release = (accountId: number | undefined) => releaseSeat(current().query, { id, seat: 'lin', at, accountId });
    expect([await release(ada), await release(lin), await release(lin)]).toEqual([false, true, false]);
    expect(await revokedTokens(current().query, at)).toEqual(['t']);
    // Over, it is on the list no longer.
    expect(await revokedTokens(current().query, later)).toEqual([]);
  });

  test('owners of a package and of its namespace issue, members and owners of another do not', async () => {
    const [ada, lin] = [await accountOf('ada'), await accountOf('lin')];
    await publish('@shop/tax', ada);
    await claimNamespace(current().query, '@shop', { accountId: ada, at });
    await current()
      .query.insertInto('namespace_members')
      .values({ namespace: '@shop', account_id: lin, role: 'member' })
      .execute();
    const issues = (name: string, accountId: number) => isIssuer(current().query, name, accountId);
    expect([await issues('@shop/tax', ada), await issues('@shop/tax', lin)]).toEqual([true, false]);
    expect([await issues('@shop/new', ada), await issues('@shopping/tax', ada)]).toEqual([true, false]);
  });
});
