// A token is good for what it was made for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { password } from '../support/npm-client.ts';
import { registryClient, withToken, type RegistryClient } from '../support/registry-client.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
let ada: RegistryClient;

beforeAll(async () => {
  server = await runServer();
  ada = await registryClient(server.url, 'ada');
});

afterAll(() => server.stop());

interface Made {
  readonly key: string;
  readonly token: string;
}

async function make(more: object = {}): Promise<Made> {
  return (await (await ada.send('POST', '/-/npm/v1/tokens', { password, ...more })).json()) as Made;
}

test('one that only reads revokes no other one, by its key or by itself', async () => {
  const [reader, other] = [await make({ readonly: true }), await make()];
  const client = withToken(server.url, reader.token);
  for (const path of [`/-/npm/v1/tokens/token/${other.key}`, `/-/user/token/${other.token}`]) {
    const refused = await client.send('DELETE', path);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'seaworthy.server.TOKEN_ONLY_READS' }]);
  }
  expect((await withToken(server.url, other.token).get('/-/whoami')).status).toBe(200);
});

test('one that only reads ends itself, as npm logout asks for', async () => {
  const reader = await make({ readonly: true });
  const client = withToken(server.url, reader.token);
  expect((await client.send('DELETE', `/-/user/token/${reader.token}`)).status).toBe(200);
  expect((await client.get('/-/whoami')).status).toBe(401);
});

test('one that cannot end itself is in no answer, no log and no audit record', async () => {
  const elsewhere = await make({ cidr_whitelist: ['10.0.0.0/8'] });
  const client = withToken(server.url, elsewhere.token);
  const path = `/-/user/token/${elsewhere.token}`;
  const refused = await client.send('DELETE', path, undefined, { 'x-request-id': 'refused-logout' });
  expect([refused.status, await refused.json()]).toMatchObject([401, { instance: '/npm/-/user/token/***' }]);
  await expect
    .poll(() => server.log.records.find((record) => record['requestId'] === 'refused-logout' && 'path' in record), {
      timeout: 10_000,
    })
    .toMatchObject({ path: '/npm/-/user/token/***', status: 401 });
  expect(JSON.stringify(server.log.records)).not.toContain(elsewhere.token);
  const audit = readFileSync(join(server.folder, 'data/audit.log'), 'utf8');
  expect(audit).toContain('/npm/-/user/token/***');
  expect(audit).not.toContain(elsewhere.token);
});
