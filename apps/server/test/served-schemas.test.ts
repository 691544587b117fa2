import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { ConfluentSchemaRegistry } from '@platformatic/kafka';
import { verifyAudit } from '@seaworthy/logger';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { password } from './support/npm-client.ts';
import { registryClient, type RegistryClient } from './support/registry-client.ts';
import { manage, runServer, type RunningServer } from './support/run-server.ts';

let server: RunningServer;
let ada: RegistryClient;
/** A token that may only read. */
let reader: string;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_ROLES: 'root=admin' });
  ada = await registryClient(server.url, 'ada');
  const made = await ada.send('POST', '/-/npm/v1/tokens', { password, readonly: true, cidr_whitelist: [] });
  reader = ((await made.json()) as { token: string }).token;
});

afterAll(() => server.stop());

const order = { type: 'object', properties: { id: { type: 'string' } }, required: ['id'], additionalProperties: false };
const media = 'application/vnd.schemaregistry.v1+json';

function ask(method: string, path: string, body?: object, authorization?: string): Promise<Response> {
  return fetch(new URL(`/schema-registry${path}`, server.url), {
    method,
    headers: { ...(body && { 'content-type': media }), ...(authorization !== undefined && { authorization }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** Sends the address as it is written, where `fetch` would tidy it up. */
function statusOf(method: string, path: string, body: string): Promise<number | undefined> {
  const headers = { 'content-type': media, 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(server.url, { method, path: `/schema-registry${path}`, headers }, (response) => {
      resolve(response.resume().statusCode);
    });
    sent.on('error', reject).end(body);
  });
}

const bearer = () => `Bearer ${ada.token}`;
const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
const register = (subject: string, schema: object, authorization = bearer()) =>
  ask('POST', `/subjects/${subject}/versions`, { schemaType: 'JSON', schema: JSON.stringify(schema) }, authorization);

describe('clients of a schema registry', () => {
  test('kafkajs registers a schema with a name and a token, and reads what it wrote', async () => {
    const host = `${server.url}/schema-registry`;
    const auth = { username: 'ada', password: ada.token };
    const registry = new SchemaRegistry({ host, auth, retry: { retries: 0 } });
    const schema = { type: SchemaType.JSON as const, schema: JSON.stringify(order) };
    const { id } = await registry.register(schema, { subject: 'kafka.order' });
    expect(await registry.register(schema, { subject: 'kafka.order' })).toEqual({ id });
    const message = await registry.encode(id, { id: 'o1' });
    expect(await registry.decode(message)).toEqual({ id: 'o1' });

    const other = new ConfluentSchemaRegistry({ url: host, retries: 0 });
    await other.fetchSchema(id, (error) => expect(error ?? null).toBeNull());
    const { value } = other.getDeserializers();
    expect(value?.(message)).toEqual({ id: 'o1' });
  });

  test('kafkajs without a token is told so', async () => {
    const registry = new SchemaRegistry({ host: `${server.url}/schema-registry`, retry: { retries: 0 } });
    const schema = { type: SchemaType.JSON as const, schema: JSON.stringify(order) };
    await expect(registry.register(schema, { subject: 'kafka.other' })).rejects.toThrow('token is missing or wrong');
  });

  test('a version that breaks the one before is refused', async () => {
    await register('narrow', order);
    const narrower = { ...order, properties: { id: { type: 'string', maxLength: 3 } } };
    const refused = await register('narrow', narrower);
    expect([refused.status, await refused.json()]).toMatchObject([409, { error_code: 409 }]);
  });

  test('asking whether a schema fits, and looking one up, needs no token', async () => {
    await register('open', order);
    const body = { schemaType: 'JSON', schema: JSON.stringify(order) };
    const fits = await ask('POST', '/compatibility/subjects/open/versions/latest', body);
    expect(await fits.json()).toEqual({ is_compatible: true });
    expect(await (await ask('POST', '/subjects/open', body)).json()).toMatchObject({ subject: 'open', version: 1 });
  });

  test('twelve at once get the ids of twelve schemas', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) => register(`at-once-${index}`, { ...order, title: `${index}` })),
    );
    const ids = await Promise.all(all.map(async (response) => ((await response.json()) as { id: number }).id));
    expect(new Set(ids).size).toBe(12);
  });

  test('names with a slash are one name', async () => {
    await register('team%2Forder', order);
    expect(await (await ask('GET', '/subjects/team%2Forder/versions')).json()).toEqual([1]);
  });
});

