import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { browserClient, type BrowserClient } from '../support/browser-client.ts';
import { listenLive, type LiveClient } from '../support/live-client.ts';
import { askMarket, marketClient, type MarketClient } from '../support/market-client.ts';
import { password } from '../support/npm-client.ts';
import { push, reportBody } from '../support/report.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

const pushToken = 'the-push-token-of-this-test';
const patience = { timeout: 20_000, interval: 5 };

let server: RunningServer;
let [ada, bob, root]: MarketClient[] = [];
let count = 0;

beforeAll(async () => {
  server = await runServer({
    SEAWORTHY_PUSH_TOKEN: pushToken,
    SEAWORTHY_ROLES: 'root=admin',
    SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000',
    SEAWORTHY_MARKETPLACE_WRITES_PER_MINUTE: '1000',
  });
  [ada, bob, root] = await Promise.all(['ada', 'bob', 'root'].map((name) => marketClient(server.url, name)));
});

afterAll(() => server.stop());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const tokenOf = (who: MarketClient | undefined): string => (who as MarketClient).npm.token;
const send = (name: string, token: string, change: { readonly overall?: number } = {}): Promise<Response> =>
  push(server.url, reportBody({ name, ...change }), bearer(token));

interface Project {
  readonly name: string;
  readonly id: string;
}

/** A project of ada's, which nobody else sees. */
async function secret(): Promise<Project> {
  const name = `secret-${(count += 1)}`;
  const { id } = (await (await send(name, tokenOf(ada))).json()) as { id: string };
  const set = await ada?.api('PUT', `/projects/${name}/visibility`, { visibility: 'private' });
  expect(set?.status).toBe(204);
  return { name, id };
}

async function signedIn(name: string): Promise<BrowserClient> {
  const browser = browserClient(server.url);
  await browser.signIn(name, password);
  return browser;
}

const get = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<[number, string]> => {
  const response = await fetch(server.url + path, { headers });
  return [response.status, (await response.text()).replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'an id')];
};

const auditLog = (): string => readFileSync(join(server.folder, 'data/audit.log'), 'utf8');

test('the first report by an account makes it the owner, and others send nothing to its project', async () => {
  const name = `owned-${(count += 1)}`;
  expect((await send(name, tokenOf(ada))).status).toBe(201);
  expect(await ada?.api('GET', `/projects/${name}/access`)).toMatchObject({
    status: 200,
    body: { visibility: 'public', members: [{ account: 'ada', role: 'owner' }] },
  });
  const refused = await send(name, tokenOf(bob), { overall: 1 });
  expect([refused.status, await refused.json()]).toEqual([
    403,
    expect.objectContaining({ code: 'seaworthy.server.REPORT_NOT_ALLOWED' }),
  ]);
  expect((await send(name, tokenOf(root), { overall: 2 })).status).toBe(201);
  // The token of the settings goes on as ever.
  expect((await send(name, pushToken, { overall: 3 })).status).toBe(201);
  const events = auditLog()
    .split('\n')
    .filter((line) => line.includes(name))
    .map((line) => (JSON.parse(line) as { event: string }).event);
  expect(events).toEqual(['project owned', 'report refused']);
});

test('a project of the push token is nobody’s until an admin gives it an owner', async () => {
  const name = `old-${(count += 1)}`;
  await send(name, pushToken);
  expect(await root?.api('GET', `/projects/${name}/access`)).toMatchObject({ body: { members: [] } });
  expect((await send(name, tokenOf(ada), { overall: 1 })).status).toBe(403);
  expect((await ada?.api('PUT', `/projects/${name}/members/ada`, { role: 'owner' }))?.status).toBe(403);
  expect((await root?.api('PUT', `/projects/${name}/members/ada`, { role: 'owner' }))?.status).toBe(204);
  expect((await send(name, tokenOf(ada), { overall: 1 })).status).toBe(201);
  expect((await send(name, pushToken, { overall: 2 })).status).toBe(201);
});

