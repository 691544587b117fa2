import { createRegistry } from '@seaworthy/schema-registry';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttp, type Http } from '../src/http/app.ts';
import { reportSubject } from '../src/modules/reports/contract.ts';
import { reportRoutes } from '../src/modules/reports/routes.ts';
import { createReports } from '../src/modules/reports/service.ts';
import { problemPage } from '../src/modules/web/pages.ts';
import { webRoutes } from '../src/modules/web/routes.ts';
import { memoryStore } from './support/memory-store.ts';
import { askersWithoutAccounts } from './support/no-accounts.ts';
import { reportBody } from './support/report.ts';
import { silentLogger } from './support/silent-logger.ts';

const token = 'a-token-for-this-test';
let store: ReturnType<typeof memoryStore>;
let http: Http;
let received: { readonly created: boolean }[];
let isTrendShown: boolean;

async function start(pushToken?: string): Promise<void> {
  store = memoryStore();
  received = [];
  isTrendShown = true;
  const reports = createReports(store, createRegistry([reportSubject]), () => new Date('2026-01-02T03:04:05.678Z'));
  const askers = askersWithoutAccounts(pushToken);
  const audit = { record: () => Promise.resolve() };
  const limit = { take: () => Promise.resolve({ allowed: true, retryAfterMs: 0 }) };
  http = createHttp({
    logger: silentLogger,
    bodyLimitBytes: 64 * 2 ** 20,
    withContext: (_fields, next) => next(),
    onProblem: () => undefined,
  });
  await http.mount([
    {
      register: (app) =>
        reportRoutes(app, { reports, askers, audit, limit, onReceived: (each) => void received.push(each) }),
    },
    {
      register: (app) => webRoutes(app, { reports, askers, isTrendShown: () => isTrendShown }),
      renderProblem: (problem, requestId) => problemPage(problem, requestId).toString(),
    },
  ]);
}

beforeEach(() => start());
afterEach(() => http.app.close());

