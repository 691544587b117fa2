// A token is good for what it was made for.
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
