import { chromium, skipWithout } from '@seaworthy/test-services';
import { chromium as browserType, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { password } from '../support/npm-client.ts';
import { clientId, clientSecret, startOpenIdProvider, type OpenIdProvider } from '../support/openid-provider.ts';
import { registryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let provider: OpenIdProvider;
let browser: Browser | undefined;

beforeAll(async () => {
  provider = await startOpenIdProvider(() => [server.url]);
  server = await runServer({
    SEAWORTHY_OPENID_ISSUER: provider.issuer,
    SEAWORTHY_OPENID_CLIENT_ID: clientId,
    SEAWORTHY_OPENID_CLIENT_SECRET: clientSecret,
    SEAWORTHY_OPENID_LABEL: 'the company',
    SEAWORTHY_REGISTRY_REGISTRATION: 'open',
  });
  await registryClient(server.url, 'ada');
});

afterAll(async () => {
  await browser?.close();
  await server.stop();
  await provider[Symbol.asyncDispose]();
});

/** A person without scripts, who has cookies of their own. */
async function visit(context: TestContext): Promise<Page> {
  const executablePath = skipWithout(context, chromium);
  browser ??= await browserType.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const own = await browser.newContext({ javaScriptEnabled: false });
  const page = await own.newPage();
  await page.goto(server.url);
  return page;
}

const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { name, level: 1 }).waitFor();

test('a person signs in by the labels of the form, makes a token, and signs out', async (context) => {
  const page = await visit(context);
  await page.getByRole('link', { name: 'Account' }).click();
  await page.getByLabel('Name').fill('ada');
  await page.getByLabel('Password').fill('wrong, and long enough');
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('wrong');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, 'ada');
  await page.getByLabel('A name for a new token').fill('laptop');
  await page.getByRole('button', { name: 'Make a token' }).click();
  expect(await page.getByRole('status').textContent()).toMatch(/swt_[\w-]{43}/);
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await heading(page, 'Signed out');
  await page.goto(`${server.url}/account`);
  await heading(page, 'Sign in');
});

test('a person signs in with the provider, and their browser brings the cookies back', async (context) => {
  provider.person = { sub: 'c-1', preferred_username: 'grace' };
  const page = await visit(context);
  await page.goto(`${server.url}/account`);
  await page.getByRole('link', { name: 'Sign in with the company' }).click();
  await heading(page, 'grace');
  const cookies = await page.context().cookies(server.url);
  const session = cookies.find(({ name }) => name === 'seaworthy-session');
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await page.getByRole('link', { name: 'Sign out there as well' }).click();
  expect(page.url()).toContain(provider.issuer);
});

test('a form of another site signs nobody out', async (context) => {
  provider.person = { sub: 'c-2', preferred_username: 'edsger' };
  const page = await visit(context);
  await page.goto(`${server.url}/sign-in/openid`);
  await heading(page, 'edsger');
  const other = await page.context().newPage();
  await other.setContent(`<form method="post" action="${server.url}/sign-out"><button>Win a prize</button></form>`);
  await other.getByRole('button', { name: 'Win a prize' }).click();
  await other.getByText('seaworthy.server.FORM_REFUSED').waitFor();
  await page.reload();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('edsger');
});
