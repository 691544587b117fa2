// How many reports somebody may send.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registryClient } from '../support/registry-client.ts';
import { push, reportBody } from '../support/report.ts';
import { runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await runServer({ SEAWORTHY_REPORTS_PER_MINUTE: '3', SEAWORTHY_TRUSTED_PROXIES: '127.0.0.0/8' });
});

afterAll(() => server.stop());

const sendFrom = (address: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  push(server.url, reportBody({ name: 'orders' }), { 'x-forwarded-for': address, ...headers });

test('an address that sends too many reports is told when to come back, and others are not held up', async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) statuses.push((await sendFrom('198.51.100.7')).status);
  expect(statuses).toEqual([201, 200, 200]);
  const refused = await sendFrom('198.51.100.7');
  expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toEqual([
    429,
    expect.stringMatching(/^\d+$/),
    expect.objectContaining({ code: 'seaworthy.server.TOO_MANY_REQUESTS' }),
  ]);
  expect((await sendFrom('198.51.100.8')).status).toBe(200);
});

test('an account that sends from one address after the other counts as one', async () => {
  const { token } = await registryClient(server.url, 'ada');
  const authorization = `Bearer ${token}`;
  const body = reportBody({ name: 'shop' });
  const statuses: number[] = [];
  for (let count = 10; count < 14; count += 1) {
    const headers = { authorization, 'x-forwarded-for': `198.51.100.${count}` };
    statuses.push((await push(server.url, body, headers)).status);
  }
  expect(statuses).toEqual([201, 200, 200, 429]);
});

test('whoever guesses tokens is refused before they are looked up', async () => {
  const statuses: number[] = [];
  for (let count = 0; count < 4; count += 1) {
    statuses.push((await sendFrom('198.51.100.30', { authorization: `Bearer guess-${count}` })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 429]);
});