const push = (payload: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
  http.app.inject({
    method: 'POST',
    url: '/api/v1/reports',
    payload,
    headers: { 'content-type': 'application/json', 'user-agent': 'seaworthy/0.1.0', ...headers },
  });

const valid = JSON.parse(reportBody()) as Record<string, unknown>;
const changed = (change: object): string => JSON.stringify({ ...valid, ...change });
const named = (name: string): string => changed({ project: { name } });
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const notAReport = 'seaworthy.server.NOT_A_REPORT';
const invalid = 'seaworthy.schema-registry.INVALID_DATA';

const refused: readonly { title: string; body: string | Buffer; code: string; says: string }[] = [
  { title: 'an unfinished document', body: '{"schema":', code: notAReport, says: 'not JSON' },
  { title: 'a list', body: '[1]', code: notAReport, says: 'names no schema' },
  { title: 'null', body: 'null', code: notAReport, says: 'names no schema' },
  { title: 'nothing', body: '', code: notAReport, says: 'not JSON' },
  { title: 'a byte order mark', body: `\u{FEFF}${reportBody()}`, code: notAReport, says: 'not JSON' },
  {
    title: 'bytes that are not UTF-8',
    body: Buffer.concat([Buffer.from('{"x":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    code: notAReport,
    says: 'not UTF-8',
  },
  {
    title: 'another schema, however long its name',
    body: changed({ schema: 'x'.repeat(1e6) }),
    code: notAReport,
    says: 'xxx…',
  },
  {
    title: 'a schema that is a million lists in each other',
    body: `{"schema":${nested(1e6)},"schemaVersion":1}`,
    code: notAReport,
    says: 'its schema is an object',
  },
  { title: 'version 0', body: changed({ schemaVersion: 0 }), code: notAReport, says: 'version 0' },
  { title: 'version 1.5', body: changed({ schemaVersion: 1.5 }), code: notAReport, says: 'version 1.5' },
  {
    title: 'a version beyond all numbers',
    body: reportBody().replace('"schemaVersion":1', '"schemaVersion":1e999'),
    code: notAReport,
    says: 'Infinity',
  },
  {
    title: 'a missing field',
    body: changed({ findings: undefined }),
    code: invalid,
    says: 'findings',
  },
  {
    title: 'findings that are a million lists in each other',
    body: reportBody().replace(/"findings":\[\{.*?\}\]/, `"findings":${nested(1e6)}`),
    code: invalid,
    says: 'findings[0]',
  },
  {
    title: 'a hundred thousand empty findings',
    body: changed({ findings: Array.from({ length: 100_000 }, () => ({})) }),
    code: invalid,
    says: 'more. Correct the data',
  },
  {
    title: 'more categories than there can be',
    body: changed({
      score: {
        overall: 1,
        categories: Object.fromEntries(
          Array.from({ length: 101 }, (_, index) => [`c${index}`, { score: 1, errors: 0, warnings: 0, infos: 0 }]),
        ),
      },
    }),
    code: invalid,
    says: 'more than 100 categories',
  },
  { title: 'a project without a name', body: named(''), code: invalid, says: 'project.name' },
  { title: 'a project named "."', body: named('.'), code: invalid, says: 'address' },
  { title: 'a project named ".."', body: named('..'), code: invalid, says: 'address' },
  { title: 'half a character as a name', body: named('\u{D800}'), code: invalid, says: 'address' },
  { title: 'a line break in a name', body: named('a\nb'), code: invalid, says: 'address' },
  { title: 'a name that nobody sees', body: named(' \u{200B}'), code: invalid, says: 'visible' },
  { title: 'a name that is too long', body: named('x'.repeat(215)), code: invalid, says: 'project.name' },
];

for (const { title, body, code, says } of refused) {
  test(`${title} is refused in few words, and nothing is kept`, async () => {
    const response = await push(body);
    expect([response.statusCode, response.json().code]).toEqual([422, code]);
    expect(response.json().detail).toContain(says);
    expect(response.body.length).toBeLessThan(20_000);
    expect(store.kept).toEqual([]);
  });
}

const names = ['@shop/orders', '__proto__', 'constructor', 'a/b?c#d%', '...', 'x'.repeat(214), '世'.repeat(214), '🚢'];
for (const name of names) {
  test(`a project may be called ${name.slice(0, 12)}, and its pages are found`, async () => {
    const { id } = (await push(named(name))).json<{ id: string }>();
    const encoded = encodeURIComponent(name);
    const addresses = ['', '/trend'].map((end) => `/projects/${encoded}${end}`);
    for (const url of ['/', `/reports/${id}`, `/api/v1/projects/${encoded}/reports`, ...addresses]) {
      expect([url, (await http.app.inject(url)).statusCode]).toEqual([url, 200]);
    }
  });
}

test('a key named __proto__ changes no other object and does no harm', async () => {
  const response = await push(
    reportBody()
      .replace('{', '{"__proto__":{"polluted":true},')
      .replace('"categories":{', '"categories":{"__proto__":{"score":1,"errors":0,"warnings":0,"infos":0},'),
  );
  expect(response.statusCode).toBe(201);
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect((await http.app.inject(`/reports/${response.json().id}`)).statusCode).toBe(200);
});

test('of a key that comes twice the last one counts', async () => {
  const response = await push(reportBody().replace('{', '{"schema":"shop.order",'));
  expect(response.statusCode).toBe(201);
});

test('a field that nobody knows is kept, however deep it is', async () => {
  const body = reportBody().replace('{', `{"extra":${nested(1e6)},`);
  const { id } = (await push(body)).json<{ id: string }>();
  expect((await http.app.inject(`/api/v1/reports/${id}`)).body).toBe(body);
  expect((await http.app.inject(`/reports/${id}`)).statusCode).toBe(200);
});

test('a repeated push is told from a new one', async () => {
  const first = await push(reportBody());
  const again = await push(reportBody());
  expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
  expect(again.json().id).toBe(first.json().id);
  expect(received.map(({ created }) => created)).toEqual([true, false]);
  expect(store.kept).toMatchObject([{ receivedAt: '2026-01-02T03:04:05.678Z', sentBy: 'seaworthy/0.1.0' }]);
});

test('a long User-Agent is cut', async () => {
  await push(reportBody(), { 'user-agent': 'x'.repeat(5_000) });
  expect(store.kept[0]?.sentBy).toHaveLength(200);
});

const hosts: readonly (readonly [host: string, origin: string])[] = [
  ['reports.example.com', 'http://reports.example.com'],
  ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['[::1]:8080', 'http://[::1]:8080'],
  ['a b', ''],
  ['x:99999', ''],
  ['[::1', ''],
  ['user@example.com', ''],
  ['example.com/elsewhere', ''],
];
for (const [host, origin] of hosts) {
  test(`pushed to the host "${host}" the address of the page is ${origin === '' ? 'only its path' : 'absolute'}`, async () => {
    const { id, url } = (await push(reportBody(), { host })).json<{ id: string; url: string }>();
    expect(url).toBe(`${origin}/reports/${id}`);
  });
}

const authorizations = ['', 'Bearer', 'Bearer ', `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(1)}`];
for (const authorization of authorizations) {
  test(`with "${authorization}" instead of the push token nothing is kept`, async () => {
    await http.app.close();
    await start(token);
    const response = await push(reportBody(), { authorization });
    expect([response.statusCode, response.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect(store.kept).toEqual([]);
    expect((await push(reportBody(), { authorization: `bearer ${token}` })).statusCode).toBe(201);
  });
}

test('a page that a flag hides is not there, and nothing links to it', async () => {
  await push(reportBody());
  isTrendShown = false;
  const hidden = await http.app.inject('/projects/orders/trend?key=of-somebody');
  expect(hidden.statusCode).toBe(404);
  expect(hidden.body).not.toContain('of-somebody');
  expect((await http.app.inject('/projects/orders')).body).not.toContain('/trend');
});

test('style and icon may be cached', async () => {
  for (const [url, type] of [
    ['/assets/style.css', 'text/css; charset=utf-8'],
    ['/assets/icon.svg', 'image/svg+xml'],
  ]) {
    const { headers } = await http.app.inject(url as string);
    expect([headers['content-type'], headers['cache-control']]).toEqual([type, 'public, max-age=3600']);
  }
});
