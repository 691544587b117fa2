import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import { createBox } from '../../src/modules/second-factor/box.ts';
import { createSecondFactors, type SecondFactors } from '../../src/modules/second-factor/service.ts';
import { createSecondFactorStore } from '../../src/modules/second-factor/store.ts';
import { createTickets } from '../../src/modules/second-factor/tickets.ts';
import { codeAt, stepAt, stepMs } from '../../src/modules/second-factor/totp.ts';
import type { StorePipelines } from '../../src/storage/pipeline.ts';
import type { SharedText } from '../../src/storage/secrets.ts';
import { fromBase32 } from '../support/authenticator.ts';
import { describeEachDatabase } from '../support/each-database.ts';

const direct: StorePipelines = { reads: { execute: (task) => task() }, writes: { execute: (task) => task() } };
const address = '192.0.2.1';
const start = Date.parse('2026-01-31T12:00:00.000Z');
const minute = 60_000;

function memoryText(): SharedText {
  let text: string | undefined;
  return {
    read: () => Promise.resolve(text),
    replace: (_before, after) => Promise.resolve(((text = after), true)),
  };
}

describeEachDatabase((current) => {
  const setUp = async () => {
    const accounts = createAccountStore(current().query, direct);
    await accounts.add({ name: 'ada', email: 'ada@example.com', password: 'kept', createdAt: 'now' });
    const ada = (await accounts.find('ada')) as { id: number; name: string };
    const events: { event: string; fields: object }[] = [];
    let time = start;
    const factors = createSecondFactors({
      store: createSecondFactorStore(current().query, direct),
      box: createBox(memoryText()),
      audit: { record: (event, fields) => Promise.resolve(events.push({ event, fields })) },
      findAccount: accounts.find,
      now: () => new Date(time),
    });
    return { ada, factors, events, pass: (ms: number) => void (time += ms), code: codeOf(() => time) };
  };
  type Parts = Awaited<ReturnType<typeof setUp>>;
  const codeOf =
    (now: () => number) =>
    (secret: string, steps = 0) =>
      codeAt(fromBase32(secret), stepAt(now()) + steps);
  const turnOn = async ({ ada, factors, code }: Parts, mode: 'auth-only' | 'auth-and-writes' = 'auth-and-writes') => {
    const { secret } = await factors.begin(ada, { mode, issuer: 'here' });
    const recoveryCodes = await factors.confirm(ada, { code: code(secret, -1), address });
    return { secret, recoveryCodes };
  };
  const outcome = async (factors: SecondFactors, ada: Parts['ada'], code: string | undefined, isWrite = false) => {
    try {
      await factors.expect(ada, { code, address, isWrite });
      return 'ok';
    } catch (error) {
      return (error as { code: string }).code.replace('seaworthy.server.', '');
    }
  };

  test('nobody is asked before the first code was shown, and everybody after it', async () => {
    const parts = await setUp();
    const { ada, factors, code } = parts;
    const { secret } = await factors.begin(ada, { mode: 'auth-and-writes', issuer: 'here' });
    expect([await factors.isNeeded(ada), await outcome(factors, ada, undefined)]).toEqual([false, 'ok']);
    expect(await factors.confirm(ada, { code: code(secret), address })).toHaveLength(10);
    expect([await factors.isNeeded(ada), await outcome(factors, ada, undefined)]).toEqual([
      true,
      'SECOND_FACTOR_NEEDED',
    ]);
    await expect(factors.begin(ada, { mode: 'auth-only', issuer: 'here' })).rejects.toThrow('on already');
  });

  test('(1) a code is good once, also for those who send it at one moment, and none before it', async () => {
    const parts = await setUp();
    const { ada, factors, code } = parts;
    const { secret } = await turnOn(parts);
    const sent = code(secret, 0);
    const outcomes = await Promise.all([1, 2, 3].map(() => outcome(factors, ada, sent)));
    expect(outcomes.toSorted()).toEqual(['SECOND_FACTOR_WRONG', 'SECOND_FACTOR_WRONG', 'ok']);
    expect(await outcome(factors, ada, code(secret, -1))).toBe('SECOND_FACTOR_WRONG');
    expect(await outcome(factors, ada, code(secret, 1))).toBe('ok');
  });

  test('(2) of any number of guesses five are looked at in a quarter of an hour, and then not even the right one', async () => {
    const parts = await setUp();
    const { ada, factors, code, pass } = parts;
    const { secret } = await turnOn(parts);
    const guesses = await Promise.all(Array.from({ length: 12 }, () => outcome(factors, ada, 'wrong!')));
    expect(guesses.filter((each) => each === 'SECOND_FACTOR_WRONG')).toHaveLength(5);
    expect(guesses.filter((each) => each === 'TOO_MANY_LOGINS')).toHaveLength(7);
    expect(await outcome(factors, ada, code(secret))).toBe('TOO_MANY_LOGINS');
    pass(15 * minute);
    expect(await outcome(factors, ada, code(secret))).toBe('ok');
    expect(await outcome(factors, ada, 'wrong!')).toBe('SECOND_FACTOR_WRONG');
  });

  test('(2) guesses at the first code are few as well', async () => {
    const { ada, factors } = await setUp();
    await factors.begin(ada, { mode: 'auth-only', issuer: 'here' });
    for (let guess = 0; guess < 5; guess += 1) {
      await expect(factors.confirm(ada, { code: '000000x', address })).rejects.toThrow('is wrong');
    }
    await expect(factors.confirm(ada, { code: '000000x', address })).rejects.toThrow('Too many');
  });

  test('(3) neither the secret, nor a code, is in the tables or in what is written down', async () => {
    const parts = await setUp();
    const { ada, factors, events } = parts;
    const { secret, recoveryCodes } = await turnOn(parts);
    await outcome(factors, ada, '123456');
    await outcome(factors, ada, recoveryCodes[0]);
    const rows = [
      ...(await current().query.selectFrom('second_factors').selectAll().execute()),
      ...(await current().query.selectFrom('recovery_codes').selectAll().execute()),
    ];
    const kept = JSON.stringify([rows, events]);
    const bytes = fromBase32(secret);
    const texts = [secret, bytes.toString('base64'), bytes.toString('hex'), bytes.toString('base64url'), '123456'];
    for (const text of [...texts, ...recoveryCodes]) expect(kept).not.toContain(text);
    expect(events.map(({ event }) => event)).toEqual([
      'second factor turned on',
      'second factor refused',
      'recovery code used',
    ]);
  });

  test('a recovery code is good once, and for its account', async () => {
    const parts = await setUp();
    const { ada, factors } = parts;
    const { recoveryCodes } = await turnOn(parts);
    const [first] = recoveryCodes;
    expect(await outcome(factors, { ...ada, id: ada.id + 1 }, first)).toBe('ok');
    expect([await outcome(factors, ada, first), await outcome(factors, ada, first)]).toEqual([
      'ok',
      'SECOND_FACTOR_WRONG',
    ]);
    expect((await factors.of(ada))?.recoveryCodes).toBe(9);
  });

  test('(4) changing it and turning it off need a code; what changes packages needs one only where that is wanted', async () => {
    const parts = await setUp();
    const { ada, factors, code, pass } = parts;
    const { secret } = await turnOn(parts, 'auth-only');
    expect([await outcome(factors, ada, undefined, true), await outcome(factors, ada, undefined)]).toEqual([
      'ok',
      'SECOND_FACTOR_NEEDED',
    ]);
    await expect(factors.end(ada, { code: undefined, address })).rejects.toThrow('needs a one-time password');
    await expect(factors.setMode(ada, 'auth-and-writes', { code: '1', address })).rejects.toThrow('is wrong');
    await factors.setMode(ada, 'auth-and-writes', { code: code(secret), address });
    expect(await outcome(factors, ada, undefined, true)).toBe('SECOND_FACTOR_NEEDED');
    pass(stepMs);
    await factors.end(ada, { code: code(secret), address });
    expect([await factors.of(ada), await outcome(factors, ada, undefined)]).toEqual([undefined, 'ok']);
  });

  test('an admin turns it off without a code, and nobody else does', async () => {
    const parts = await setUp();
    const { factors, events, ada } = parts;
    await turnOn(parts);
    const by = { id: 9, name: 'root', email: '', scope: 'publish', isFlagAdmin: false, tokenKey: '' } as const;
    await expect(factors.reset({ ...by, role: 'maintainer' }, 'ada', address)).rejects.toThrow('needs a admin');
    await factors.reset({ ...by, role: 'admin' }, 'ada', address);
    expect(await factors.isNeeded(ada)).toBe(false);
    expect(events.at(-1)).toEqual({ event: 'second factor reset', fields: { account: 'root', to: 'ada', address } });
    await expect(factors.reset({ ...by, role: 'admin' }, 'ada', address)).rejects.toThrow('there is none');
    await expect(factors.reset({ ...by, role: 'admin' }, 'bob', address)).rejects.toThrow('There is no account');
  });
});

test('what was sealed opens with its key and its label only, and whatever was changed does not', async () => {
  const box = createBox(memoryText());
  const sealed = await box.seal('a secret', 'one');
  expect(await box.open(sealed, 'one')).toBe('a secret');
  expect(await box.open(sealed, 'two')).toBeUndefined();
  expect(await createBox(memoryText()).open(sealed, 'one')).toBeUndefined();
  const bytes = Buffer.from(sealed, 'base64url');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] as number) ^ 1;
    expect(await box.open(changed.toString('base64url'), 'one')).toBeUndefined();
  }
  for (const other of ['', 'x', randomBytes(64).toString('base64url')]) {
    expect(await box.open(other, 'one')).toBeUndefined();
  }
});

test('who has given the password has five minutes for the code', async () => {
  let time = start;
  const tickets = createTickets(createBox(memoryText()), () => time);
  const half = { id: 7, name: 'ada', method: 'password' } as const;
  const text = await tickets.issue(half);
  time += 5 * minute - 1;
  expect(await tickets.read(text)).toEqual(half);
  time += 1;
  expect([await tickets.read(text), await tickets.read('forged')]).toEqual([undefined, undefined]);
});
