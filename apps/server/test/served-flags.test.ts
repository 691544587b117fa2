import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyAudit } from '@seaworthy/logger';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { password } from './support/npm-client.ts';
import { registryClient, type RegistryClient } from './support/registry-client.ts';
import { manage, runServer, type RunningServer } from './support/run-server.ts';

let server: RunningServer;
let ada: RegistryClient;
let eve: RegistryClient;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_FLAGS_ADMINS: 'ada', SEAWORTHY_OFREP_ENABLED: 'true' });
  ada = await registryClient(server.url, 'ada');
  eve = await registryClient(server.url, 'eve');
});

afterAll(() => server.stop());

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: {
    readonly version: number;
    readonly code?: string;
    readonly detail?: string;
    readonly document?: { readonly flags: Readonly<Record<string, unknown>> };
    readonly versions?: readonly { readonly version: number; readonly by: string; readonly cause: string }[];
  };
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  { token = ada.token, ...headers }: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(new URL(`/api/v1/flags${path}`, server.url), {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: response.status,
    etag: response.headers.get('etag'),
    body: (await response.json()) as Answer['body'],
  };
}

const flag = (defaultVariant: 'on' | 'off') => ({
  state: 'ENABLED',
  variants: { on: true, off: false },
  defaultVariant,
});
const document = (defaultVariant: 'on' | 'off') => ({ flags: { beta: flag(defaultVariant) } });
const codeOf = (problem: string) => ({ code: `seaworthy.server.${problem}` });

/** Each test begins with one flag that is off. */
beforeEach(async () => {
  await ask('PUT', '', document('off'));
});

describe('flags that are kept here', () => {
  test('begin with those that ship', async () => {
    const { body } = await ask('GET', '/history/1');
    expect(body).toMatchObject({ version: 1, by: 'seaworthy', document: { flags: { 'project-trend': {} } } });
  });

  test('are in use when a change is answered', async () => {
    const evaluate = async () => {
      const response = await fetch(new URL('/ofrep/v1/evaluate/flags/beta', server.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"context":{}}',
      });
      return ((await response.json()) as { value: unknown }).value;
    };
    expect(await evaluate()).toBe(false);
    await ask('PUT', '/keys/beta', flag('on'));
    expect(await evaluate()).toBe(true);
  });

  test("reach OpenFeature's provider for OFREP", async () => {
    await OpenFeature.setProviderAndWait('served', new OFREPProvider({ baseUrl: server.url }));
    const client = OpenFeature.getClient('served');
    expect(await client.getBooleanValue('beta', true)).toBe(false);
    await ask('PUT', '/keys/beta', flag('on'));
    expect(await client.getBooleanValue('beta', false)).toBe(true);
    await OpenFeature.clearProviders();
  });

  test('tell clients that all flags have changed, and give 304 to those who have them', async () => {
    const all = (etag?: string) =>
      fetch(new URL('/ofrep/v1/evaluate/flags', server.url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(etag !== undefined && { 'if-none-match': etag }) },
        body: '{"context":{}}',
      });
    const etag = (await all()).headers.get('etag') ?? '';
    expect((await all(etag)).status).toBe(304);
    const gone = new AbortController();
    const stream = await fetch(new URL('/ofrep/v1/events', server.url), { signal: gone.signal });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    await ask('PUT', '/keys/beta', flag('on'));
    let heard = '';
    while (!heard.includes('refetchEvaluation')) heard += (await reader?.read())?.value ?? '';
    gone.abort();
    expect((await all(etag)).status).toBe(200);
  });

  test('are set and removed one by one', async () => {
    await ask('PUT', '/keys/a%2Fb', flag('on'));
    expect(Object.keys((await ask('GET', '')).body.document?.flags ?? {})).toEqual(['beta', 'a/b']);
    await ask('DELETE', '/keys/a%2Fb');
    expect((await ask('GET', '')).body.document).toEqual(document('off'));
  });

  test('keep each version with who made it, and go back by a new one', async () => {
    const { version } = (await ask('GET', '')).body;
    await ask('PUT', '/keys/beta', flag('on'));
    const back = await ask('POST', '/rollback', { version });
    expect(back).toMatchObject({ status: 200, etag: `"${version + 2}"`, body: { by: 'ada' } });
    expect((await ask('GET', '')).body.document).toEqual(document('off'));
    const causes = (await ask('GET', '/history')).body.versions?.slice(0, 3).map(({ cause }) => cause);
    expect(causes).toEqual([`back to version ${version}`, 'flag "beta" set', 'all flags replaced']);
  });

  test('are shown on a page and by the management port', async () => {
    const page = await (await fetch(new URL('/flags', server.url))).text();
    expect(page).toContain('<code>beta</code>');
    expect(page).toContain('all flags replaced');
    expect(await (await fetch(server.url)).text()).toContain('href="/flags"');
    expect(JSON.stringify(await (await manage(server, '/flags')).json())).toContain('"beta"');
  });
});

