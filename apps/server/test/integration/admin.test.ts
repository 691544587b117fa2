import { chromium, skipWithout } from '@seaworthy/test-services';
import { chromium as browserType, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { password } from '../support/npm-client.ts';
import { registryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let browser: Browser | undefined;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'root=admin', SEAWORTHY_REGISTRY_LOGINS_PER_MINUTE: '1000' });
  await registryClient(server.url, 'root');
  for (let number = 0; number < 5; number += 1) await registryClient(server.url, `person-${number}`);
});

afterAll(async () => {
  await browser?.close();
  await server.stop();
});

/** An admin without scripts, in a scheme of colours. */
async function signIn(context: TestContext, colorScheme: 'light' | 'dark', width = 1_200): Promise<Page> {
  const executablePath = skipWithout(context, chromium);
  browser ??= await browserType.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const viewport = { width, height: 800 };
  const own = await browser.newContext({ javaScriptEnabled: false, colorScheme, viewport });
  const page = await own.newPage();
  await page.goto(`${server.url}/admin`);
  await page.getByLabel('Name').fill('root');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await heading(page, 'Admin');
  return page;
}

const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { name, level: 1 }).waitFor();

test('an admin finds an account page by page and by its name, gives it a role and disables it', async (context) => {
  const page = await signIn(context, 'light');
  await page.getByRole('link', { name: 'Accounts' }).click();
  await page.getByText('6 accounts.').waitFor();
  await page.goto(`${server.url}/admin/accounts?size=4`);
  await page.getByRole('link', { name: 'Later ones' }).click();
  expect(await page.getByRole('rowheader').allTextContents()).toEqual(['person-4', 'root']);
  await page.getByLabel('Name or email').fill('person-3');
  await page.getByRole('button', { name: 'Show' }).press('Enter');
  await page.getByText('1 account.').waitFor();
  await page.getByRole('link', { name: 'person-3' }).click();
  await heading(page, 'person-3');
  await page.getByLabel('Role', { exact: true }).selectOption('maintainer');
  await page.getByRole('button', { name: 'Give it' }).click();
  expect(await page.getByLabel('Role', { exact: true }).inputValue()).toBe('maintainer');
  await page.getByRole('button', { name: 'Disable the account' }).click();
  await page.getByRole('button', { name: 'Enable the account' }).waitFor();
  await page.getByRole('link', { name: 'Its entries in the audit log' }).click();
  await page.getByRole('cell', { name: 'account disabled' }).waitFor();
  await page.getByRole('link', { name: 'Check every entry' }).click();
  expect(await page.getByRole('status').textContent()).toContain('The log is whole');
});

const shown = ['/admin', '/admin/accounts', '/admin/accounts/root', '/admin/ownerless', '/admin/audit', '/status'];
for (const scheme of ['light', 'dark'] as const) {
  test(`each page fits a small screen, names every control, and is ${scheme} where that is wanted`, async (context) => {
    const page = await signIn(context, scheme, 360);
    for (const path of shown) {
      await page.goto(server.url + path);
      const found = await page.evaluate<{ unnamed: number; width: number; background: string }>(
        `({
          unnamed: [...document.querySelectorAll('button, input:not([type=hidden]), select, a')].filter((each) =>
            !(each.textContent.trim() || each.getAttribute('aria-label') || (each.labels && each.labels.length))).length,
          width: document.documentElement.scrollWidth,
          background: getComputedStyle(document.body).backgroundColor,
        })`,
      );
      const background = scheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(16, 22, 28)';
      expect([path, found]).toEqual([path, { unnamed: 0, width: 360, background }]);
    }
  });
}
