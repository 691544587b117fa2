import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { push, reportBody } from './support/report.ts';
import { manage, runServer, type RunningServer } from './support/run-server.ts';

let folder: string;
let flagsFile: string;
let server: RunningServer;

const flags = (variant: 'on' | 'off'): string =>
  JSON.stringify({
    flags: { 'project-trend': { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: variant } },
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seaworthy-flags-'));
  flagsFile = join(folder, 'flags.json');
  writeFileSync(flagsFile, flags('off'));
  server = await runServer({ SEAWORTHY_FLAGS_FILE: flagsFile });
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a flag hides a page and its link, and shows them without a restart', async () => {
  await push(server.url, reportBody());
  const trend = new URL('/projects/orders/trend', server.url);
  expect((await fetch(trend)).status).toBe(404);
  expect(await (await fetch(new URL('/projects/orders', server.url))).text()).not.toContain('/trend');
  writeFileSync(flagsFile, flags('on'));
  await expect.poll(async () => (await fetch(trend)).status, { timeout: 10_000 }).toBe(200);
  expect(await (await fetch(new URL('/projects/orders', server.url))).text()).toContain('/trend');
});

test('a broken flags file is told in the log, and the flags before it stay', async () => {
  await push(server.url, reportBody());
  const trend = new URL('/projects/orders/trend', server.url);
  writeFileSync(flagsFile, flags('on'));
  await expect.poll(async () => (await fetch(trend)).status, { timeout: 10_000 }).toBe(200);
  writeFileSync(flagsFile, '{"flags":');
  const told = (): object | undefined => server.log.records.find(({ message }) => message === 'New flags are not used');
  await expect.poll(told, { timeout: 10_000 }).toMatchObject({ err: { code: 'seaworthy.flags.NOT_JSON' } });
  expect((await fetch(trend)).status).toBe(200);
  writeFileSync(flagsFile, flags('off'));
  await expect.poll(async () => (await fetch(trend)).status, { timeout: 10_000 }).toBe(404);
});

test('a log level comes back by itself when its time is over', async () => {
  const level = async (): Promise<unknown> => (await manage(server, '/loggers/server')).json();
  const before = await level();
  await manage(server, '/loggers/server', { method: 'POST', body: '{"configuredLevel":"trace","ttlMs":200}' });
  expect(await level()).toMatchObject({ effectiveLevel: 'trace' });
  await expect.poll(level).toEqual(before);
});

test('without the management token nothing is shown but the health, and nothing changes', async () => {
  const path = (name: string): URL => new URL(name, server.managementUrl);
  expect((await fetch(path('/health/ready'))).status).toBe(200);
  expect((await fetch(path('/config'))).status).toBe(401);
  const headers = { 'content-type': 'application/json' };
  const change = await fetch(path('/loggers/server'), { method: 'POST', headers, body: '{"configuredLevel":"trace"}' });
  expect(change.status).toBe(401);
});

test('a log level that is changed through management takes effect at once', async () => {
  const refused = (): boolean => server.log.records.some((record) => record['message'] === 'request refused');
  await (await fetch(new URL('/none', server.url))).text();
  expect(refused()).toBe(false);
  const change = await manage(server, '/loggers/server', { method: 'POST', body: '{"configuredLevel":"debug"}' });
  expect(change.ok).toBe(true);
  await (await fetch(new URL('/none', server.url))).text();
  await expect.poll(refused).toBe(true);
});

test('metrics count what happened a moment before, by route and not by path', async () => {
  await push(server.url, reportBody());
  await push(server.url, reportBody());
  await (await fetch(new URL('/reports/none', server.url))).text();
  const page = async (): Promise<string> => (await manage(server, '/metrics')).text();
  await expect.poll(page).toContain('http_route="/reports/:id",http_response_status_code="404"} 1\n');
  const text = await page();
  expect(text).toMatch(/_count\{http_request_method="POST",http_route="\/api\/v1\/reports",[^}]*="201"\} 1\n/);
  expect(text).toContain('seaworthy_server_reports_total{outcome="created"} 1\n');
  expect(text).toContain('seaworthy_server_reports_total{outcome="repeated"} 1\n');
  expect(text).toContain('seaworthy_errors_total{error_type="seaworthy.server.REPORT_UNKNOWN",severity="error"} 1\n');
  expect(text).toContain('seaworthy_resilience_call_duration_seconds_count{pipeline="store-writes",outcome="ok"} 2\n');
  // The report that there is not, and what the job of certifications asks when it starts: what was interrupted, what is next.
  expect(text).toContain('seaworthy_resilience_call_duration_seconds_count{pipeline="store-reads",outcome="ok"} 3\n');
  expect(text).toMatch(/seaworthy_flags_version\{source="[^"]+"\} 1\n/);
  expect(text).toContain('seaworthy_plugins_running{plugin="reports"} 1\n');
  expect(text).toContain('seaworthy_management_request_duration_seconds_count{endpoint="metrics"');
});