test('a private project is for others as one that is not there: in pages, in the API, in lists', async () => {
  const { name, id } = await secret();
  const others = [{}, bearer(tokenOf(bob)), bearer(pushToken)];
  const places = (project: string, report: string) => [
    `/projects/${project}`,
    `/projects/${project}/trend`,
    `/reports/${report}`,
    `/api/v1/projects/${project}/reports`,
    `/api/v1/reports/${report}`,
  ];
  const none = '00000000-0000-4000-8000-000000000000';
  for (const headers of others) {
    for (const [index, path] of places(name, id).entries()) {
      const absent = places('absent', none)[index] as string;
      const [seen, unseen] = [await get(path, headers), await get(absent, headers)];
      expect(seen[0]).toBe(404);
      expect(seen[1].replaceAll(name, 'absent')).toBe(unseen[1]);
    }
    for (const list of ['/', '/api/v1/projects']) {
      const [status, text] = await get(list, headers);
      expect([status, text.includes(name)]).toEqual([200, false]);
    }
  }
  const asBob = await bob?.api('GET', `/projects/${name}/access`);
  expect(asBob).toMatchObject({ status: 404, body: { code: 'seaworthy.server.PROJECT_UNKNOWN' } });
  for (const headers of [bearer(tokenOf(ada)), bearer(tokenOf(root))]) {
    for (const path of places(name, id)) expect((await get(path, headers))[0]).toBe(200);
    for (const list of ['/', '/api/v1/projects']) expect((await get(list, headers))[1]).toContain(name);
  }
});

test('a browser that is signed in sees what its account may see, and no cache keeps it', async () => {
  const { name, id } = await secret();
  const [owner, stranger] = [await signedIn('ada'), await signedIn('bob')];
  for (const path of ['/', `/projects/${name}`, `/api/v1/reports/${id}`]) {
    const page = await owner.get(path);
    expect([page.status, page.markup.includes(name)]).toEqual([200, true]);
    expect(page.headers.get('cache-control')).toBe('private, no-store');
  }
  expect((await owner.get(`/projects/${name}`)).markup).toContain(`/projects/${name}/access`);
  for (const path of [`/projects/${name}`, `/projects/${name}/access`]) {
    expect((await stranger.get(path)).status).toBe(404);
  }
});

test('an internal project is shown to every account, and to nobody else', async () => {
  const { name } = await secret();
  await ada?.api('PUT', `/projects/${name}/visibility`, { visibility: 'internal' });
  const path = `/api/v1/projects/${name}/reports`;
  expect([(await get(path))[0], (await get(path, bearer(tokenOf(bob))))[0]]).toEqual([404, 200]);
  expect((await bob?.api('GET', `/projects/${name}/access`))?.status).toBe(403);
});

test('a reader reads, a pusher sends too, an owner shares too, and whoever is removed is out at once', async () => {
  const { name } = await secret();
  const tries = async () => [
    (await get(`/projects/${name}`, bearer(tokenOf(bob))))[0],
    (await send(name, tokenOf(bob), { overall: (count += 1) % 100 })).status,
    (await bob?.api('GET', `/projects/${name}/access`))?.status,
  ];
  const member = `/projects/${name}/members/bob`;
  const expected = { reader: [200, 403, 403], pusher: [200, 201, 403], owner: [200, 201, 200] };
  for (const [role, may] of Object.entries(expected)) {
    expect((await ada?.api('PUT', member, { role }))?.status).toBe(204);
    expect([role, ...(await tries())]).toEqual([role, ...may]);
  }
  expect((await ada?.api('DELETE', member))?.status).toBe(204);
  expect(await tries()).toEqual([404, 403, 404]);
  expect(auditLog()).toContain('"project member set"');
});

