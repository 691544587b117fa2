import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { startLoad } from '../support/keep-alive-client.ts';
import { addressesOf, runProgram, type Program } from '../support/program.ts';

let program: Program | undefined;

afterEach(async () => {
  await program?.end();
  program = undefined;
});

async function start(variables: Readonly<Record<string, string>> = {}) {
  program = runProgram({ PORT: '0', ...variables });
  return { ...program, ...(await addressesOf(program)) };
}

test('under 50 keep-alive connections SIGTERM loses no request', async () => {
  const { child, exited, url } = await start();
  const load = startLoad(url, 50);
  await wait(2_000);
  child.kill('SIGTERM');
  const { answered, lost } = await load.finished;
  expect(lost).toEqual([]);
  expect(answered).toBeGreaterThan(50);
  expect(await exited).toBe(0);
});

/** A connection that has had one answer and is idle since. */
async function idleConnection(url: string): Promise<{ socket: Socket; ask: () => Promise<string> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  const ask = async (): Promise<string> => {
    socket.write(`GET /assets/icon.svg HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  };
  await once(socket, 'connect');
  expect(await ask()).toMatch(/^HTTP\/1\.1 200 /);
  return { socket, ask };
}

test('patient: a client that sends on its idle connection after SIGTERM is answered, and told to close it', async () => {
  const { child, exited, url, output } = await start();
  const { ask } = await idleConnection(url);
  child.kill('SIGTERM');
  await expect.poll(output).toContain('"message":"stopping"');
  await wait(500);
  expect(await ask()).toMatch(/^HTTP\/1\.1 200 [^]*connection: close/i);
  expect(await exited).toBe(0);
});

test('prompt: idle connections end at once', async () => {
  const { child, exited, url } = await start({ SEAWORTHY_SHUTDOWN_IDLE: 'prompt' });
  const { socket } = await idleConnection(url);
  const startedAt = performance.now();
  child.kill('SIGTERM');
  await once(socket.resume(), 'close');
  expect(await exited).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});

test('while it is a lame duck it says that it is not ready, and still serves new connections', async () => {
  const { child, exited, url, management, output } = await start({
    SEAWORTHY_SHUTDOWN_LAME_DUCK_MS: '1500',
    SEAWORTHY_SHUTDOWN_IDLE: 'prompt',
  });
  const ready = async (): Promise<number> => (await fetch(new URL('/health/ready', management))).status;
  expect(await ready()).toBe(200);
  child.kill('SIGTERM');
  await expect.poll(output, { interval: 10 }).toContain('"message":"stopping"');
  expect(await ready()).toBe(503);
  expect((await fetch(new URL('/health/live', management))).status).toBe(200);
  const response = await fetch(url, { headers: { connection: 'close' } });
  expect(response.status).toBe(200);
  await response.text();
  expect(await exited).toBe(0);
});

test('a shutdown takes no longer than its grace, whoever holds a connection', async () => {
  const { child, exited, url, output } = await start({ SEAWORTHY_SHUTDOWN_GRACE_MS: '1000' });
  const { socket } = await idleConnection(url);
  const startedAt = performance.now();
  child.kill('SIGTERM');
  await once(socket.resume(), 'close');
  await exited;
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(output()).toContain('"message":"stopped"');
});

test('a stop by the management port ends the process with its exit code: 1 when a connection had to be cut', async () => {
  const token = 'only-for-these-tests';
  const variables = { SEAWORTHY_SHUTDOWN_GRACE_MS: '1000', SEAWORTHY_MANAGEMENT_TOKEN: token };
  const { exited, url, management, output } = await start(variables);
  await idleConnection(url);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  await (await fetch(new URL('/shutdown', management), { method: 'POST', headers })).text();
  expect(await exited).toBe(1);
  expect(output()).toContain('"reason":"management","exitCode":1');
});
