import { afterAll, beforeAll, expect, test } from 'vitest';
import { marketClient, type MarketClient } from '../support/market-client.ts';
import { pluginArchive } from '../support/plugin-archive.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { publishDocument } from '../support/tarball.ts';

let server: RunningServer;
let ada: MarketClient;

beforeAll(async () => {
  server = await runServer();
  ada = await marketClient(server.url, 'ada');
  const readme = '# Tax\n\n<script>alert(1)</script>\n\nComputes **taxes**.';
  const packageJson = { description: 'Taxes & <more>', keywords: ['money'] };
  const archive = pluginArchive('@shop/tax', '1.0.0', { packageJson, readme });
  // The document says something else than the archive, which is what people install.
  const manifest = { ...packageJson, readme: '# Something else' };
  const document = publishDocument('@shop/tax', '1.0.0', { archive, manifest });
  await ada.npm.send('PUT', '/@shop%2ftax', document);
  await (await ada.npm.get('/@shop%2ftax/-/tax-1.0.0.tgz')).arrayBuffer();
});

afterAll(() => server.stop());

async function page(path: string): Promise<{ readonly status: number; readonly markup: string }> {
  const response = await fetch(`${server.url}${path}`, { headers: { accept: 'text/html' } });
  return { status: response.status, markup: await response.text() };
}

test('the start page has the search and the newest packages', async () => {
  const { status, markup } = await page('/');
  expect(status).toBe(200);
  expect(markup).toContain('action="/packages"');
  expect(markup).toContain('href="/packages/%40shop%2Ftax"');
  expect(markup).toContain('Taxes &amp; &lt;more&gt;');
});

test('the list of packages has filters that work as addresses', async () => {
  expect((await page('/packages?text=taxes&category=&license=MIT&sort=name')).markup).toContain('@shop/tax');
  const none = (await page('/packages?text=zebra')).markup;
  expect(none).toContain('0 packages');
  expect(none).toContain('value="zebra"');
  expect((await page('/packages?tag=money&plugin=true')).markup).toContain('1 package');
});

for (const query of [
  'size=-1',
  'sort=%3Cscript%3E',
  'category=%22%3E%3Cscript%3E',
  'text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
]) {
  test(`an address with ${query} is a page, and nothing of it becomes markup`, async () => {
    const { status, markup } = await page(`/packages?${query}`);
    expect(status).toBe(200);
    expect(markup).not.toContain('<script');
  });
}

test('the page of a package shows the readme of the archive, its permissions, versions and how to install it', async () => {
  const { status, markup } = await page('/packages/%40shop%2Ftax');
  expect(status).toBe(200);
  for (const piece of [
    '<h3>Tax</h3>',
    '<strong>taxes</strong>',
    `npm install @shop/tax --registry ${server.url}/npm/`,
    'node:path',
    '1.0.0',
    'Nobody has written one.',
  ]) {
    expect(markup).toContain(piece);
  }
  expect(markup).not.toContain('Something else');
  expect(markup).not.toContain('<script');
});

test('downloads are a drawing with its numbers as text', async () => {
  await expect
    .poll(async () => (await page('/packages/%40shop%2Ftax')).markup)
    .toContain('aria-label="Downloads of the last 30 days: 1, at most 1 a day"');
});

test('certifications that wait have a page, and what is not there is a problem page', async () => {
  expect((await page('/certifications')).markup).toContain('Nothing waits for a decision.');
  const { body } = await ada.api('POST', '/plugins/%40shop%2Ftax/certifications', { version: '1.0.0' });
  const { id } = body as { id: number };
  await expect
    .poll(async () => (await page(`/certifications/${id}`)).markup)
    .toContain('no signature of the publisher');
  expect((await page('/certifications/77')).status).toBe(404);
  expect((await page('/certifications/x')).status).toBe(404);
  expect((await page('/packages/nothing')).status).toBe(404);
  expect((await page(`/packages/${'a'.repeat(290)}`)).status).toBe(404);
});

test('where packages are for accounts only, pages send strangers to sign in', async () => {
  const closed = await runServer({ SEAWORTHY_REGISTRY_READERS: 'accounts' });
  try {
    for (const path of ['plugins', 'categories', 'tags', 'licences', 'certifications', 'namespaces/@shop']) {
      expect((await fetch(`${closed.url}/api/v1/${path}`)).status).toBe(401);
    }
    for (const path of ['/packages', '/packages/a', '/certifications']) {
      const answer = await fetch(`${closed.url}${path}`, { headers: { accept: 'text/html' }, redirect: 'manual' });
      expect([answer.status, answer.headers.get('location')]).toEqual([
        303,
        `/sign-in?next=${encodeURIComponent(path)}`,
      ]);
    }
    expect(await (await fetch(closed.url)).text()).not.toContain('/packages');
  } finally {
    await closed.stop();
  }
});