test('the last owner stays, and what is no role, account or visibility is refused', async () => {
  const { name } = await secret();
  const refused = [
    await ada?.api('DELETE', `/projects/${name}/members/ada`),
    await ada?.api('PUT', `/projects/${name}/members/ada`, { role: 'reader' }),
    await ada?.api('PUT', `/projects/${name}/members/nobody`, { role: 'reader' }),
    await ada?.api('PUT', `/projects/${name}/members/bob`, { role: 'admin' }),
    await ada?.api('PUT', `/projects/${name}/visibility`, { visibility: 'secret' }),
    await ada?.api('PUT', `/projects/absent/visibility`, { visibility: 'public' }),
  ];
  expect(refused.map((answer) => answer?.status)).toEqual([409, 409, 404, 422, 422, 404]);
});

test('a token that is for reports sends and reads them, and says nothing of who may', async () => {
  const browser = await signedIn('ada');
  const made = await browser.send(await browser.get('/account'), '/account/tokens', { name: 'ci', scope: 'reports' });
  const token = /swt_[\w-]{43}/.exec(made.markup)?.[0] as string;
  const { name } = await secret();
  expect((await send(name, token, { overall: 5 })).status).toBe(201);
  expect((await get(`/api/v1/projects/${name}/reports`, bearer(token)))[0]).toBe(200);
  expect(await askMarket(server.url, 'PUT', `/projects/${name}/visibility`, { token, body: {} })).toMatchObject({
    status: 422,
  });
  const body = { visibility: 'public' };
  expect(await askMarket(server.url, 'PUT', `/projects/${name}/visibility`, { token, body })).toMatchObject({
    status: 403,
    body: { code: 'seaworthy.server.TOKEN_FOR_REPORTS' },
  });
});

test('a token that only reads, and an account that is a reader, send nothing', async () => {
  const { npm } = ada as MarketClient;
  const read = await npm.send('POST', '/-/npm/v1/tokens', { password, readonly: true });
  const { token } = (await read.json()) as { token: string };
  expect((await send('by-reading', token)).status).toBe(403);
  const eve = await marketClient(server.url, 'eve');
  await root?.api('PUT', '/accounts/eve/role', { role: 'reader' });
  const refused = await send('by-a-reader', eve.npm.token);
  expect([refused.status, await refused.json()]).toEqual([
    403,
    expect.objectContaining({ code: 'seaworthy.server.ROLE_NEEDED' }),
  ]);
  const { name } = await secret();
  expect((await get(`/api/v1/projects/${name}/reports`, bearer(token)))[0]).toBe(200);
});

test('a wrong token is told so, whatever it asks for', async () => {
  for (const path of ['/', '/api/v1/projects', '/api/v1/projects/none/reports', '/reports/none']) {
    expect((await get(path, bearer('swt_of_nobody')))[0]).toBe(401);
  }
  // A proxy in front may have a password of its own.
  expect((await get('/', { authorization: 'Basic YTpi' }))[0]).toBe(200);
});

test('owners change it on a page, and a form of another site changes nothing', async () => {
  const { name } = await secret();
  const browser = await signedIn('ada');
  const path = `/projects/${name}/access`;
  const page = await browser.get(path);
  expect([page.status, page.markup.includes('Members')]).toEqual([200, true]);
  const evil = await browser.send(
    page,
    path,
    { change: 'visibility', visibility: 'public' },
    { origin: 'https://e.example' },
  );
  expect([evil.status, (await get(`/projects/${name}`))[0]]).toEqual([403, 404]);
  const saved = await browser.send(page, path, { change: 'visibility', visibility: 'public' });
  expect([saved.status, saved.location, (await get(`/projects/${name}`))[0]]).toEqual([303, path, 200]);
  await browser.send(page, path, { change: 'member', account: 'bob', role: 'pusher' });
  expect((await browser.get(path)).markup).toMatch(/>bob<[^]*>pusher</);
  const unknown = await browser.send(page, path, { change: 'member', account: 'nobody', role: 'pusher' });
  expect([unknown.status, unknown.markup.includes('role="alert"')]).toEqual([404, true]);
  const last = await browser.send(page, path, { change: 'remove', account: 'ada' });
  expect([last.status, last.markup.includes('would have no owner')]).toEqual([409, true]);
  expect((await browser.send(page, path, { change: 'everything' })).status).toBe(400);
  await browser.send(page, path, { change: 'member', account: 'bob', role: 'owner' });
  const gone = await browser.send(page, path, { change: 'remove', account: 'ada' });
  expect([gone.status, gone.location]).toEqual([303, '/']);
  expect((await browserClient(server.url).get(path)).location).toContain('/sign-in?next=');
});

