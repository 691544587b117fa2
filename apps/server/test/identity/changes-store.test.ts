import { expect, test } from 'vitest';
import { createAccountChangeStore } from '../../src/modules/accounts/changes-store.ts';
import { noPassword } from '../../src/modules/accounts/passwords.ts';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import { createSessionStore } from '../../src/modules/identity/session-store.ts';
import type { StorePipelines } from '../../src/storage/pipeline.ts';
import { describeEachDatabase } from '../support/each-database.ts';

const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const at = '2026-01-31T12:00:00.000Z';
const later = '2026-02-01T12:00:00.000Z';
const reset = { createdBy: 'root', createdAt: at, expiresAt: later };

describeEachDatabase((current) => {
  const changes = () => createAccountChangeStore(current().query, direct);
  const accounts = () => createAccountStore(current().query, direct);
  const sessions = () => createSessionStore(current().query, direct);
  const account = async (name: string, password = 'old'): Promise<number> => {
    await accounts().add({ name, email: `${name}@example.com`, password, createdAt: at });
    const { id } = (await accounts().find(name)) as { id: number };
    const token = { key: `key of ${name}`, prefix: 'swt_', name: 'ci', scope: 'reports', cidr: [] } as const;
    await accounts().addToken(id, `token of ${name}`, { ...token, createdAt: at, expiresAt: null });
    const browser = { method: 'password', agent: '', address: '', idToken: null } as const;
    const times = { createdAt: at, expiresAt: later };
    await sessions().add({ hash: `session of ${name}`, key: `s ${name}`, accountId: id, ...browser, ...times });
    return id;
  };
  const passwordOf = async (name: string) => (await accounts().find(name))?.password;
  const has = async (name: string) => [
    (await sessions().find(`session of ${name}`)) !== undefined,
    (await accounts().token(`token of ${name}`)) !== undefined,
  ];

  test('a password takes the place of the one that was checked, and of no other', async () => {
    const ada = await account('ada');
    await account('bob');
    expect(await changes().setPassword(ada, 'another', { password: 'new', revokesTokens: true })).toBe(false);
    expect([await passwordOf('ada'), await has('ada')]).toEqual(['old', [true, true]]);
    expect(await changes().setPassword(ada, 'old', { password: 'new', revokesTokens: false })).toBe(true);
    expect([await passwordOf('ada'), await has('ada')]).toEqual(['new', [false, true]]);
    expect(await changes().setPassword(ada, 'new', { password: 'newer', revokesTokens: true })).toBe(true);
    expect([await has('ada'), await has('bob')]).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('of any number of uses of a code at one moment one sets the password', async () => {
    const ada = await account('ada');
    await changes().addReset(ada, { hash: 'first', ...reset });
    await changes().addReset(ada, { hash: 'code', ...reset });
    expect(await changes().findReset('first', at)).toBeUndefined();
    expect(await changes().findReset('code', later)).toBeUndefined();
    const uses = ['a', 'b', 'c', 'd'].map((password) =>
      changes().takeReset('code', at, { password, revokesTokens: true }),
    );
    const owners = (await Promise.all(uses)).filter((owner) => owner !== undefined);
    expect(owners).toEqual([{ accountId: ada, name: 'ada' }]);
    expect(['a', 'b', 'c', 'd']).toContain(await passwordOf('ada'));
    expect(await has('ada')).toEqual([false, false]);
  });

  test('an account whose password somebody else has gets none here', async () => {
    const ada = await account('ada', noPassword);
    expect(await changes().setPassword(ada, noPassword, { password: 'new', revokesTokens: true })).toBe(false);
    await changes().addReset(ada, { hash: 'code', ...reset });
    expect(await changes().takeReset('code', at, { password: 'new', revokesTokens: true })).toBeUndefined();
    expect([await passwordOf('ada'), await has('ada')]).toEqual([noPassword, [true, true]]);
  });

  test('a disabled account has no session, and tokens again when it is enabled; no code works meanwhile', async () => {
    const ada = await account('ada');
    await changes().setDisabled({ id: ada, name: 'ada', named: [] }, at);
    expect([await has('ada'), (await accounts().find('ada'))?.disabledAt]).toEqual([[false, false], at]);
    await changes().addReset(ada, { hash: 'code', ...reset });
    expect(await changes().findReset('code', at)).toBeUndefined();
    expect(await changes().takeReset('code', at, { password: 'new', revokesTokens: false })).toBeUndefined();
    await changes().setDisabled({ id: ada, name: 'ada', named: [] }, null);
    expect([await has('ada'), await passwordOf('ada')]).toEqual([[false, true], 'old']);
  });
});
