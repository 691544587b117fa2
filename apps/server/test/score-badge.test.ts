// The score of a project as a picture on pages of others.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scoreBadge } from '../src/modules/web/score-badge.ts';
import { marketClient, type MarketClient } from './support/market-client.ts';
import { push, reportBody } from './support/report.ts';
import { runServer, type RunningServer } from './support/run-server.ts';

let server: RunningServer;
let ada: MarketClient;

beforeAll(async () => {
  server = await runServer();
  ada = await marketClient(server.url, 'ada');
});

afterAll(() => server.stop());

const badge = (name: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
  fetch(`${server.url}/projects/${encodeURIComponent(name)}/badge.svg`, { headers });

const send = (name: string, overall: number): Promise<Response> =>
  push(server.url, reportBody({ name, overall }), { authorization: `Bearer ${ada.npm.token}` });

test.for([
  [100, '100 of 100', '#2b7a3d'],
  [85, '85 of 100', '#2b7a3d'],
  [84, '84 of 100', '#9a5b00'],
  [60, '60 of 100', '#9a5b00'],
  [59, '59 of 100', '#b3261e'],
  [0, '0 of 100', '#b3261e'],
  [null, 'not rated', '#5f6368'],
] as const)('a score of %s is told in words and in a colour', ([score, words, colour]) => {
  const svg = scoreBadge(score).toString();
  expect(svg).toContain(`<title>readiness: ${words}</title>`);
  expect(svg).toContain(`fill="${colour}"`);
  expect(svg).not.toMatch(/script|href|style=/);
});

test('it is a picture that pages of others may show, of the newest report', async () => {
  await send('@shop/orders', 41);
  const first = await badge('@shop/orders');
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8']);
  expect(first.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
  expect(first.headers.get('cache-control')).toBe('public, max-age=60');
  expect(await first.text()).toContain('41 of 100');
  await send('@shop/orders', 90);
  expect(await (await badge('@shop/orders')).text()).toContain('90 of 100');
});

test('whoever has it is not sent it again until the score changes', async () => {
  await send('kept', 70);
  const etag = (await badge('kept')).headers.get('etag') as string;
  const again = await badge('kept', { 'if-none-match': `"other", W/${etag}` });
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  await send('kept', 71);
  expect((await badge('kept', { 'if-none-match': etag })).status).toBe(200);
});

test('a project that is not for everybody has none, also for who may see it, as one that is not there', async () => {
  await send('secret', 70);
  expect((await ada.api('PUT', '/projects/secret/visibility', { visibility: 'internal' })).status).toBe(204);
  const authorization = `Bearer ${ada.npm.token}`;
  const answers = [await badge('secret', { authorization }), await badge('absent')];
  const bodies = await Promise.all(answers.map(async (each) => (await each.json()) as { readonly code: string }));
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  expect(bodies.map(({ code }) => code)).toEqual(Array(2).fill('seaworthy.server.PROJECT_UNKNOWN'));
});
