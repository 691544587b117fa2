// A vault that speaks HTTP, with tokens that expire: it stands in for a real one, with real sockets.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConfigErrors, defineConfig, detectEnvironment, int, secret, vault, type Vault } from '../../src/index.ts';

const shape = { password: secret().reloadable(), poolMax: int().default(5).reloadable() };
const definition = defineConfig(shape, { env: detectEnvironment({ env: {} }) });

type Answer = (response: ServerResponse) => void;

let server: Server;
let client: Vault;
let answer: Answer;
let requests: number;

const gives =
  (password: string, leaseMs?: number): Answer =>
  (response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ values: { password }, leaseMs }));
  };
const fails: Answer = (response) => {
  response.writeHead(500).end('hunter2 is not the password');
};
const resets: Answer = (response) => {
  response.destroy();
};
const hangs: Answer = () => {};

class VaultFailed extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

beforeEach(async () => {
  requests = 0;
  server = createServer((_request, response) => {
    requests += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  client = {
    read: async ({ signal }) => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/app`, { signal });
      if (!response.ok) throw new VaultFailed(`HTTP_${response.status}`, await response.text());
      return (await response.json()) as { values: object; leaseMs?: number };
    },
  };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function problems(timeoutMs = 10_000): Promise<string> {
  const error: unknown = await definition
    .load([vault('vault', client)], { timeoutMs })
    .catch((failure: unknown) => failure);
  if (!ConfigErrors.INVALID.is(error)) throw error;
  return error.message;
}

test('the values of a vault are loaded, and know where they came from', async () => {
  answer = gives('one', 60_000);
  await using config = await definition.load([vault('vault:app', client)]);
  expect(config.value.password.reveal()).toBe('one');
  expect(config.explain('password')).toMatchObject({ value: '[redacted]', source: 'vault:app' });
});

test('a lease is renewed before it is over, again and again, and a followed secret is the new one', async () => {
  const passwords = Array.from({ length: 5 }, (_, index) => `password ${index}`);
  answer = (response) => gives(passwords[Math.min(requests, 5) - 1] ?? '', 90)(response);
  await using config = await definition.load([vault('vault', client)], { watch: true });
  const followed = config.secret('password');
  expect(followed.reveal()).toBe('password 0');
  await vi.waitFor(() => expect(followed.reveal()).toBe('password 4'), { timeout: 60_000, interval: 5 });
  expect(config.history().every(({ by }) => by === 'load' || by === 'lease')).toBe(true);
});

for (const { how, broken, says } of [
  { how: 'answers 500', broken: fails, says: 'could not be read (HTTP_500)' },
  { how: 'resets the connection', broken: resets, says: 'could not be read (TypeError)' },
]) {
  test(`a vault that ${how} at the start is a problem that quotes nothing`, async () => {
    answer = broken;
    const message = await problems();
    expect(message).toContain(says);
    expect(message).not.toContain('hunter2');
  });

  test(`a vault that ${how} at the renewal leaves the last good values, says so, and is asked again`, async () => {
    answer = gives('one', 60);
    await using config = await definition.load([vault('vault', client)], { watch: true });
    answer = broken;
    await vi.waitFor(() => expect(config.status().ok).toBe(false), { timeout: 60_000, interval: 5 });
    expect(config.value.password.reveal()).toBe('one');
    expect(String(config.status().error)).toContain(says);
    answer = gives('two', 60_000);
    await vi.waitFor(() => expect(config.value.password.reveal()).toBe('two'), { timeout: 60_000, interval: 5 });
    expect(config.status().ok).toBe(true);
  });
}

test('a vault that does not answer is given up after the deadline, and its connection is closed', async () => {
  answer = hangs;
  const isClosed = new Promise((resolve) => server.once('connection', (socket) => socket.once('close', resolve)));
  expect(await problems(50)).toContain('did not answer within 50 ms');
  await isClosed;
});

test('a vault that is down is a problem', async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await problems()).toContain('vault');
  server.listen(0, '127.0.0.1');
});

test('a lease that is not above 0 is a problem', async () => {
  answer = gives('one', 0);
  expect(await problems()).toContain('gave a lease of 0 ms, expected more than 0.');
});

test('after close nothing is renewed', async () => {
  answer = gives('one', 30);
  const config = await definition.load([vault('vault', client)], { watch: true });
  await vi.waitFor(() => expect(requests).toBeGreaterThan(2), { timeout: 60_000, interval: 5 });
  await config.close();
  const before = requests;
  await fetchOnce();
  expect(requests).toBe(before + 1);
});

/** A round trip gives a renewal that was under way the time to arrive. */
async function fetchOnce(): Promise<void> {
  await client.read({ signal: AbortSignal.timeout(5_000) });
}
