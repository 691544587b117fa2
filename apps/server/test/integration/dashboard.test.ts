import { chromium, skipWithout } from '@seaworthy/test-services';
import { chromium as browserType } from 'playwright-core';
import { expect, test } from 'vitest';
import { push, reportBody } from '../support/report.ts';
import { runServer } from '../support/run-server.ts';

test('a person finds a finding, the flags and the schemas from the start page, without scripts and without errors', async (context) => {
  const executablePath = skipWithout(context, chromium);
  const server = await runServer();
  try {
    await push(server.url, reportBody());
    const browser = await browserType.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      const page = await browser.newPage({ javaScriptEnabled: false });
      const problems: string[] = [];
      page.on('requestfailed', (request) => problems.push(request.url()));
      page.on('response', (response) => {
        if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`);
      });
      await page.goto(server.url);
      await page.getByRole('link', { name: 'orders' }).click();
      await page.getByRole('row').nth(1).getByRole('link').click();
      await page.getByRole('heading', { name: 'Findings' }).waitFor();
      expect(await page.getByText('no SIGTERM handler').isVisible()).toBe(true);
      expect(await page.getByText('server.listen(8080);').isVisible()).toBe(true);
      for (const name of ['Flags', 'Schemas']) {
        await page.goto(server.url);
        await page.getByRole('link', { name }).click();
        await page.getByRole('heading', { name, level: 1 }).waitFor();
      }
      expect(await page.getByText('under /schema-registry').isVisible()).toBe(true);
      expect(problems).toEqual([]);
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
});
