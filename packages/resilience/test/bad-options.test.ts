// Options as JavaScript gives them: a type is no help there, and a protection that is silently off is worse than none.
import { expect, test } from 'vitest';
import {
  backoff,
  bulkhead,
  circuitBreaker,
  createResilience,
  rateLimiter,
  redis,
  ResilienceErrors,
  retry,
  runAll,
} from '../src/index.ts';

const r = createResilience();
let count = 0;
const pipeline = (options: unknown) => (): unknown =>
  Reflect.apply(r.pipeline, undefined, [`p${(count += 1)}`, options]);
const call =
  (make: (...args: never[]) => unknown, ...args: readonly unknown[]) =>
  (): unknown =>
    Reflect.apply(make, undefined, args);

const object = 'an object with options';
const cases: readonly (readonly [string, () => unknown])[] = [
  [`retry\` to be ${object}, got \`3\` (number)`, pipeline({ retry: 3 })],
  [`retry\` to be ${object}, got \`null\` (object)`, pipeline({ retry: null })],
  [`breaker\` to be ${object}, got \`true\` (boolean)`, pipeline({ breaker: true })],
  [`hedge\` to be ${object}, got \`50\` (number)`, pipeline({ hedge: 50 })],
  [`bulkhead\` to be ${object}, got \`5\` (number)`, pipeline({ bulkhead: 5 })],
  [`rateLimit\` to be ${object}, got \`5\` (number)`, pipeline({ rateLimit: 5 })],
  ['fallback` to be a function, got `x` (string)', pipeline({ fallback: 'x' })],
  ['retry.when` to be a function, got `an object` (object)', call(retry, { when: {} })],
  [`retry.budget\` to be ${object}, got \`true\` (boolean)`, call(retry, { budget: true })],
  ['jitter` to be one of full, equal, none, got `decorrelated` (string)', call(backoff, { jitter: 'decorrelated' })],
  ['random` to be a function, got `1` (number)', call(backoff, { random: 1 })],
  [`breaker.window\` to be ${object}, got \`5\` (number)`, call(circuitBreaker, { window: 5 })],
  [
    'breaker.window.calls` to be a whole number of at most 16777216, got `1099511627776` (number)',
    call(circuitBreaker, { window: { calls: 2 ** 40 } }),
  ],
  ['breaker.isFailure` to be a function, got `a list` (object)', call(circuitBreaker, { isFailure: [] })],
  [`bulkhead\` to be ${object}, got \`5\` (number)`, call(bulkhead, 5)],
  [
    "bulkhead.concurrency` to be a whole number, 'adaptive', or an object with options, got `undefined` (undefined)",
    call(bulkhead, {}),
  ],
  [
    'kind` to be one of token-bucket, sliding-window, got `leaky` (string)',
    call(rateLimiter, { kind: 'leaky', perSec: 5 }),
  ],
  ['client` to be a client of ioredis or redis, got `redis://localhost` (string)', call(redis, 'redis://localhost')],
  ['client` to be a client of ioredis or redis, got `an object` (object)', call(redis, {})],
  [
    'strategy` to be one of round-robin, least-connections, weighted, got `random` (string)',
    call(r.balancer, ['a'], { strategy: 'random' }),
  ],
  ['targets` to be a list, got `undefined` (undefined)', call(r.balancer, 'b', undefined)],
  ['fallbacks` to be a list, got `undefined` (undefined)', call(r.failover, { primary: 'a' })],
  ['sizeOf` to be a function, got `5` (number)', call(r.cache, { ttlMs: 1, sizeOf: 5 })],
];
for (const [says, make] of cases) {
  test(`Expected \`${says}.`, () => {
    expect(make).toThrow(`Expected \`${says}.`);
    expect(make).toThrow(ResilienceErrors.BAD_OPTION);
  });
}

test('a batch of nothing, or with a mode that there is not, is refused', async () => {
  await expect(call(runAll, undefined)()).rejects.toThrow('Expected `tasks` to be a list, got `undefined`');
  await expect(call(runAll, [], { mode: 'failfast' })()).rejects.toThrow(
    'Expected `mode` to be one of continue_on_error, fail_fast, got `failfast` (string).',
  );
});

test('a name is free again after its options were wrong', () => {
  expect(() => r.pipeline('again', { totalTimeoutMs: -1 })).toThrow(ResilienceErrors.BAD_OPTION);
  expect(r.pipeline('again', { totalTimeoutMs: 1 }).name).toBe('again');
});
