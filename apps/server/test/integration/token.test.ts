import { afterEach, expect, test } from 'vitest';
import { loadSettings } from '../../src/settings.ts';
import { push, reportBody } from '../support/report.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

const token = 'a-token-for-this-test';
let server: RunningServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const refusal = 'seaworthy.server.UNAUTHORIZED';
const cases = [
  { title: 'no token', headers: {}, status: 401, code: refusal },
  { title: 'a wrong token', headers: { authorization: 'Bearer another-token-entirely' }, status: 401, code: refusal },
  { title: 'the token in another scheme', headers: { authorization: `Basic ${token}` }, status: 401, code: refusal },
  { title: 'the right token', headers: { authorization: `Bearer ${token}` }, status: 201, code: undefined },
] as const;

test('with a push token every other push is refused, and reading stays open', async () => {
  server = await runServer({ SEAWORTHY_PUSH_TOKEN: token });
  for (const { title, headers, status, code } of cases) {
    const response = await push(server.url, reportBody(), headers);
    const answer = (await response.json()) as { code?: string };
    expect([title, response.status, answer.code]).toEqual([title, status, code]);
  }
  expect((await fetch(server.url)).status).toBe(200);
  expect(JSON.stringify(server.log.records)).not.toContain(token);
});

test('an address that others reach is refused without a token', async () => {
  const load = loadSettings({ variables: { SEAWORTHY_HOST: '0.0.0.0' }, args: [] });
  await expect(load).rejects.toMatchObject({
    code: 'seaworthy.config.INVALID',
    message: expect.stringContaining('without a token'),
  });
});