const panels: readonly { path: string; has: string }[] = [
  { path: '/health', has: '"UP"' },
  { path: '/health/ready', has: '"UP"' },
  { path: '/flags', has: 'project-trend' },
  { path: '/plugins', has: 'reports' },
  { path: '/schemas', has: 'seaworthy.report' },
  { path: '/config', has: 'flagsFile' },
  { path: '/loggers', has: 'server' },
  { path: '/circuitbreakers', has: '"store-writes":{"state":"CLOSED"' },
  { path: '/errors', has: '"total":0' },
  { path: '/info', has: '"build":{"name":"@seaworthy/server"' },
  { path: '/diagnostics/stack', has: '"threadName":"main"' },
  { path: '/diagnostics/eventloop', has: '"RESPONSIVE"' },
  { path: '/diagnostics/handles', has: '"type":"tcp"' },
];

for (const { path, has } of panels) {
  test(`management answers ${path}`, async () => {
    const response = await manage(server, path);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(has);
  });
}

test('problems are shown by code a moment after they happened', async () => {
  await (await fetch(new URL('/reports/none', server.url))).text();
  await (await fetch(new URL('/reports/none', server.url))).text();
  const errors = async (): Promise<unknown> => (await manage(server, '/errors')).json();
  await expect.poll(errors).toMatchObject({ byCode: { 'seaworthy.server.REPORT_UNKNOWN': { count: 2 } } });
});

test('POST /shutdown stops everything in order, and is answered', async () => {
  const answer = await manage(server, '/shutdown', { method: 'POST' });
  expect(await answer.json()).toEqual({ message: 'Shutting down.' });
  expect((await server.life.stopped).reason).toBe('management');
});

test('both modules are plugins that have started', async () => {
  const text = await (await manage(server, '/plugins')).text();
  expect(text).toMatch(/web/);
  expect(text).not.toMatch(/failed|skipped/);
});

test('requests stop first, then modules and the database, and management last', async () => {
  const { resources } = await server.life.stop('test');
  const order = resources.map(({ name }) => name);
  expect(order.slice(0, 3).toSorted()).toEqual(['http', 'live', 'live feed']);
  expect(order[3]).toBe('plugins');
  expect(order.slice(4, -1).toSorted()).toEqual([
    'archives',
    'audit',
    'data folder',
    'database',
    'flags',
    'limits',
    'resilience',
  ]);
  const writers = ['archives', 'audit', 'database', 'flags'];
  expect(writers.filter((name) => order.indexOf(name) > order.indexOf('data folder'))).toEqual([]);
  expect(order.at(-1)).toBe('management');
});

test('after a stop nothing answers any more', async () => {
  const { url, managementUrl } = server;
  const report = await server.life.stop('test');
  expect(report.exitCode).toBe(0);
  expect(report.resources.every(({ outcome }) => outcome === 'ok')).toBe(true);
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  await expect(fetch(managementUrl)).rejects.toThrow('fetch failed');
});

test('200 probes at once ask the database once for as long as an answer holds', async () => {
  const startedAt = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 200 }, async () => (await manage(server, '/health/ready')).json() as Promise<Readiness>),
  );
  const holdsMs = 1_000;
  const most = Math.ceil((performance.now() - startedAt) / holdsMs) + 1;
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['UP']));
  // Each run takes a time of its own, which every answer made of it carries.
  const runs = new Set(answers.map(({ components }) => components.database.details.durationMs));
  expect(runs.size).toBeLessThanOrEqual(most);
});

interface Readiness {
  readonly status: string;
  readonly components: { readonly database: { readonly details: { readonly durationMs: number } } };
}
