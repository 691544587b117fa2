import { chromium, skipWithout } from '@seaworthy/test-services';
import { chromium as browserType, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { managementToken, runServer } from '../support/run-server.ts';

/** Opens the page in a real browser and notes whatever the browser complains about. */
async function withPage(executablePath: string, url: string, run: (page: Page) => Promise<void>): Promise<string[]> {
  const browser = await browserType.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('requestfailed', (request) => {
      // Whoever goes on before everything has come ends what is still on its way.
      if (request.failure()?.errorText !== 'net::ERR_ABORTED') problems.push(request.url());
    });
    // A question without the token is answered with 401, which the page explains and the console only repeats.
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('401')) problems.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url())) problems.push(request.url());
    });
    await page.goto(url);
    await run(page);
    return problems;
  } finally {
    await browser.close();
  }
}

test('a person gives the token, reads health, changes a level, and profiles', { timeout: 90_000 }, async (context) => {
  const executablePath = skipWithout(context, chromium);
  const server = await runServer();
  try {
    const problems = await withPage(executablePath, server.managementUrl, async (page) => {
      await page.getByText('This needs the management token.').waitFor();
      expect(await page.getByRole('navigation').getByRole('button').allTextContents()).toEqual(['health', 'info']);

      await page.getByLabel('Token').fill(managementToken);
      await page.getByRole('button', { name: 'Use token' }).press('Enter');
      await page.getByRole('rowheader', { name: 'database' }).waitFor();
      expect(await page.getByLabel('Token').inputValue()).toBe('');

      await page.getByRole('button', { name: 'loggers' }).click();
      await page.getByLabel('Level of server', { exact: true }).selectOption('debug');
      await page.getByRole('status').getByText('The level of server is changed.').waitFor();
      expect(server.logger.isLevelEnabled('debug')).toBe(true);

      await page.getByRole('button', { name: 'diagnostics' }).click();
      await page.getByRole('button', { name: 'Show the stack' }).click();
      await page.getByText(/^main:/).waitFor();
      await page.getByLabel('Seconds').fill('1');
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save a CPU profile' }).click();
      expect((await download).suggestedFilename()).toMatch(/\.cpuprofile$/);

      for (const name of ['info', 'metrics', 'config', 'flags', 'plugins', 'schemas', 'circuitbreakers', 'errors']) {
        await page.getByRole('navigation').getByRole('button', { name, exact: true }).click();
        await page.getByRole('heading', { level: 2, name }).waitFor();
        await page.locator('#body > *').first().waitFor();
        expect(await page.getByRole('status').textContent()).toBe('');
      }
    });
    expect(problems).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('everything can be reached with the keyboard alone, and every control has a name', async (context) => {
  const executablePath = skipWithout(context, chromium);
  const server = await runServer();
  try {
    await withPage(executablePath, server.managementUrl, async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'info' }).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
      await page.keyboard.press('Tab');
      await page.keyboard.type(managementToken);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: 'loggers' }).waitFor();
      await page.getByRole('button', { name: 'loggers' }).focus();
      await page.keyboard.press('Enter');
      await page.getByLabel('Level of server', { exact: true }).waitFor();
      const unnamed = await page.evaluate(
        `[...document.querySelectorAll('button, input, select, a')].filter((each) =>
          !(each.textContent.trim() || each.getAttribute('aria-label') || (each.labels && each.labels.length))).length`,
      );
      expect(unnamed).toBe(0);
    });
  } finally {
    await server.stop();
  }
});
