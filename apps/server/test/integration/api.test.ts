import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runServer, type RunningServer } from '../support/run-server.ts';
import { push, reportBody } from '../support/report.ts';

let server: RunningServer;

beforeEach(async () => {
  server = await runServer({ SEAWORTHY_BODY_LIMIT_BYTES: '20000' });
});

afterEach(async () => {
  await server.stop();
});

const get = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(new URL(path, server.url), { headers });

test('a pushed report is answered with its page and comes back byte for byte', async () => {
  const body = reportBody();
  const response = await push(server.url, body);
  expect(response.status).toBe(201);
  const { id, url } = (await response.json()) as { id: string; url: string };
  expect(url).toBe(`${server.url}/reports/${id}`);
  expect(response.headers.get('location')).toBe(`/api/v1/reports/${id}`);
  expect(await (await get(`/api/v1/reports/${id}`)).text()).toBe(body);
  expect(await (await fetch(url)).text()).toContain('SEA-R012');
});

test('the same report again is the same entry, a new one is another', async () => {
  const first = (await (await push(server.url, reportBody())).json()) as { id: string };
  const again = await push(server.url, reportBody());
  expect(again.status).toBe(200);
  expect(await again.json()).toMatchObject({ id: first.id });
  await push(server.url, reportBody({ overall: 80 }));
  const { reports } = (await (await get('/api/v1/projects/orders/reports')).json()) as {
    reports: { overall: number }[];
  };
  expect(reports.map(({ overall }) => overall)).toEqual([80, 72]);
});

test('projects are listed with their newest report', async () => {
  await push(server.url, reportBody({ name: '@shop/orders' }));
  const { projects } = (await (await get('/api/v1/projects')).json()) as { projects: object[] };
  expect(projects).toMatchObject([
    { name: '@shop/orders', reports: 1, latest: { overall: 72, sentBy: 'seaworthy/0.1.0' } },
  ]);
  expect(await (await get('/')).text()).toContain('@shop/orders');
  expect((await get('/projects/%40shop%2Forders')).status).toBe(200);
});

const valid = JSON.parse(reportBody()) as Record<string, unknown>;
const bad: readonly { title: string; body: string; type?: string; status: number; code: string }[] = [
  { title: 'no JSON', body: '{"schema":', status: 422, code: 'seaworthy.server.NOT_A_REPORT' },
  { title: 'an empty body', body: '', status: 422, code: 'seaworthy.server.NOT_A_REPORT' },
  { title: 'JSON that is no report', body: '[1]', status: 422, code: 'seaworthy.server.NOT_A_REPORT' },
  {
    title: 'another schema',
    body: JSON.stringify({ ...valid, schema: 'shop.order' }),
    status: 422,
    code: 'seaworthy.server.NOT_A_REPORT',
  },
  {
    title: 'a report with a missing field',
    body: JSON.stringify({ ...valid, findings: undefined }),
    status: 422,
    code: 'seaworthy.schema-registry.INVALID_DATA',
  },
  {
    title: 'a version from the future',
    body: JSON.stringify({ ...valid, schemaVersion: 99 }),
    status: 409,
    code: 'seaworthy.schema-registry.FUTURE_VERSION',
  },
  {
    title: 'another content type',
    body: 'a=b',
    type: 'text/plain',
    status: 415,
    code: 'seaworthy.server.UNSUPPORTED_MEDIA_TYPE',
  },
  { title: 'a body over the limit', body: ' '.repeat(20_001), status: 413, code: 'seaworthy.server.BODY_TOO_LARGE' },
];

for (const { title, body, type, status, code } of bad) {
  test(`${title} is refused with ${code}, and nothing is kept`, async () => {
    const response = await push(server.url, body, type === undefined ? {} : { 'content-type': type });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await response.json()).toMatchObject({ code, status, requestId: response.headers.get('x-request-id') });
    expect(await (await get('/api/v1/projects')).json()).toEqual({ projects: [] });
  });
}

test('what is not there is a problem document for programs and a page for people', async () => {
  const document = await get('/api/v1/reports/none');
  expect([document.status, await document.json()]).toMatchObject([404, { code: 'seaworthy.server.REPORT_UNKNOWN' }]);
  const page = await get('/projects/none', { accept: 'text/html' });
  expect(page.status).toBe(404);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain('seaworthy.server.PROJECT_UNKNOWN');
  expect(await (await get('/nothing/here')).json()).toMatchObject({ code: 'seaworthy.server.NOT_FOUND' });
});

test('a hostile name in a report cannot leave its place in the page', async () => {
  await push(server.url, reportBody({ name: '<img src=x onerror=alert(1)>"' }));
  const page = await (await get('/')).text();
  expect(page).not.toContain('<img');
  const response = await get('/');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test('a store that is locked answers with 503 and a problem document, and works again afterwards', async () => {
  const other = new DatabaseSync(join(server.folder, 'data', 'server.sqlite'));
  try {
    other.exec('BEGIN EXCLUSIVE');
    const refused = await push(server.url, reportBody());
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toMatchObject({ code: 'seaworthy.server.STORE_UNAVAILABLE', retryable: true });
  } finally {
    other.close();
  }
  expect((await push(server.url, reportBody())).status).toBe(201);
});

test('a store that is locked for a moment is waited for', async () => {
  const other = new DatabaseSync(join(server.folder, 'data', 'server.sqlite'));
  other.exec('BEGIN EXCLUSIVE');
  // Each attempt waits 25 ms with the event loop; the lock goes between two of them.
  setTimeout(() => other.close(), 30);
  expect((await push(server.url, reportBody())).status).toBe(201);
});

test('a request keeps its id from the header to the answer and the log', async () => {
  const response = await get('/api/v1/projects', { 'x-request-id': 'caller-7' });
  expect(response.headers.get('x-request-id')).toBe('caller-7');
  await response.text();
  await expect.poll(() => server.log.records.some((record) => record['requestId'] === 'caller-7')).toBe(true);
  const hostile = await get('/api/v1/projects', { 'x-request-id': 'a b"c' });
  expect(hostile.headers.get('x-request-id')).not.toContain('"');
});
