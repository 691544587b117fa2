import { expect, test } from 'vitest';
import type { Report } from '../src/modules/reports/contract.ts';
import { homePage, problemPage, projectPage, reportPage } from '../src/modules/web/pages.ts';
import { trendPage } from '../src/modules/web/trend.ts';

const stored = {
  id: '0d9c',
  project: '@shop/<orders>',
  receivedAt: '2026-01-02T03:04:05.678Z',
  sentBy: 'seaworthy/1.2.3',
  overall: 72,
  errors: 2,
  warnings: 1,
  infos: 0,
};

const report: Report = {
  schema: 'seaworthy.report',
  schemaVersion: 1,
  project: { name: stored.project, version: '1.0.0' },
  summary: { errors: 1, warnings: 0, infos: 0 },
  score: {
    overall: 72,
    categories: {
      lifecycle: { score: 40, errors: 1, warnings: 0, infos: 0 },
      telemetry: { score: null, errors: 0, warnings: 0, infos: 0 },
    },
  },
  findings: [
    {
      rule: 'SEA-R012',
      title: 'no SIGTERM handler',
      severity: 'error',
      category: 'lifecycle',
      message: 'Nothing handles SIGTERM.',
      file: 'src/<server>.ts',
      line: 3,
      column: 1,
      snippet: { firstLine: 2, lines: ['', 'server.listen("<port>")'] },
      why: 'Requests in flight are lost.',
      fix: 'Close the server on SIGTERM.',
    },
  ],
  problems: [{ kind: 'unparsable', code: 'seaworthy.cli.UNPARSABLE', message: 'Unexpected token', file: 'broken.ts' }],
  stats: { files: 12, bytes: 3400, rules: 30 },
};

test('the start page without reports says how to send the first one', () => {
  expect(homePage([]).toString()).toContain('seaworthy report push');
});

test('the start page links every project by its encoded name', () => {
  const markup = homePage([{ name: stored.project, reports: 3, latest: stored }]).toString();
  expect(markup).toContain('href="/projects/%40shop%2F%3Corders%3E"');
  expect(markup).not.toContain('<orders>');
});

test('the report page shows score, findings with their place, and what could not be looked at', () => {
  const markup = reportPage({ stored, report }).toString();
  for (const part of ['SEA-R012', 'src/&lt;server&gt;.ts:3:1', 'Close the server on SIGTERM.', 'broken.ts', '72']) {
    expect(markup).toContain(part);
  }
});

test('a code frame numbers its lines, marks the one of the finding and escapes them', () => {
  const markup = reportPage({ stored, report }).toString();
  expect(markup).toContain('2 | \n<mark>3 | server.listen(&quot;&lt;port&gt;&quot;)\n</mark>');
});

test('a category without applicable rules is not rated', () => {
  expect(reportPage({ stored, report }).toString()).toMatch(/telemetry<\/th>\s*<td><span class="none">not rated/);
});

test('the link to the trend is there only when it is shown', () => {
  expect(projectPage('orders', [stored], { trend: true }).toString()).toContain('/projects/orders/trend');
  expect(projectPage('orders', [stored], { trend: false }).toString()).not.toContain('/trend');
});

test('the trend leaves out reports that are not rated and draws the others oldest first', () => {
  const markup = trendPage('orders', [
    { ...stored, id: 'b', overall: 80 },
    { ...stored, id: 'x', overall: null },
    stored,
  ]).toString();
  expect(markup.match(/<circle/g)).toHaveLength(2);
  expect(markup).toContain('points="0.0,56.0 640.0,40.0"');
});

test('one of a thing is not many', () => {
  const markup = reportPage({ stored, report }).toString().replaceAll(/\s+/g, ' ');
  expect(markup).toContain('1 error, 0 warnings and 0 notes in 12 files by 30 rules.');
});

test('a report without a score is not rated, and says nothing of 100', () => {
  const unrated = { ...report, score: { ...report.score, overall: null } };
  const markup = reportPage({ stored, report: unrated }).toString();
  expect(markup).toContain('<title>@shop/&lt;orders&gt;: not rated');
  expect(markup).not.toContain('of 100');
});

test('a report without findings says so', () => {
  expect(reportPage({ stored, report: { ...report, findings: [], problems: [] } }).toString()).toContain('Well done');
});

test('a page shows 500 findings and 500 problems, and how many more there are', () => {
  const many = <Item>(items: readonly Item[], count: number): Item[] =>
    Array.from({ length: count }, () => items[0] as Item);
  const long = { ...report, findings: many(report.findings, 501), problems: many(report.problems, 1_700) };
  const markup = reportPage({ stored, report: long }).toString();
  expect(markup.match(/<article/g)).toHaveLength(500);
  expect(markup.match(/<li><code>/g)).toHaveLength(500);
  expect(markup).toContain('1 more finding in the JSON.');
  expect(markup).toContain('1200 more problems in the JSON.');
});

test('a trend without scores has no chart', () => {
  const markup = trendPage('orders', [{ ...stored, overall: null }]).toString();
  expect(markup).toContain('No report of this project has a score.');
  expect(markup).not.toContain('<svg');
});

test('a trend of one report is one point in the middle', () => {
  expect(trendPage('orders', [stored]).toString()).toContain('points="320.0,56.0"');
});

test('a problem page names the code and the request, escaped', () => {
  const markup = problemPage({ title: 'Not Found', status: 404, detail: 'No <b>.', code: 'a.B' }, 'r-1').toString();
  for (const part of ['<h1>Not Found</h1>', 'No &lt;b&gt;.', 'a.B', 'r-1']) expect(markup).toContain(part);
});

test('every page names its language, its title and its main part, and can be skipped to', () => {
  const pages = [homePage([]), projectPage('orders', [stored], { trend: true }), reportPage({ stored, report })];
  for (const markup of pages.map(String)) {
    for (const part of ['<html lang="en">', '<title>', '<main id="main"', 'href="#main"', '<h1>']) {
      expect(markup).toContain(part);
    }
    expect(markup.match(/<h1>/g)).toHaveLength(1);
  }
});

test('every meter has a name, and every table scrolls by itself and is reached by the keyboard', () => {
  const markup = projectPage('orders', [stored, { ...stored, id: 'b' }], { trend: true }).toString();
  expect(markup.match(/<meter /g)).toHaveLength(2);
  expect(markup.match(/<meter [^>]*aria-label="[^"]+"/g)).toHaveLength(2);
  expect(markup).toMatch(/role="region" aria-label="Reports" tabindex="0"><table>/);
});
