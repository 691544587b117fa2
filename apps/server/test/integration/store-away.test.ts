import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { push, reportBody } from '../support/report.ts';
import { manage, runServer, type RunningServer } from '../support/run-server.ts';

let server: RunningServer;
/** Another process, such as a backup. */
let other: DatabaseSync;

beforeEach(async () => {
  server = await runServer();
  await push(server.url, reportBody());
  other = new DatabaseSync(join(server.folder, 'data', 'server.sqlite'));
});

afterEach(async () => {
  other.close();
  await server.stop();
});

const pushStatus = async (overall: number): Promise<number> => (await push(server.url, reportBody({ overall }))).status;
const ready = async (): Promise<{ status: number; says: string }> => {
  const response = await manage(server, '/health/ready');
  return { status: response.status, says: await response.text() };
};
const changes = (): readonly unknown[] =>
  server.log.records.filter(({ message }) => message === 'circuit breaker changed');

/** Pushes at once, more than the breaker takes. */
const manyPushes = (): Promise<readonly number[]> =>
  Promise.all(Array.from({ length: 10 }, (_, index) => pushStatus(index)));

/** Pushes until the breaker has opened. */
async function untilOpen(): Promise<void> {
  const isOpen = async (): Promise<unknown> => {
    expect(new Set(await manyPushes())).toEqual(new Set([503]));
    return changes();
  };
  await expect
    .poll(isOpen, { timeout: 60_000 })
    .toContainEqual(expect.objectContaining({ level: 'warn', pipeline: 'store-writes', from: 'closed', to: 'open' }));
}

test('a lock that stays: pushes are refused without asking, readiness is degraded, the log says so, pages are served', async () => {
  other.exec('BEGIN EXCLUSIVE');
  await untilOpen();
  const readyWhilePushing = async (): Promise<unknown> => {
    await manyPushes();
    return ready();
  };
  await expect
    .poll(readyWhilePushing, { timeout: 60_000 })
    .toMatchObject({ status: 200, says: expect.stringContaining('calls are refused: store-writes') });
  expect((await fetch(server.url)).status).toBe(200);
  expect(await (await manage(server, '/metrics')).text()).toMatch(
    /\nseaworthy_resilience_calls_refused_total\{pipeline="store-writes",by="breaker"\} \d/,
  );
});

test('a refused push says that nothing was changed and when to come again, whoever refused it', async () => {
  other.exec('BEGIN EXCLUSIVE');
  await untilOpen();
  const response = await push(server.url, reportBody({ overall: 1 }));
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await response.json()).toMatchObject({ code: 'seaworthy.server.STORE_UNAVAILABLE' });
});

test('when the lock is gone a sender that waits as it was told gets through at once, and readiness is up again', async () => {
  other.exec('BEGIN EXCLUSIVE');
  await untilOpen();
  other.exec('ROLLBACK');
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect(await pushStatus(50)).toBe(201);
  expect(await manyPushes()).toEqual(Array.from({ length: 10 }, () => 201));
  expect((await ready()).says).toContain('"status":"UP"');
  expect(changes().at(-1)).toMatchObject({ level: 'info', to: 'closed' });
});
