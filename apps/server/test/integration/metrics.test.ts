import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { prometheus, promtool, skipWithout, startPrometheus, type PrometheusServer } from '@seaworthy/test-services';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { push, reportBody } from '../support/report.ts';
import { manage, managementToken, runServer, type RunningServer } from '../support/run-server.ts';

const assets = join(dirname(fileURLToPath(import.meta.resolve('@seaworthy/telemetry/package.json'))), 'assets');

let flags: Server;
let flagsHost: string;
let flagsDocument: string;
let server: RunningServer;
let turn = 0;

beforeEach(async () => {
  writeFlags('on');
  flags = createServer((_request, response) => response.end(flagsDocument)).listen(0, '127.0.0.1');
  await once(flags, 'listening');
  flagsHost = `127.0.0.1:${(flags.address() as AddressInfo).port}`;
  server = await runServer({
    SEAWORTHY_FLAGS_URL: `http://${flagsHost}/flags.json`,
    SEAWORTHY_FLAGS_POLL_MS: '100',
    SEAWORTHY_OFREP_ENABLED: 'true',
  });
});

afterEach(async () => {
  await server.stop();
  flags.closeAllConnections();
  flags.close();
});

function writeFlags(variant: 'on' | 'off'): void {
  const flag = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: variant };
  // The rule has an answer for some, and for others one that is no variant.
  const broken = { ...flag, targeting: { var: 'variant' } };
  flagsDocument = JSON.stringify({ flags: { 'project-trend': flag, 'broken-rule': broken } });
}

const rejected = (): number => server.log.records.filter(({ message }) => message === 'New flags are not used').length;

/** Uses every feature of the server once, also wrongly. */
async function work(): Promise<void> {
  turn += 1;
  const to = (path: string): URL => new URL(path, server.url);
  const get = async (path: string, init: RequestInit = {}): Promise<string> => (await fetch(to(path), init)).text();
  await push(server.url, reportBody({ overall: 10 + (turn % 80) }));
  await push(server.url, reportBody({ overall: 10 + (turn % 80) }));
  await push(server.url, '{"schema":');
  await push(server.url, '{"schema":"seaworthy.report","schemaVersion":99}');
  for (const path of ['/', '/projects/orders', '/projects/orders/trend', '/reports/none', `/none/${turn}`, '/%ff']) {
    await get(path);
  }
  await get('/', { method: 'DELETE' });
  await evaluate(to);
  await giveUp(to('/api/v1/reports'));
  await malformed();
  await withStoreLocked(() => push(server.url, reportBody({ overall: 95 })));
  await operate();
  await reloadFlags();
}

/** OFREP: all flags, one flag, one that nobody knows, one with a broken rule, and a stream that its reader leaves. */
async function evaluate(to: (path: string) => URL): Promise<void> {
  for (const key of ['', '/project-trend', '/unknown', '/broken-rule']) {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"context":{"targetingKey":"u","variant":"none"}}',
    };
    await (await fetch(to(`/ofrep/v1/evaluate/flags${key}`), init)).text();
  }
  const leave = new AbortController();
  await fetch(to('/ofrep/v1/events'), { signal: leave.signal });
  leave.abort();
}

/** A client that leaves in the middle of its body. */
async function giveUp(url: URL): Promise<void> {
  const socket = connect(Number(url.port), url.hostname);
  await once(socket, 'connect');
  const head = `POST ${url.pathname} HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`;
  socket.write(head);
  await sleep(20);
  socket.destroy();
}

async function malformed(): Promise<void> {
  const { port, hostname } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined).resume();
  socket.write('this is no HTTP\r\n\r\n');
  await once(socket, 'close');
}

/** As by another process; calls that meet it are tried again and refused with 503, and after twenty attempts not made at all. */
async function withStoreLocked(task: () => Promise<Response>): Promise<void> {
  const other = new DatabaseSync(join(server.folder, 'data', 'server.sqlite'));
  try {
    other.exec('BEGIN EXCLUSIVE');
    const answers = await Promise.all(Array.from({ length: 25 }, task));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
    other.exec('ROLLBACK');
  } finally {
    other.close();
  }
}

/** What operators do: all panels, a changed level, a profile's place, and a question without the token. */
async function operate(): Promise<void> {
  const panels = 'health health/ready flags plugins schemas config loggers circuitbreakers errors info'.split(' ');
  for (const path of [...panels, 'diagnostics/eventloop', 'none']) await (await manage(server, `/${path}`)).text();
  const body = JSON.stringify({ configuredLevel: turn % 2 === 0 ? 'debug' : 'info' });
  await (await manage(server, '/loggers/server', { method: 'POST', body })).text();
  await (await fetch(new URL('/config', server.managementUrl))).text();
}

