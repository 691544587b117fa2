import { expect, test } from 'vitest';
import { startProgram } from './child.ts';
import { loadConnection, nothingSeen, type Seen } from './raw-client.ts';

const get =
  (path: string) =>
  (n: number): string =>
    `GET ${path}?n=${n} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
const post = (): string =>
  `POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 20000\r\n\r\n${'x'.repeat(20_000)}`;
const mixed = (n: number): string => [get('/')(n), get('/slow')(n), get('/stream')(n), post()][n % 4] ?? get('/')(n);

interface Drained {
  readonly ran: number;
  readonly answered: number;
  readonly outcome: string;
  readonly active: { connections: object };
}

async function drainUnderLoad(
  request: (n: number) => string,
  pipelining: number,
): Promise<{ seen: Seen[]; drained: Drained }> {
  await using child = startProgram('server', { keepAliveMs: 1_000 });
  const { port }: { port: number } = JSON.parse(await child.said('port'));
  const giveUp = new AbortController();
  const seen = Array.from({ length: 50 }, nothingSeen);
  const load = seen.map((counts) => loadConnection({ port, request, pipelining, signal: giveUp.signal, seen: counts }));
  // As early as that: most connections still wait in the kernel's queue, and each must be taken before the server closes.
  await expect.poll(() => seen.some(({ answers }) => answers > 0), { timeout: 20_000, interval: 1 }).toBe(true);
  child.kill('SIGTERM');
  const exit = await child.exited;
  giveUp.abort();
  await Promise.all(load);
  expect(exit.code).toBe(0);
  const drained: Drained = JSON.parse(exit.out.trim().split('\n').at(-1) ?? '');
  return { seen, drained };
}

const kinds = [
  { kind: 'quick requests', request: get('/'), pipelining: 1 },
  { kind: 'a mix of quick, slow, streamed and uploading requests', request: mixed, pipelining: 1 },
  { kind: 'pipelined requests, four at a time', request: get('/'), pipelining: 4 },
  { kind: 'a pipelined mix', request: mixed, pipelining: 3 },
];
for (const { kind, request, pipelining } of kinds) {
  for (const run of [1, 2, 3]) {
    test(`SIGTERM amid ${kind} on 50 keep-alive connections loses nothing (run ${run})`, async () => {
      const { seen, drained } = await drainUnderLoad(request, pipelining);
      expect(seen.flatMap(({ lost }) => lost)).toEqual([]);
      expect(seen.reduce((sum, { serverErrors }) => sum + serverErrors, 0)).toBe(0);
      expect(seen.reduce((sum, { answers }) => sum + answers, 0)).toBe(drained.answered);
      expect(drained.answered).toBe(drained.ran);
      expect(drained.answered).toBeGreaterThan(0);
      expect(drained).toMatchObject({ outcome: 'ok', active: { connections: {} } });
    });
  }
}
