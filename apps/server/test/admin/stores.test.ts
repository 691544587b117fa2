import { expect, test } from 'vitest';
import { createAccountList } from '../../src/modules/accounts/account-list.ts';
import { createAccountChangeStore } from '../../src/modules/accounts/changes-store.ts';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import { readOwnerless } from '../../src/modules/admin/ownerless.ts';
import type { StorePipelines } from '../../src/storage/pipeline.ts';
import { describeEachDatabase } from '../support/each-database.ts';

const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const at = '2026-01-31T12:00:00.000Z';
const admin = { role: 'admin', isFlagAdmin: false } as const;
const reader = { role: 'reader', isFlagAdmin: false } as const;

describeEachDatabase((current) => {
  const accounts = () => createAccountStore(current().query, direct);
  const changes = () => createAccountChangeStore(current().query, direct);
  const make = async (name: string, email = `${name}@example.com`) => {
    await accounts().add({ name, email, password: 'kept', createdAt: at });
    const { id } = (await accounts().find(name)) as { id: number };
    return { id, name, named: [] as string[] };
  };

  test('the last admin who may sign in is neither disabled nor demoted, and stays as they were', async () => {
    const [ada, bob] = [await make('ada'), await make('bob')];
    await changes().setStanding(ada, admin);
    await changes().setStanding(bob, admin);
    await changes().setDisabled(bob, at);
    await expect(changes().setStanding(ada, reader)).rejects.toThrow('no other admin');
    await expect(changes().setDisabled(ada, at)).rejects.toThrow('no other admin');
    expect(await accounts().find('ada')).toMatchObject({ role: 'admin', disabledAt: null });
    await changes().setDisabled(bob, null);
    await changes().setStanding(ada, reader);
    expect((await accounts().find('ada'))?.role).toBe('reader');
  });

  test('of two admins who demote each other at one moment one stays', async () => {
    const both = [await make('ada'), await make('bob')];
    for (const each of both) await changes().setStanding(each, admin);
    const outcomes = await Promise.allSettled(both.map((each) => changes().setStanding(each, reader)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('who is an admin by the settings counts, if the account is there and enabled', async () => {
    const ada = { ...(await make('ada')), named: ['root'] };
    await changes().setStanding(ada, admin);
    await expect(changes().setStanding(ada, reader)).rejects.toThrow('no other admin');
    await make('root');
    await changes().setStanding(ada, reader);
  });

  test('all sign-ins of an account end, and those of others stay', async () => {
    const [ada, bob] = [await make('ada'), await make('bob')];
    for (const { id, name } of [ada, bob]) {
      const token = { key: name, prefix: 'swt_', name: 'ci', scope: 'read', cidr: [], createdAt: at } as const;
      await accounts().addToken(id, `hash of ${name}`, { ...token, expiresAt: null });
    }
    expect(await changes().endAll(ada.id)).toEqual({ sessions: 0, tokens: 1 });
    expect([await accounts().tokens(ada.id), (await accounts().tokens(bob.id)).length]).toEqual([[], 1]);
  });

  test('accounts are found by a part of the name or the email, page by page; a wildcard is a letter', async () => {
    await make('ada');
    await make('bo_b', 'bo_b@ADA.example');
    await changes().setDisabled(await make('carl'), at);
    const find = async (asked: object) => {
      const all = { text: '', size: 10, from: 0 };
      const { total, found } = await createAccountList(current().query, direct).find({ ...all, ...asked });
      return [total, found.map(({ name }) => name)];
    };
    expect(await find({})).toEqual([3, ['ada', 'bo_b', 'carl']]);
    expect(await find({ text: 'Ada' })).toEqual([2, ['ada', 'bo_b']]);
    expect(await find({ text: '_' })).toEqual([1, ['bo_b']]);
    expect(await find({ text: '%' })).toEqual([0, []]);
    expect(await find({ text: '\\' })).toEqual([0, []]);
    expect(await find({ state: 'disabled' })).toEqual([1, ['carl']]);
    expect(await find({ state: 'enabled', size: 1, from: 1 })).toEqual([2, ['bo_b']]);
  });

  test('what nobody owns who may sign in is found, with those who did', async () => {
    const [ada, bob] = [await make('ada'), await make('bob')];
    const { query } = current();
    const owners = { alone: [ada.id], both: [ada.id, bob.id], none: [] };
    for (const [name, ids] of Object.entries(owners)) {
      const project = { name, created_at: at };
      const { id } = await query.insertInto('projects').values(project).returning('id').executeTakeFirstOrThrow();
      const times = { revision: 1, access: 'public', readme: '', created_at: at, modified_at: at } as const;
      const listed = { ...times, name, removed_at: null, paid_versions: null };
      const made = await query.insertInto('npm_packages').values(listed).returning('id').executeTakeFirstOrThrow();
      for (const account_id of ids) {
        await query
          .insertInto('project_members')
          .values({ project_id: id, account_id, role: 'owner', added_at: at })
          .execute();
        await query.insertInto('npm_owners').values({ package_id: made.id, account_id }).execute();
      }
    }
    await changes().setDisabled(ada, at);
    const found = [
      { name: 'alone', owners: ['ada'] },
      { name: 'none', owners: [] },
    ];
    expect(await readOwnerless(query, direct, 10)).toEqual({ projects: found, packages: found });
    expect((await readOwnerless(query, direct, 1)).projects).toHaveLength(1);
  });
});
