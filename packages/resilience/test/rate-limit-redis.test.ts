import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from 'vitest';
import { rateLimiter, redis, type RateLimitRule, type RedisClient } from '../src/index.ts';
import { createFakeClock } from '../src/testing.ts';

const rule: RateLimitRule = { kind: 'sliding-window', limit: 1, windowMs: 60_000 };

test('the key, the rule and the cost go to the server, and its answer comes back', async () => {
  const sent: unknown[] = [];
  const client: RedisClient = {
    call: async (command, _sha, ...words) => {
      sent.push([command, ...words]);
      return [0, 3, '12.5'];
    },
  };
  const window = rateLimiter({ ...rule, store: redis(client) });
  const bucket = rateLimiter({
    kind: 'token-bucket',
    perSec: 5,
    burst: 9,
    store: redis(client, { prefix: 'x:' }),
  });
  expect(await window.take('k')).toEqual({ allowed: false, remaining: 3, retryAfterMs: 12.5 });
  await bucket.take('k', 2);
  expect(sent).toEqual([
    ['EVALSHA', '1', 'rate:window:k', '1', '60000', '1'],
    ['EVALSHA', '1', 'x:bucket:k', '0.005', '9', '2'],
  ]);
});

const failures: readonly { readonly how: string; readonly answer: () => Promise<unknown> }[] = [
  { how: 'fails', answer: async () => Promise.reject(new Error('no connection')) },
  { how: 'never answers', answer: async () => new Promise(() => {}) },
  { how: 'answers nonsense', answer: async () => 'OK' },
];
for (const { how, answer } of failures) {
  test(`a server that ${how} is replaced by this process, and left alone for a while`, async () => {
    const clock = createFakeClock();
    let asked = 0;
    const client: RedisClient = {
      call: async () => {
        asked += 1;
        return answer();
      },
    };
    const heard: unknown[] = [];
    const hear = (message: unknown): unknown => heard.push(message);
    subscribe('seaworthy:resilience:store-failed', hear);
    const limiter = rateLimiter({ ...rule, store: redis(client, { timeoutMs: 100, retryMs: 1_000, clock }) });
    const first = limiter.take();
    await clock.advance(100);
    expect([await first, await limiter.take()]).toMatchObject([{ allowed: true }, { allowed: false }]);
    expect(asked).toBe(1);
    await clock.advance(1_000);
    const later = limiter.take();
    await clock.advance(100);
    await later;
    unsubscribe('seaworthy:resilience:store-failed', hear);
    expect(asked).toBe(2);
    expect(heard).toMatchObject([{ store: 'redis' }, { store: 'redis' }]);
    expect(clock.pending).toBe(0);
  });
}
