import axe from 'axe-core';
import { chromium, skipWithout } from '@seaworthy/test-services';
import { chromium as browserType, type Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { html } from '../../src/reporters/html.ts';
import { makeFinding, makeReport } from '../support/report.ts';

const score = {
  overall: 78,
  categories: {
    lifecycle: { score: 71, errors: 1, warnings: 0, infos: 0 },
    security: { score: 42, errors: 3, warnings: 0, infos: 0 },
  },
} as const;
const evil = '</script><script>document.title="owned"</script><img src=x onerror="document.title=1">';
const findings = [
  makeFinding({ snippet: { firstLine: 1, lines: ['a();', `${'long '.repeat(80)}${evil}`, 'b();'] } }),
  makeFinding({
    severity: 'warning',
    rule: 'SEA-R020',
    title: evil,
    message: evil,
    file: `a${evil}.ts`,
    fingerprint: '00000000000000aa',
  }),
  makeFinding({ severity: 'info', rule: 'SEA-R030', why: evil, fix: evil, fingerprint: '00000000000000bb' }),
];
const report = makeReport(findings, {
  project: { name: `shop ${evil}` },
  score,
  problems: [
    { kind: 'unparsable', code: 'seaworthy.cli.FILE_UNPARSABLE', message: evil, file: 'b.ts', line: 1, column: 2 },
  ],
});

/** Shows the page in a real browser, in the light and in the dark; whatever it asks for is an error. */
async function withPage(
  executablePath: string,
  shown: Report,
  colorScheme: 'light' | 'dark',
  look: (page: Page) => Promise<void>,
): Promise<void> {
  const browser = await browserType.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ colorScheme, bypassCSP: true });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('pageerror', (error) => asked.push(String(error)));
    await page.setContent(html(shown, { version: '1.2.3', prefix: 'api/' }));
    await look(page);
    expect(asked).toEqual([]);
  } finally {
    await browser.close();
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`the page has no barrier that a checker finds, in the ${colorScheme}`, async (context) => {
    await withPage(skipWithout(context, chromium), report, colorScheme, async (page) => {
      await page.addScriptTag({ content: axe.source });
      const { violations } = await page.evaluate(async () => {
        const { axe: checker } = globalThis as unknown as { readonly axe: typeof axe };
        return checker.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] });
      });
      expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    });
  });
}

test('the page says everything without a script, and nothing of a project becomes markup', async (context) => {
  await withPage(skipWithout(context, chromium), report, 'light', async (page) => {
    expect(await page.title()).toBe(`shop ${evil}: 78 of 100`);
    expect(await page.locator('script, img').count()).toBe(0);
    expect(await page.locator('h3').allInnerTexts()).toEqual([
      'error SEA-R012 no SIGTERM handler lifecycle, 1 place',
      `warning SEA-R020 ${evil} lifecycle, 1 place`,
      'info SEA-R030 no SIGTERM handler lifecycle, 1 place',
    ]);
    expect(await page.locator('mark').innerText()).toContain(evil);
    expect(await page.getByRole('row').allInnerTexts()).toHaveLength(3);
    expect(await page.getByText('api/b.ts:1:2').count()).toBe(1);
  });
});