async function listen(headers: Readonly<Record<string, string>> = {}, query = ''): Promise<LiveClient> {
  const client = await listenLive(server.url, query, { headers });
  onTestFinished(async () => {
    client.socket.terminate();
    await client.closed;
  });
  return client;
}

const namesOf = ({ heard }: LiveClient): readonly unknown[] =>
  heard.map((message) => (message.type === 'report' ? message.report.project : message.type));

test('a message about a private project reaches who may read it, and nobody else; what is taken away counts at once', async () => {
  const { name } = await secret();
  const browser = await signedIn('ada');
  const cookie = `seaworthy-session=${browser.cookies.get('seaworthy-session')}`;
  const all = {
    anybody: await listen(),
    stranger: await listen(bearer(tokenOf(bob)), `?project=${name}`),
    owner: await listen(bearer(tokenOf(ada))),
    page: await listen({ cookie, origin: new URL(server.url).origin }),
    admin: await listen(bearer(tokenOf(root))),
  };
  const heard = () => Object.fromEntries(Object.entries(all).map(([who, client]) => [who, namesOf(client)]));
  await send(name, tokenOf(ada), { overall: 10 });
  // A public one after it: who has heard that one and not the other will not hear it any more.
  await send('after', pushToken, { overall: 10 });
  await expect.poll(heard, patience).toEqual({
    anybody: ['after'],
    stranger: [],
    owner: [name, 'after'],
    page: [name, 'after'],
    admin: [name, 'after'],
  });
  await ada?.api('PUT', `/projects/${name}/members/bob`, { role: 'reader' });
  await browser.send(await browser.get('/account'), '/sign-out', {});
  await send(name, tokenOf(ada), { overall: 11 });
  await expect.poll(() => namesOf(all.stranger), patience).toEqual([name]);
  await send('after', pushToken, { overall: 11 });
  await expect.poll(() => namesOf(all.page), patience).toEqual([name, 'after', 'after']);
  await ada?.api('DELETE', `/projects/${name}/members/bob`);
  await send(name, tokenOf(ada), { overall: 12 });
  await expect.poll(() => namesOf(all.owner), patience).toEqual([name, 'after', name, 'after', name]);
  expect([namesOf(all.stranger), namesOf(all.anybody)]).toEqual([[name], ['after', 'after']]);
});

test('who listens with a wrong token is refused', async () => {
  await expect(listenLive(server.url, '', { headers: bearer('swt_of_nobody') })).rejects.toMatchObject({ status: 401 });
});

test('a project is private from its first report where the settings say so', async () => {
  const closed = await runServer({ SEAWORTHY_REPORTS_DEFAULT_VISIBILITY: 'private' });
  try {
    const grace = await marketClient(closed.url, 'grace');
    expect((await push(closed.url, reportBody({ name: 'own' }), bearer(grace.npm.token))).status).toBe(201);
    expect(await (await fetch(`${closed.url}/api/v1/projects`)).json()).toEqual({ projects: [] });
    const own = await fetch(`${closed.url}/api/v1/projects`, { headers: bearer(grace.npm.token) });
    expect(await own.json()).toMatchObject({ projects: [{ name: 'own' }] });
    // Without a push token anybody sends, but not to what somebody owns.
    const anybody = async (name: string, overall: number) =>
      (await push(closed.url, reportBody({ name, overall }))).status;
    expect([await anybody('own', 1), await anybody('free', 1), await anybody('free', 2)]).toEqual([403, 201, 201]);
    expect((await push(closed.url, reportBody({ name: 'free', overall: 3 }), bearer(grace.npm.token))).status).toBe(
      201,
    );
  } finally {
    await closed.stop();
  }
});