describe('a change is refused', () => {
  const refused: readonly (readonly [what: string, () => Promise<Answer>, status: number, code: string])[] = [
    ['without a token', () => ask('PUT', '', document('on'), { token: '' }), 401, 'UNAUTHORIZED'],
    ['with a wrong token', () => ask('PUT', '', document('on'), { token: 'swt_wrong' }), 401, 'UNAUTHORIZED'],
    [
      'of an account that is not named',
      () => ask('PUT', '', document('on'), { token: eve.token }),
      403,
      'FLAGS_ADMIN_ONLY',
    ],
    ['of a stranger, before its body is read', () => ask('PUT', '', '{', { token: '' }), 401, 'UNAUTHORIZED'],
    ['that is no JSON', () => ask('PUT', '', '{'), 400, 'BAD_REQUEST'],
    ['that is no document of flags', () => ask('PUT', '', []), 422, 'FLAGS_REFUSED'],
    [
      'with a variant that is not there',
      () => ask('PUT', '/keys/beta', { ...flag('on'), defaultVariant: 'x' }),
      422,
      'FLAGS_REFUSED',
    ],
    ['that leaves no flag', () => ask('DELETE', '/keys/beta'), 422, 'FLAGS_REFUSED'],
    ['of a flag that is not there', () => ask('DELETE', '/keys/gamma'), 404, 'FLAG_UNKNOWN'],
    ['of a key that every object has', () => ask('DELETE', '/keys/constructor'), 404, 'FLAG_UNKNOWN'],
    [
      'to a version that is not there',
      () => ask('POST', '/rollback', { version: 99_999 }),
      404,
      'FLAGS_VERSION_UNKNOWN',
    ],
    ['to what is no version', () => ask('POST', '/rollback', {}), 404, 'FLAGS_VERSION_UNKNOWN'],
    [
      'of flags that have changed since',
      () => ask('PUT', '', document('on'), { 'if-match': '"1"' }),
      409,
      'FLAGS_STALE',
    ],
    ['after what is no version', () => ask('PUT', '', document('on'), { 'if-match': 'W/"x"' }), 400, 'BAD_REQUEST'],
  ];
  for (const [what, send, status, code] of refused) {
    test(`${what}: ${status}`, async () => {
      const { version } = (await ask('GET', '')).body;
      expect(await send()).toMatchObject({ status, body: codeOf(code) });
      expect((await ask('GET', '')).body).toMatchObject({ version, document: document('off') });
    });
  }

  test('with a token that may only read: 403', async () => {
    const made = await ada.send('POST', '/-/npm/v1/tokens', { password, readonly: true, cidr_whitelist: [] });
    const { token } = (await made.json()) as { token: string };
    expect(await ask('GET', '', undefined, { token })).toMatchObject({ status: 200 });
    expect(await ask('PUT', '', document('on'), { token })).toMatchObject({
      status: 403,
      body: codeOf('TOKEN_ONLY_READS'),
    });
  });

  test('when another one came first: of many at once that expect one version, one is made', async () => {
    const { version } = (await ask('GET', '')).body;
    const all = await Promise.all(
      Array.from({ length: 8 }, () => ask('PUT', '', document('on'), { 'if-match': `"${version}"` })),
    );
    expect(all.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
      200,
      ...Array(7).fill(409),
    ]);
  });
});

test('reading needs an account that is named', async () => {
  for (const path of ['', '/history', '/history/1']) {
    expect(await ask('GET', path, undefined, { token: '' })).toMatchObject({ status: 401 });
    expect(await ask('GET', path, undefined, { token: eve.token })).toMatchObject({ status: 403 });
  }
});

test('every change and every refusal is in the audit log, which is whole', async () => {
  await ask('PUT', '/keys/beta', flag('on'));
  await ask('PUT', '', document('on'), { token: eve.token });
  const path = join(server.folder, 'data', 'audit.log');
  const entries = readFileSync(path, 'utf8').trim().split('\n').slice(-2);
  expect(entries.map((line) => JSON.parse(line) as object)).toMatchObject([
    { account: 'ada', cause: 'flag "beta" set' },
    { code: 'seaworthy.server.FLAGS_ADMIN_ONLY', method: 'PUT', path: '/api/v1/flags' },
  ]);
  expect((await verifyAudit(path)).isValid).toBe(true);
});
