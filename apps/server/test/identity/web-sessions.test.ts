import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { createAccountStore } from '../../src/modules/accounts/store.ts';
import { createSessionStore } from '../../src/modules/identity/session-store.ts';
import { createWebSessions, type SignIn, type WebSessions } from '../../src/modules/identity/web-sessions.ts';
import { openDatabase, type Database } from '../../src/storage/database.ts';

const minute = 60_000;
const straight = { execute: <Result>(task: () => Promise<Result>) => task() };
const pipelines = { reads: straight, writes: straight };
const ada = { id: 1, name: 'ada' };
const how: SignIn = { method: 'password', address: '127.0.0.1', agent: 'a browser', before: undefined };

let database: Database;
let sessions: WebSessions;
let now: number;

beforeEach(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'seaworthy-sessions-'));
  database = await openDatabase(join(folder, 'server.sqlite'));
  const accounts = createAccountStore(database.query, pipelines);
  await accounts.add({ name: 'ada', email: 'a@b.c', password: 'x', createdAt: '2026-03-01T00:00:00.000Z' });
  now = Date.parse('2026-03-01T00:00:00Z');
  sessions = createWebSessions({
    store: createSessionStore(database.query, pipelines),
    accounts: { standingOf: (name, kept) => (name === 'ada' ? { ...kept, role: 'admin' } : kept) },
    audit: { record: () => Promise.resolve() },
    idleMs: 30 * minute,
    lifeMs: 120 * minute,
    now: () => new Date(now),
  });
  return async () => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  };
});

test('(1) what is kept is not what the cookie has', async () => {
  const cookie = await sessions.start(ada, how);
  const kept = JSON.stringify(await database.query.selectFrom('web_sessions').selectAll().execute());
  expect(kept).not.toContain(cookie);
  expect(await sessions.of(cookie)).toMatchObject({ name: 'ada', role: 'admin', method: 'password' });
});

test('(3) a session that is used goes on, and is over when it was not used for its time', async () => {
  const cookie = await sessions.start(ada, how);
  for (const _ of [1, 2]) {
    now += 29 * minute;
    expect(await sessions.of(cookie)).toBeDefined();
  }
  now += 30 * minute;
  expect(await sessions.of(cookie)).toBeUndefined();
});

test('(3) a session is over after its life, however much it is used', async () => {
  const cookie = await sessions.start(ada, how);
  for (const _ of [1, 2, 3, 4, 5]) {
    now += 20 * minute;
    expect(await sessions.of(cookie)).toBeDefined();
  }
  now += 20 * minute;
  expect(await sessions.of(cookie)).toBeUndefined();
});

test('sessions that are over leave the store when somebody signs in', async () => {
  await sessions.start(ada, how);
  now += 31 * minute;
  await sessions.start(ada, how);
  expect(await database.query.selectFrom('web_sessions').select('key').execute()).toHaveLength(1);
});

for (const cookie of [undefined, '', 'A'.repeat(43), "' OR 1=1 --"]) {
  test(`${JSON.stringify(cookie)} is nobody's`, async () => {
    await sessions.start(ada, how);
    expect(await sessions.of(cookie)).toBeUndefined();
  });
}
