// How many event streams of flags there may be.
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { runServer, type RunningServer } from './support/run-server.ts';

const patience = { timeout: 20_000, interval: 10 };
let server: RunningServer;

beforeAll(async () => {
  server = await runServer({
    SEAWORTHY_OFREP_ENABLED: 'true',
    SEAWORTHY_OFREP_STREAMS: '3',
    SEAWORTHY_OFREP_STREAMS_PER_ADDRESS: '2',
    SEAWORTHY_TRUSTED_PROXIES: '127.0.0.0/8',
  });
});

afterAll(() => server.stop());

async function follow(address: string): Promise<{ readonly response: Response; readonly leave: () => void }> {
  const gone = new AbortController();
  onTestFinished(() => gone.abort());
  const headers = { 'x-forwarded-for': address };
  const response = await fetch(new URL('/ofrep/v1/events', server.url), { headers, signal: gone.signal });
  return { response, leave: () => gone.abort() };
}

const codeOf = async (response: Response): Promise<[number, unknown]> => [
  response.status,
  ((await response.json()) as { readonly code: string }).code,
];

test('an address, and all together, get no more than they may, and places are free again', async () => {
  const first = await follow('198.51.100.7');
  expect([first.response.status, (await follow('198.51.100.7')).response.status]).toEqual([200, 200]);
  expect(await codeOf((await follow('198.51.100.7')).response)).toEqual([429, 'seaworthy.server.STREAMS_OF_ADDRESS']);
  expect((await follow('198.51.100.8')).response.status).toBe(200);
  const full = (await follow('198.51.100.9')).response;
  expect(full.headers.get('retry-after')).not.toBeNull();
  expect(await codeOf(full)).toEqual([503, 'seaworthy.server.STREAMS_FULL']);
  first.leave();
  await expect.poll(async () => (await follow('198.51.100.9')).response.status, patience).toBe(200);
});
