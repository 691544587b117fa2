import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startProgram } from './child.ts';
import { createReader } from './raw-client.ts';
import { cleanUp, get } from './serving.ts';

const lameDuckMs = 300;
const keepAliveMs = 1_000;
/** The default of node:http: how long a request may be on its way after the promised time. */
const bufferMs = 1_000;
/** `/stream` of the program. */
const longestRequestMs = 50;
/** Looking for a quiet turn, the linger, and the end of a process on a busy machine. */
const slackMs = 2_500;
const longestMs = lameDuckMs + keepAliveMs + bufferMs + longestRequestMs + slackMs;

/** Stops a server with an idle and a busy connection; resolves with how long that took, in milliseconds. */
async function stopOnce(): Promise<number> {
  await using child = startProgram('server', { keepAliveMs, lameDuckMs });
  const { port }: { port: number } = JSON.parse(await child.said('port'));
  const idle = connect(port, '127.0.0.1');
  const busy = connect(port, '127.0.0.1');
  cleanUp(() => [idle, busy].map((socket) => socket.destroy()));
  const readers = [createReader(idle), createReader(busy)] as const;
  idle.write(get('/'));
  await readers[0].next();
  busy.write(get('/stream'));
  const startedAt = performance.now();
  child.kill('SIGTERM');
  expect(await readers[1].next()).toMatchObject({ status: 200 });
  expect(await readers[0].next()).toBe('end');
  const { code } = await child.exited;
  expect(code).toBe(0);
  return performance.now() - startedAt;
}

test('the process ends within lame duck + keep-alive + buffer + longest request', async () => {
  // A machine that stands still in one of them does not in all.
  const times: number[] = [];
  while (times.length < 3 && !times.some((ms) => ms < longestMs)) times.push(await stopOnce());
  expect(Math.min(...times)).toBeGreaterThan(lameDuckMs + keepAliveMs);
  expect(Math.min(...times)).toBeLessThan(longestMs);
});

test('readiness is down and the server still serves before the listener of the signal returns', async () => {
  await using child = startProgram('server', { keepAliveMs: 100, lameDuckMs: 200 });
  await child.said('port');
  child.kill('SIGTERM');
  await child.said('{"atSignal":"draining","listening":true}');
  expect((await child.exited).code).toBe(0);
});
