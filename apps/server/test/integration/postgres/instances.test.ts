// Two servers with folders of their own and one database.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../../src/errors.ts';
import type { LiveMessage } from '../../../src/modules/live/message.ts';
import { browserClient } from '../../support/browser-client.ts';
import { listenLive } from '../../support/live-client.ts';
import { askMarket } from '../../support/market-client.ts';
import { npmClient, password } from '../../support/npm-client.ts';
import { postgresSchemas } from '../../support/postgres-schemas.ts';
import { registryClient, withToken, type RegistryClient } from '../../support/registry-client.ts';
import { manage, runServer, type RunningServer } from '../../support/run-server.ts';
import { push, reportBody } from '../../support/report.ts';
import { publishDocument } from '../../support/tarball.ts';

const schemas = postgresSchemas();
const patience = { timeout: 60_000, interval: 5 };
let url = '';
let one: RunningServer | undefined;
let two: RunningServer | undefined;
let client: RegistryClient;

// Once: a skipped test needs a context, and `beforeAll` has none.
beforeEach(async (context) => {
  if (one !== undefined) return;
  url = await schemas.create(context);
  const variables = {
    SEAWORTHY_DATABASE_URL: url,
    SEAWORTHY_FLAGS_ADMINS: 'ada',
    SEAWORTHY_ADMINS: 'ada',
    SEAWORTHY_OFREP_ENABLED: 'true',
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
  };
  // At once: one of them makes the tables.
  [one, two] = await Promise.all([runServer(variables), runServer(variables)]);
  client = await registryClient(one.url, 'ada');
}, 180_000);

afterAll(async () => {
  await Promise.all([one?.stop(), two?.stop()]);
  await schemas[Symbol.asyncDispose]();
});

const urls = (): readonly [string, string] => [(one as RunningServer).url, (two as RunningServer).url];

async function versionsAt(url: string, name: string): Promise<readonly string[]> {
  const response = await fetch(`${url}/npm/${name}`);
  return response.ok ? Object.keys(((await response.json()) as { versions: object }).versions) : [];
}

test(
  'npm publishes on one, installs from the other, and finds it signed by the same key',
  { timeout: 180_000 },
  async () => {
    const [first, second] = urls();
    await using publisher = npmClient(first);
    await using installer = npmClient(second);
    await publisher.login('lin');
    const cwd = publisher.project({ name: '@shop/orders', version: '1.0.0' }, { 'index.js': 'module.exports = 42;' });
    await publisher.ok(['publish'], { cwd });
    const app = installer.project({ name: 'app', version: '1.0.0' });
    await installer.ok(['install', '@shop/orders'], { cwd: app });
    expect(readFileSync(join(app, 'node_modules/@shop/orders/index.js'), 'utf8')).toBe('module.exports = 42;');
    const keys = await Promise.all(urls().map(async (url) => (await fetch(`${url}/npm/-/npm/v1/keys`)).json()));
    expect(keys[0]).toEqual(keys[1]);
  },
);

