import { mkdirSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { redis } from '@seaworthy/flags/redis';
import { postgres } from '@seaworthy/flags/postgres';
import {
  postgresPrograms,
  redis as redisServer,
  skipWithout,
  startPostgres,
  startRedis,
  type PostgresServer,
} from '@seaworthy/test-services';
import { afterAll, expect, onTestFinished, test, type TestContext } from 'vitest';
import { unusedPort } from '../support/unused-port.ts';
import { addressesOf, runProgram } from '../support/program.ts';

const flags = { flags: { 'project-trend': { state: 'ENABLED', variants: { on: true }, defaultVariant: 'on' } } };

interface Place {
  readonly url: string;
  /** Takes connections and answers nothing any more, as a machine that hangs. */
  readonly hang: () => void;
  /** Ends all connections and takes no new one. */
  readonly close: () => Promise<void>;
}

/** Stands between the server and a store, so that the network can fail while both live. */
async function network(target: string): Promise<Place> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let isHanging = false;
  const server = createServer((client) => {
    const store = connect(Number(port), hostname);
    for (const socket of [client, store]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (chunk) => isHanging || store.write(chunk));
    store.on('data', (chunk) => isHanging || client.write(chunk));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(() => (server.listening ? close() : undefined));
  const url = new URL(target);
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, hang: () => (isHanging = true), close };
}

/** One for all tests: what fails is the network before it. */
let database: Promise<PostgresServer> | undefined;
afterAll(async () => {
  const server = await database;
  await server?.[Symbol.asyncDispose]();
});

const stores = {
  async Redis(context: TestContext): Promise<Place> {
    const store = await startRedis(skipWithout(context, redisServer));
    onTestFinished(() => store.stop());
    const source = redis(store.url, { key: 'seaworthy-server:flags' });
    await source.publish(flags);
    await source.close();
    return network(store.url);
  },
  async PostgreSQL(context: TestContext): Promise<Place> {
    const programs = skipWithout(context, postgresPrograms);
    const store = await (database ??= startPostgres(programs));
    const source = postgres(store.url, { set: 'seaworthy-server:flags' });
    await source.publish(flags);
    await source.close();
    return network(store.url);
  },
};

for (const [name, open] of Object.entries(stores)) {
  for (const failure of ['hang', 'close'] as const) {
    test(`SIGTERM ends the server cleanly while ${name} ${failure === 'hang' ? 'hangs' : 'is away'}`, async (context) => {
      const place = await open(context);
      const program = runProgram({ PORT: '0', SEAWORTHY_FLAGS_URL: place.url, SEAWORTHY_FLAGS_POLL_MS: '100' });
      onTestFinished(program.end);
      const { url } = await addressesOf(program);
      await place[failure]();
      // Longer than several polls, so that one is under way when the server is told to stop.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect((await fetch(url)).status).toBe(200);
      program.child.kill('SIGTERM');
      expect(await program.exited).toBe(0);
      expect(program.output()).not.toContain('did not stop cleanly');
    });
  }

  test(`POST /shutdown ends the process while ${name} hangs`, async (context) => {
    const place = await open(context);
    const token = 'only-for-these-tests';
    const program = runProgram({
      PORT: '0',
      SEAWORTHY_FLAGS_URL: place.url,
      SEAWORTHY_FLAGS_POLL_MS: '100',
      SEAWORTHY_MANAGEMENT_TOKEN: token,
    });
    onTestFinished(program.end);
    const { management } = await addressesOf(program);
    place.hang();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    expect((await fetch(new URL('/shutdown', management), { method: 'POST', headers })).status).toBe(200);
    expect(await program.exited).toBe(0);
    expect(program.output()).toContain('"reason":"management"');
  });

  test(`a start that fails while ${name} hangs ends with its exit code`, async (context) => {
    const place = await open(context);
    const port = await unusedPort();
    const other = createServer().listen(port, '127.0.0.1');
    onTestFinished(() => void other.close());
    const before = runProgram({ PORT: '0', SEAWORTHY_FLAGS_URL: place.url });
    onTestFinished(before.end);
    await addressesOf(before);
    // The flags that it kept let the next one start without the store.
    before.child.kill('SIGTERM');
    expect(await before.exited).toBe(0);
    place.hang();
    const dataDir = join(before.folder, '.seaworthy', 'server');
    const variables = { PORT: String(port), SEAWORTHY_DATA_DIR: dataDir, SEAWORTHY_FLAGS_URL: place.url };
    const program = runProgram(variables);
    onTestFinished(program.end);
    expect(await program.exited).toBe(78);
    expect(program.output()).toContain('seaworthy.server.PORT_IN_USE');
  });

  test(`a start that fails after ${name} was reached leaves nothing that keeps the process`, async (context) => {
    const place = await open(context);
    const program = runProgram({ PORT: '0', SEAWORTHY_FLAGS_URL: place.url, SEAWORTHY_DATA_DIR: 'data' });
    onTestFinished(program.end);
    mkdirSync(join(program.folder, 'data', 'flags-audit.log'), { recursive: true });
    expect(await program.exited).toBe(73);
    expect(program.output()).toContain('seaworthy.logger.FILE_NOT_OPENED');
  });
}

test('SIGTERM during the start ends the wait for flags that hang', async (context) => {
  const place = await stores.Redis(context);
  place.hang();
  const port = await unusedPort();
  const variables = { PORT: '0', SEAWORTHY_FLAGS_URL: place.url, SEAWORTHY_MANAGEMENT_PORT: String(port) };
  const program = runProgram(variables);
  onTestFinished(program.end);
  const startup = (): Promise<number> =>
    fetch(`http://127.0.0.1:${port}/health/startup`).then(
      ({ status }) => status,
      () => 0,
    );
  // Management answers before anything that it shows has started.
  await expect.poll(startup, { timeout: 20_000 }).toBe(503);
  program.child.kill('SIGTERM');
  expect(await program.exited).toBe(0);
  expect(program.output()).toMatch(/"message":"stopped".+"durationMs":[1-9]\d{0,3}[.,]/);
});