describe('a change is refused', () => {
  const changes: readonly (readonly [method: string, path: string, body?: object])[] = [
    ['POST', '/subjects/x/versions', { schema: '{}' }],
    ['PUT', '/config', { compatibility: 'NONE' }],
    ['PUT', '/mode/x', { mode: 'READONLY' }],
    ['DELETE', '/subjects/x'],
    ['DELETE', '/subjects/x/versions/1?permanent=true'],
    ['DELETE', '/config/x'],
  ];
  for (const [method, path, body] of changes) {
    test(`without a token, with a wrong one, and with one that only reads: ${method} ${path}`, async () => {
      const asked = [undefined, 'Bearer swt_wrong', basic('ada', 'wrong'), `Bearer ${reader}`, basic('ada', reader)];
      const answers = await Promise.all(asked.map((authorization) => ask(method, path, body, authorization)));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 403, 403]);
      expect(await answers[0]?.json()).toMatchObject({ message: expect.stringContaining('token is missing') });
    });
  }

  test('from an account that may only read', async () => {
    const [root, eve] = [await registryClient(server.url, 'root'), await registryClient(server.url, 'eve')];
    const given = await fetch(new URL('/api/v1/accounts/eve/role', server.url), {
      method: 'PUT',
      headers: { authorization: `Bearer ${root.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ role: 'reader' }),
    });
    expect(given.status).toBe(204);
    const refused = await register('by-a-reader', order, `Bearer ${eve.token}`);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'seaworthy.server.ROLE_NEEDED' }]);
    expect((await ask('GET', '/subjects', undefined, `Bearer ${eve.token}`)).status).toBe(200);
  });

  const otherwise = [
    '/subjects/new/./versions',
    '/subjects/x/../new/versions',
    '/subjects/new/%2e/versions',
    '/./subjects/new/versions',
    '/subjects/new\\versions',
    '/subjects/new/versions#x',
    '/subjects/new/%76ersions',
    '/%73ubjects/new/versions',
    '/compatibility/../subjects/new/versions',
    '/subjects/new/versions/1/%2e%2e/',
  ];
  for (const path of otherwise) {
    test(`without a token, where the address of a registration is written as ${path}`, async () => {
      const body = JSON.stringify({ schemaType: 'JSON', schema: JSON.stringify(order) });
      expect(await statusOf('POST', path, body)).toBe(401);
      expect((await ask('GET', '/subjects/new/versions')).status).toBe(404);
    });
  }

  test('when its body is too large', async () => {
    const body = { schema: JSON.stringify({ description: 'x'.repeat(2 ** 20) }) };
    expect((await ask('POST', '/subjects/large/versions', body, bearer())).status).toBe(413);
  });
});

test('addresses that the protocol does not have are 404, and other methods 405', async () => {
  expect((await ask('GET', '/nothing')).status).toBe(404);
  expect((await ask('GET', '/subjects/%zz')).status).toBe(400);
  expect((await ask('PATCH', '/subjects')).status).toBe(405);
});

test('schemas are shown on pages and by the management port, as text', async () => {
  await register('shop.%3Cb%3E', { ...order, description: '<script>alert(1)</script>' });
  const list = await (await fetch(new URL('/schemas', server.url))).text();
  expect(list).toContain('<a href="/schemas/shop.%3Cb%3E">shop.&lt;b&gt;</a>');
  const one = await (await fetch(new URL('/schemas/shop.%3Cb%3E', server.url))).text();
  expect(one).toContain('&lt;script&gt;alert(1)');
  expect((await fetch(new URL('/schemas/nothing', server.url))).status).toBe(404);
  expect(await (await fetch(server.url)).text()).toContain('href="/schemas"');
  const managed = (await (await manage(server, '/schemas')).json()) as { schemas: readonly object[] };
  expect(managed.schemas).toContainEqual({ name: 'shop.<b>', versions: [1] });
  expect(managed.schemas).toContainEqual(expect.objectContaining({ name: 'seaworthy.report' }));
});

test('each change is in the audit log with who made it', async () => {
  await register('audited', order);
  await ask('DELETE', '/subjects/audited', undefined, basic('whoever', ada.token));
  await ask('DELETE', '/subjects/audited', undefined, 'Bearer swt_wrong');
  const path = join(server.folder, 'data', 'audit.log');
  const entries = readFileSync(path, 'utf8').trim().split('\n').slice(-3);
  expect(entries.map((line) => JSON.parse(line) as object)).toMatchObject([
    { account: 'ada', kind: 'registered', subject: 'audited', version: 1 },
    { account: 'ada', kind: 'subject-deleted', subject: 'audited' },
    { code: 'seaworthy.server.UNAUTHORIZED', method: 'DELETE', path: '/schema-registry/subjects/audited' },
  ]);
  expect((await verifyAudit(path)).isValid).toBe(true);
});