test('what becomes paid on one is paid on the other, also when it was in memory there, and one seat is one seat', async () => {
  const [first, second] = urls();
  await client.send('PUT', '/sold', publishDocument('sold', '1.0.0'));
  const archive = async (token = '') => (await withToken(second, token).get('/sold/-/sold-1.0.0.tgz')).status;
  await expect.poll(() => archive(), patience).toBe(200);
  const change = (method: string, path: string, body: object) =>
    askMarket(first, method, `/plugins/sold/${path}`, { body, token: client.token });
  await change('PUT', 'licensing', { mode: 'paid', terms: 'Ask ada.' });
  await expect.poll(() => archive(), patience).toBe(402);
  const kim = await registryClient(first, 'kim');
  const { body } = await change('POST', 'entitlements', { holder: 'kim', expiresAt: null });
  expect(await archive(kim.token)).toBe(200);
  const take = (url: string, device: string) =>
    askMarket(url, 'POST', `/entitlements/${(body as { id: number }).id}/token`, {
      body: { device },
      token: kim.token,
    });
  const taken = await Promise.all([take(first, 'a'), take(second, 'b'), take(first, 'c'), take(second, 'd')]);
  expect(taken.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409', '409', '409']);
});

test('what one remembers of a package is forgotten when the other changes it', async () => {
  const [first, second] = urls();
  await client.send('PUT', '/lists', publishDocument('lists', '1.0.0'));
  await expect.poll(() => versionsAt(second, 'lists'), patience).toEqual(['1.0.0']);
  for (const number of ['1.1.0', '1.2.0', '1.3.0']) {
    expect(await versionsAt(second, 'lists')).not.toContain(number);
    expect((await client.send('PUT', '/lists', publishDocument('lists', number))).status).toBe(201);
    await expect.poll(() => versionsAt(second, 'lists'), patience).toContain(number);
  }
  expect(await versionsAt(first, 'lists')).toEqual(await versionsAt(second, 'lists'));
});

test('a token that is revoked on one is refused by the other, which has known it', async () => {
  const [, second] = urls();
  const eve = await registryClient(urls()[0], 'eve');
  const whoami = async (): Promise<number> => (await withToken(second, eve.token).get('/-/whoami')).status;
  expect(await whoami()).toBe(200);
  await eve.send('DELETE', `/-/user/token/${eve.token}`);
  await expect.poll(whoami, patience).toBe(401);
});

test('a short token of one is believed by the other', async () => {
  const [first, second] = urls();
  const made = await fetch(`${first}/api/v1/short-tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${client.token}` },
  });
  const { token } = (await made.json()) as { token: string };
  expect(await (await withToken(second, token).get('/-/whoami')).json()).toEqual({ username: 'ada' });
});

test('a flag that is changed on one is in use on the other, and a schema is served there', async () => {
  const [first, second] = urls();
  const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
  const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' };
  const changed = await fetch(`${first}/api/v1/flags/keys/fresh`, {
    method: 'PUT',
    headers,
    body: JSON.stringify(flag),
  });
  expect(changed.status).toBe(200);
  await expect.poll(async () => (await fetch(`${second}/flags`)).text(), patience).toContain('fresh');
  const path = '/schema-registry/subjects/orders/versions';
  const schema = { schemaType: 'JSON', schema: JSON.stringify({ type: 'string' }) };
  const registered = await fetch(first + path, { method: 'POST', headers, body: JSON.stringify(schema) });
  expect(registered.status).toBe(200);
  expect(await (await fetch(second + path)).json()).toEqual([1]);
});

test('who follows the flags at one hears what was changed at the other, and no Redis carries it', async () => {
  const [first, second] = urls();
  const gone = new AbortController();
  const stream = await fetch(`${second}/ofrep/v1/events`, { signal: gone.signal });
  const reader = (stream.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  const events: string[] = [];
  const following = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      events.push(value);
    }
  })().catch(() => undefined);
  await expect.poll(() => events.join(''), patience).toContain('retry: ');
  const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
  const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' };
  const body = JSON.stringify(flag);
  const changed = await fetch(`${first}/api/v1/flags/keys/followed`, { method: 'PUT', headers, body });
  expect(changed.status).toBe(200);
  await expect.poll(() => events.join(''), patience).toContain('refetchEvaluation');
  gone.abort();
  await following;
});

test('who has signed in at one is signed in at the other, and signed out of both at once', async () => {
  const [first, second] = urls();
  const [here, there] = [browserClient(first), browserClient(second)];
  expect((await here.signIn('ada', password)).status).toBe(303);
  for (const [name, value] of here.cookies) there.setCookie(name, value);
  const page = await there.get('/account');
  expect([page.status, page.markup]).toEqual([200, expect.stringContaining('ada')]);
  expect((await there.send(page, '/sign-out', {})).status).toBe(200);
  expect((await here.get('/account')).status).not.toBe(200);
});

test('a report that one has received is shown by the other, and is received once', async () => {
  const [first, second] = urls();
  expect((await push(first, reportBody())).status).toBe(201);
  expect((await push(second, reportBody())).status).toBe(200);
  expect(await (await fetch(`${second}/api/v1/projects`)).json()).toMatchObject({ projects: [{ reports: 1 }] });
});

