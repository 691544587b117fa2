import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTestLifecycle } from '../src/testing.ts';
import { createWebSocketDrain } from '../src/ws-drain.ts';

class FakeClient extends EventEmitter {
  readonly calls: unknown[] = [];
  readonly answers: boolean;
  constructor(answers: boolean) {
    super();
    this.answers = answers;
  }
  close(code: number, reason: string): void {
    this.calls.push([code, reason, Math.round(performance.now())]);
    if (this.answers) this.emit('close');
  }
  terminate(): void {
    this.calls.push('terminate');
  }
}

class FakeServer extends EventEmitter {
  readonly clients = new Set<FakeClient>();
  isClosed = false;
  join(answers: boolean): FakeClient {
    const client = new FakeClient(answers);
    this.clients.add(client);
    client.once('close', () => this.clients.delete(client));
    this.emit('connection', client);
    return client;
  }
  close(callback: () => void): void {
    this.isClosed = true;
    callback();
  }
}

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

test('clients are told to go with 1001, evenly over the time', async () => {
  const server = new FakeServer();
  const clients = [server.join(true), server.join(true), server.join(true), server.join(true)];
  const startedAt = Math.round(performance.now());
  const done = createWebSocketDrain(server, 1_000).drain(new AbortController().signal);
  await vi.advanceTimersByTimeAsync(1_000);
  await done;
  expect(clients.map(({ calls }) => calls)).toEqual(
    [0, 250, 500, 750].map((afterMs) => [[1001, 'going away', startedAt + afterMs]]),
  );
  expect(server.isClosed).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('a client that comes while draining is told to go at once', async () => {
  const server = new FakeServer();
  server.join(true);
  const done = createWebSocketDrain(server, 1_000).drain(new AbortController().signal);
  const late = server.join(true);
  await vi.advanceTimersByTimeAsync(1);
  await done;
  expect(late.calls).toMatchObject([[1001, 'going away', expect.any(Number)]]);
});

test('without clients the drain ends at once', async () => {
  const server = new FakeServer();
  await createWebSocketDrain(server, 1_000).drain(new AbortController().signal);
  expect(server.isClosed).toBe(true);
});

test('a client that does not go is cut when the time is over, and the report counts it', async () => {
  const { life } = createTestLifecycle();
  const server = new FakeServer();
  const [polite, deaf] = [server.join(true), server.join(false)];
  life.websocket('live', server, { spreadMs: 0, timeoutMs: 500 });
  await life.start();
  const stop = life.stop();
  await vi.advanceTimersByTimeAsync(500);
  expect(await stop).toMatchObject({
    exitCode: 1,
    resources: [{ name: 'live', outcome: 'hung' }],
    active: { connections: { live: 1 } },
  });
  expect([polite.calls.length, deaf.calls.at(-1)]).toEqual([1, 'terminate']);
});
