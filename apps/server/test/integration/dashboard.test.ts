import { chromium, skipWithout } from '@seaworthy/test-services';
import { chromium as browserType, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest';
import { marketClient } from '../support/market-client.ts';
import { pluginArchive } from '../support/plugin-archive.ts';
import { push, reportBody } from '../support/report.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let browser: Browser | undefined;

beforeAll(async () => {
  server = await runServer();
  await push(server.url, reportBody());
  const { npm } = await marketClient(server.url, 'ada');
  const packageJson = { description: 'Computes taxes', keywords: ['money'] };
  const readme =
    '# Tax\n\n<img src=x onerror="document.title=1">\n\n[site](javascript:alert(1)) ![b](https://a.example/b.svg)';
  const archive = pluginArchive('@shop/tax', '1.0.0', { packageJson, readme });
  await npm.send('PUT', '/@shop%2ftax', publishDocument('@shop/tax', '1.0.0', { archive, manifest: packageJson }));
  await npm.send('PUT', '/otter', publishDocument('otter', '1.0.0'));
});

afterAll(async () => {
  await browser?.close();
  await server.stop();
});

interface Visit {
  readonly page: Page;
  /** What could not be loaded, or was answered with an error. */
  readonly problems: readonly string[];
}

/** A person at the start page, without scripts if nothing else is said; all tests share one browser. */
async function visit(
  context: TestContext,
  options: { readonly colorScheme?: 'light' | 'dark'; readonly javaScriptEnabled?: boolean } = {},
): Promise<Visit> {
  const executablePath = skipWithout(context, chromium);
  browser ??= await browserType.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage({ javaScriptEnabled: false, ...options });
  const problems: string[] = [];
  page.on('requestfailed', (request) => {
    // A person who goes on before everything has come ends what is still on its way; that is no problem of the page.
    const reason = request.failure()?.errorText;
    if (reason !== 'net::ERR_ABORTED') problems.push(`${request.url()} ${reason}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
  });
  await page.goto(server.url);
  return { page, problems };
}

test('a person finds a finding from the start page, without scripts and without errors', async (context) => {
  const { page, problems } = await visit(context);
  await page.getByRole('link', { name: 'orders' }).click();
  await page.getByRole('row').nth(1).getByRole('link').click();
  await page.getByRole('heading', { name: 'Findings' }).waitFor();
  expect(await page.getByText('no SIGTERM handler').isVisible()).toBe(true);
  expect(await page.getByText('server.listen(8080);').isVisible()).toBe(true);
  expect(problems).toEqual([]);
});

test('a person finds the flags and the schemas from the start page', async (context) => {
  const { page, problems } = await visit(context);
  for (const name of ['Flags', 'Schemas']) {
    await page.goto(server.url);
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
  }
  expect(await page.getByText('under /schema-registry').isVisible()).toBe(true);
  expect(problems).toEqual([]);
});

test('a person searches a package, filters, and reads what it may do, by the labels of the form', async (context) => {
  const { page, problems } = await visit(context);
  await page.getByLabel('Search packages').fill('taxes');
  await page.getByRole('button', { name: 'Search' }).click();
  expect(await page.getByRole('status').textContent()).toContain('1 package');
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByLabel('Plugins for a host').check();
  await page.getByLabel('Order').selectOption('Newest');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(await page.getByRole('link', { name: 'otter' }).count()).toBe(0);
  await page.getByRole('link', { name: '@shop/tax' }).click();
  await page.getByRole('heading', { name: 'What it may do' }).waitFor();
  expect(await page.getByText('["node:path"]').isVisible()).toBe(true);
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  expect(problems).toEqual([]);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing of a hostile readme is loaded or can be clicked, and the text has contrast (${colorScheme})`, async (context) => {
    const { page, problems } = await visit(context, { colorScheme });
    await page.goto(`${server.url}/packages/%40shop%2Ftax`);
    await page.getByRole('heading', { name: 'Tax', exact: true }).waitFor();
    expect(await page.locator('.readme img, .readme script').count()).toBe(0);
    expect(await page.locator('.readme a').count()).toBe(1);
    expect(problems).toEqual([]);
    // The page has a background of its own in both schemes, and no scrolling sideways on a phone.
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(16, 22, 28)');
    await page.setViewportSize({ width: 360, height: 640 });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBe(0);
  });
}

test('with scripts a row is brought up to date when a report arrives, and the page of a project says so', async (context) => {
  const { page, problems } = await visit(context, { javaScriptEnabled: true });
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.locator('#live[data-state="listening"]').waitFor({ state: 'attached' });
  const hostile = '<img src=x onerror="document.title=1">';
  await push(server.url, reportBody({ overall: 91 }));
  const row = page.getByRole('row', { name: 'orders' });
  await row.getByText('91').waitFor();
  expect(await row.locator('[data-cell="reports"]').textContent()).toBe('2');
  await row.locator('[data-cell="newest"] a').click();
  await page.getByRole('heading', { name: 'Findings' }).waitFor();
  await page.goto(server.url);
  await page.locator('#live[data-state="listening"]').waitFor({ state: 'attached' });
  await push(server.url, reportBody({ name: hostile }));
  await page.getByText(`A report of ${hostile} has arrived.`).waitFor();
  expect(await page.locator('main img').count()).toBe(0);
  await page.goto(`${server.url}/projects/orders`);
  await page.locator('#live[data-state="listening"]').waitFor({ state: 'attached' });
  await push(server.url, reportBody({ overall: 92 }));
  await page.getByRole('link', { name: 'Show it' }).click();
  await page.locator('strong').getByText('92').waitFor();
  expect([...problems, ...complaints]).toEqual([]);
});