test('who listens at one is told of the report that the other stores, once', async () => {
  const [first, second] = urls();
  const [here, there] = await Promise.all([listenLive(first), listenLive(second)]);
  await push(first, reportBody({ name: 'told' }));
  await push(second, reportBody({ name: 'told', overall: 50 }));
  for (const { heard } of [here, there]) {
    const scores = (): unknown => heard.map((message) => message.type === 'report' && message.report.overall);
    await expect.poll(scores, patience).toEqual([72, 50]);
  }
  for (const { socket } of [here, there]) socket.close();
  await Promise.all([here.closed, there.closed]);
});

test('who is told of a private project, and who is not any more, is the same at both', async () => {
  const [first, second] = urls();
  const [owner, member] = await Promise.all(['lea', 'max'].map((name) => registryClient(first, name)));
  const bearer = (who: RegistryClient | undefined) => ({ authorization: `Bearer ${who?.token ?? ''}` });
  const as = (at: string, method: string, path: string, body?: object) =>
    fetch(`${at}/api/v1${path}`, {
      method,
      headers: { ...bearer(owner), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const send = (at: string, overall: number) => push(at, reportBody({ name: 'closed', overall }), bearer(owner));
  await send(first, 1);
  expect((await as(second, 'PUT', '/projects/closed/visibility', { visibility: 'private' })).status).toBe(204);
  const mine = await listenLive(second, '', { headers: bearer(owner) });
  const there = await listenLive(second, '', { headers: bearer(member) });
  const anybody = await listenLive(second);
  const heard = ({ heard: messages }: { readonly heard: readonly LiveMessage[] }) =>
    messages.map((message) => message.type === 'report' && message.report.project);
  const read = async () =>
    (await fetch(`${second}/api/v1/projects/closed/reports`, { headers: bearer(member) })).status;
  expect(await read()).toBe(404);
  await send(first, 2);
  await expect.poll(() => heard(mine), patience).toEqual(['closed']);
  await as(first, 'PUT', '/projects/closed/members/max', { role: 'reader' });
  expect(await read()).toBe(200);
  await send(first, 3);
  await expect.poll(() => heard(there), patience).toEqual(['closed']);
  await as(first, 'DELETE', '/projects/closed/members/max');
  await send(first, 4);
  await push(first, reportBody({ name: 'opened', overall: 4 }));
  await expect.poll(() => heard(there), patience).toEqual(['closed', 'opened']);
  expect(heard(anybody)).toEqual(['opened']);
  for (const { socket } of [mine, there, anybody]) socket.close();
  await Promise.all([mine, there, anybody].map(({ closed }) => closed));
});

test('an account that is disabled at one is refused by the other, which has known it', async () => {
  const [first, second] = urls();
  const lars = await registryClient(first, 'lars');
  const browser = browserClient(second);
  await browser.signIn('lars', password);
  const there = withToken(second, lars.token);
  await there.send('PUT', '/larder', publishDocument('larder', '1.0.0'));
  const statuses = async () => [
    (await there.get('/-/whoami')).status,
    // From memory, once it was asked for.
    (await there.get('/larder')).status,
    (await browser.get('/account')).status,
  ];
  await expect.poll(statuses, patience).toEqual([200, 200, 200]);
  const disabled = await fetch(`${first}/api/v1/accounts/lars/state`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' },
    body: '{"state":"disabled"}',
  });
  expect(disabled.status).toBe(204);
  await expect.poll(statuses, patience).toEqual([401, 401, 303]);
  expect((await fetch(`${second}/npm/larder`)).status).toBe(200);
});

test('both are ready, and the health of each names the database and what it hears', async () => {
  for (const server of [one, two] as const) {
    const ready = await manage(server as RunningServer, '/health/ready');
    expect([ready.status, await ready.text()]).toEqual([200, expect.stringContaining('"notices"')]);
  }
});

test('a third instance with the folder of one of them does not start', { timeout: 60_000 }, async () => {
  const dataDir = join((one as RunningServer).folder, 'data');
  const start = runServer({ SEAWORTHY_DATA_DIR: dataDir, SEAWORTHY_DATABASE_URL: url });
  await expect(start).rejects.toMatchObject({ cause: expect.toSatisfy(ServerErrors.DATA_IN_USE.is) });
});
