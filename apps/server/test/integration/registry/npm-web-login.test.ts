import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserClient, type BrowserClient } from '../../support/browser-client.ts';
import { npmClient, password, type NpmClient } from '../../support/npm-client.ts';
import { registryClient } from '../../support/registry-client.ts';
import { runServer, type RunningServer } from '../../support/run-server.ts';

let server: RunningServer;
let npm: NpmClient;
let ada: BrowserClient;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  await registryClient(server.url, 'ada');
  npm = npmClient(server.url);
  ada = browserClient(server.url);
  await ada.signIn('ada', password);
});

afterAll(async () => {
  await npm[Symbol.asyncDispose]();
  await server.stop();
});

/** What a person does at the address that npm shows. */
async function answer(output: string, decision: 'allow' | 'refuse'): Promise<string> {
  const address = /http:\S+\/sign-in\/npm\?code=[\w-]+/.exec(output)?.[0] as string;
  const page = await ada.get(address);
  expect(page.markup).toContain('npm asks to log in as ada');
  const decided = await ada.send(page, '/sign-in/npm', { answer: decision });
  expect(decided.status).toBe(200);
  return address;
}

test('npm login waits for a person in a browser, and has a token that works', { timeout: 120_000 }, async () => {
  let address: string | undefined;
  const watch = async (output: string): Promise<void> => void (address = await answer(output, 'allow'));
  const { code, output } = await npm.run(['login', '--auth-type=web'], { when: { prompt: 'code=', act: watch } });
  expect([code, output]).toEqual([0, expect.stringContaining('Logged in on')]);
  expect((await npm.ok(['whoami'])).trim()).toBe('ada');
  // The page is over with it.
  expect((await ada.get(address as string)).status).toBe(404);
});

test(
  'a person who refuses gives no token: npm asks for a name and a password instead',
  { timeout: 120_000 },
  async () => {
    npm.useToken('none');
    const watch = async (output: string): Promise<void> => void (await answer(output, 'refuse'));
    const { code, output } = await npm.run(['login', '--auth-type=web'], { when: { prompt: 'code=', act: watch } });
    expect([code === 0, output]).toEqual([false, expect.stringContaining('Username:')]);
    expect(npm.token).toBe('none');
  },
);

interface Started {
  readonly loginUrl: string;
  readonly doneUrl: string;
}

async function start(body: object = {}): Promise<Started> {
  const response = await fetch(`${server.url}/npm/-/v1/login`, { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Started;
}

test('the token is given once, and while nobody has decided npm is told to wait', async () => {
  const { loginUrl, doneUrl } = await start({ hostname: 'laptop' });
  const waiting = await fetch(doneUrl);
  expect([waiting.status, waiting.headers.get('retry-after')]).toEqual([202, '1']);
  const page = await ada.get(loginUrl);
  expect(page.markup).toContain('laptop (127.0.0.1)');
  await ada.send(page, '/sign-in/npm', { answer: 'allow' });
  const [first, second] = await Promise.all([fetch(doneUrl), fetch(doneUrl)]);
  expect(new Set([first.status, second.status])).toEqual(new Set([200, 404]));
});

test('the address of the page fetches no token, and that of the token opens no page', async () => {
  const { loginUrl, doneUrl } = await start();
  const codeOf = (url: string): string => new URL(url).searchParams.get('code') as string;
  await ada.send(await ada.get(loginUrl), '/sign-in/npm', { answer: 'allow' });
  expect((await fetch(`${server.url}/npm/-/v1/done?code=${codeOf(loginUrl)}`)).status).toBe(404);
  const other = await start();
  expect((await ada.get(`/sign-in/npm?code=${codeOf(other.doneUrl)}`)).status).toBe(404);
  expect((await fetch(doneUrl)).status).toBe(200);
});

test('a stranger is asked to sign in first, and a form of another site allows nothing', async () => {
  const { loginUrl, doneUrl } = await start();
  const stranger = browserClient(server.url);
  expect((await stranger.get(loginUrl)).location).toMatch(/^\/sign-in\?next=%2Fsign-in%2Fnpm%3Fcode%3D/);
  const page = await ada.get(loginUrl);
  expect((await ada.send(page, '/sign-in/npm', { answer: 'allow' }, { origin: 'https://evil.example' })).status).toBe(
    403,
  );
  expect((await fetch(doneUrl)).status).toBe(202);
});

for (const body of ['', '[]', '{"hostname":1}', '{"hostname":"<script>\\u0000"}']) {
  test(`a request with the body ${body} breaks nothing`, async () => {
    const response = await fetch(`${server.url}/npm/-/v1/login`, { method: 'POST', body });
    expect([200, 400]).toContain(response.status);
    if (response.status !== 200) return;
    const { loginUrl } = (await response.json()) as Started;
    expect((await ada.get(loginUrl)).markup).not.toContain('<script');
  });
}