/** New flags, and some that are refused. */
async function reloadFlags(): Promise<void> {
  const before = rejected();
  flagsDocument = '{"flags":';
  await expect.poll(rejected, { timeout: 10_000 }).toBeGreaterThan(before);
  writeFlags(turn % 2 === 0 ? 'on' : 'off');
}

async function page(accept = 'text/plain'): Promise<string> {
  const response = await fetch(new URL('/metrics', server.managementUrl), {
    headers: { authorization: `Bearer ${managementToken}`, accept },
  });
  expect(response.status).toBe(200);
  return response.text();
}

test('promtool accepts the page after a load of every feature', async (context) => {
  const location = skipWithout(context, promtool);
  await work();
  await work();
  const body = await page();
  const { status, stdout, stderr } = spawnSync(location, ['check', 'metrics'], { input: body, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toBe('');
  expect(status).toBe(0);
  // What the load was for is on the page, so that an empty one is not what was accepted.
  const features = `http_server seaworthy_server_reports seaworthy_errors seaworthy_flags_evaluations
    seaworthy_flags_rejections seaworthy_resilience_retries seaworthy_resilience_calls_refused
    seaworthy_resilience_breaker_changes seaworthy_resilience_breaker_state seaworthy_plugins_running seaworthy_management_request
    seaworthy_lifecycle_check v8js_gc process_memory`.split(/\s+/);
  expect(features.filter((name) => !body.includes(`\n${name}`))).toEqual([]);
  expect(body).toContain(
    `http_client_request_duration_seconds_count{http_request_method="GET",server_address="${flagsHost}"`,
  );
  for (const label of ['error_type="aborted"', 'http_response_status_code="503"', 'http_response_status_code="404"']) {
    expect(body).toContain(label);
  }
}, 60_000);

interface Dashboard {
  readonly title: string;
  readonly panels: readonly { readonly title: string; readonly targets?: readonly { readonly expr: string }[] }[];
}

/** What this server does not have, by the metrics that tell of it, and how many expressions read them. */
const elsewhere: readonly { readonly metric: RegExp; readonly expressions: number; readonly why: string }[] = [
  { metric: /\bwebsocket_server_/, expressions: 3, why: 'it opens no WebSockets' },
  { metric: /\bseaworthy_command_/, expressions: 4, why: 'it starts no programs' },
  {
    metric: /\bseaworthy_logger_records_dropped_/,
    expressions: 1,
    why: 'its log loses nothing here: its sink is never full',
  },
];

const isElsewhere = ({ expr }: { readonly expr: string }): boolean => elsewhere.some(({ metric }) => metric.test(expr));

const expressions = globSync('dashboards/*.json', { cwd: assets }).flatMap((file) => {
  const { title, panels } = JSON.parse(readFileSync(join(assets, file), 'utf8')) as Dashboard;
  return panels.flatMap((panel) =>
    (panel.targets ?? []).map(({ expr }) => ({ where: `${title}: ${panel.title}`, expr })),
  );
});

test('after a load every expression of the dashboards has a number, and no rule is broken', async (context) => {
  const location = skipWithout(context, prometheus);
  const ruleFiles = globSync('rules/*.yml', { cwd: assets }).map((file) => join(assets, file));
  await work();
  const target = new URL(server.managementUrl).host;
  await using asked = await startPrometheus(location, { target, ruleFiles, token: managementToken });
  let empty = expressions.filter((each) => !isElsewhere(each));
  const deadline = performance.now() + 90_000;
  while (empty.length > 0 && performance.now() < deadline) {
    await work();
    await sleep(300);
    empty = await withoutNumber(asked, empty);
  }
  for (const { metric, expressions: number } of elsewhere) {
    expect([metric, expressions.filter(({ expr }) => metric.test(expr)).length]).toEqual([metric, number]);
  }
  expect(expressions.length).toBeGreaterThan(50);
  expect(empty).toEqual([]);
  const { groups } = (await asked.get('rules')) as { groups: { rules: { name: string; health: string }[] }[] };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(30);
  expect(rules.filter(({ health }) => health === 'err')).toEqual([]);
}, 150_000);

async function withoutNumber(asked: PrometheusServer, all: typeof expressions): Promise<typeof expressions> {
  const empty: typeof expressions = [];
  for (const each of all) {
    const filled = each.expr.replaceAll('$__rate_interval', '15s').replaceAll(/\$(?:job|instance)\b/g, '.+');
    const answers = await asked.query(filled);
    if (!answers.some(({ value }) => Number.isFinite(value))) empty.push(each);
  }
  return empty;
}
