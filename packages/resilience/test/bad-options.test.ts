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

const work = (): string => 'done';
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
  [`options\` to be ${object}, got \`null\` (object)`, call(createResilience, null)],
  ['signal` to be an AbortSignal, got `an object` (object)', call(createResilience, { signal: {} })],
  ['name` to be a text, got `undefined` (undefined)', call(r.pipeline, undefined)],
  [`retry\` to be ${object}, got \`null\` (object)`, call(retry, null)],
  [`breaker\` to be ${object}, got \`null\` (object)`, call(circuitBreaker, null)],
  [`bulkhead\` to be ${object}, got \`undefined\` (undefined)`, call(bulkhead, undefined)],
  [`options\` to be ${object}, got \`undefined\` (undefined)`, call(rateLimiter, undefined)],
  [`options\` to be ${object}, got \`null\` (object)`, call(backoff, null)],
  [`options\` to be ${object}, got \`null\` (object)`, call(redis, { call: work }, null)],
  [`health\` to be ${object}, got \`5\` (number)`, call(r.balancer, ['a'], { health: 5 })],
  ['health.isFailure` to be a function, got `5` (number)', call(r.balancer, ['a'], { health: { isFailure: 5 } })],
  [`breaker.halfOpen\` to be ${object}, got \`3\` (number)`, call(circuitBreaker, { halfOpen: 3 })],
  [
    'options` to be an object with no options but rateLimit, totalTimeoutMs, retry, breaker, attemptTimeoutMs, hedge, bulkhead, fallback, got `timeoutMs` (string)',
    pipeline({ timeoutMs: 5 }),
  ],
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

const misspelt: readonly (readonly [string, () => unknown])[] = [
  ['retry', pipeline({ retry: { maxRetries: 3 } })],
  ['retry.budget', call(retry, { budget: { share: 1 } })],
  ['breaker', pipeline({ breaker: { treshold: 3 } })],
  ['breaker.halfOpen', pipeline({ breaker: { halfOpen: { toString: 3 } } })],
  ['hedge', pipeline({ hedge: { afterMs: 5, most: 3 } })],
  ['bulkhead', pipeline({ bulkhead: { concurrency: 5, maxQueue: 3 } })],
  ['bulkhead.concurrency', pipeline({ bulkhead: { concurrency: { maximum: 3 } } })],
  ['health', call(r.balancer, ['a'], { health: { intervall: 3 } })],
  ['options', call(r.balancer, ['a'], { weigths: [3] })],
  ['options', call(r.failover, { primary: 'a', fallbacks: [], timeoutMs: 3 })],
  ['options', call(r.cache, { ttlMs: 5, max: 3 })],
  ['options', call(createResilience, { abort: 3 })],
  ['options', call(backoff, { firstMS: 3 })],
  ['options', call(rateLimiter, { kind: 'token-bucket', perSec: 5, brust: 3 })],
  ['options', call(rateLimiter, { kind: 'sliding-window', limit: 5, windowMs: 1, perSec: 3 })],
  ['options', pipeline({ rateLimit: { kind: 'token-bucket', perSec: 5, maxKeys: 3 } })],
  ['options', call(redis, { call: work }, { timeout: 3 })],
];
for (const [index, [where, make]] of misspelt.entries()) {
  test(`an option that there is not is refused, in \`${where}\` (${index})`, () => {
    expect(make).toThrow(`Expected \`${where}\` to be an object with no options but `);
    expect(make).toThrow(ResilienceErrors.BAD_OPTION);
  });
}

const wrongCalls: readonly (readonly [string, readonly unknown[]])[] = [
  ['task` to be a function, got `undefined`', [undefined]],
  [`options\` to be ${object}, got \`null\``, [work, null]],
  [`options\` to be ${object}, got \`5\``, [work, 5]],
  [`options\` to be ${object}, got \`a function\``, [work, () => {}]],
  [`options\` to be ${object}, got \`a list\``, [work, []]],
  ['signal` to be an AbortSignal, got `5`', [work, { signal: 5 }]],
  ['signal` to be an AbortSignal, got `an object`', [work, { signal: { aborted: false } }]],
];
const callables = {
  pipeline: () => r.pipeline('called', { retry: { max: 3 }, breaker: {}, fallback: () => 'fallback' }).execute,
  policy: () => circuitBreaker({ minCalls: 1 }).execute,
  balancer: () => r.balancer('called', ['a']).execute,
  failover: () => r.failover('called', { primary: 'a', fallbacks: ['b'] }).execute,
} as const;
for (const [kind, make] of Object.entries(callables)) {
  test(`a call that cannot be made rejects, is not begun, and is not the fault of the other side (${kind})`, async () => {
    const execute = make();
    const before = r.health();
    for (const [says, args] of wrongCalls) {
      const answer: unknown = Reflect.apply(execute, undefined, args);
      await expect(answer).rejects.toThrow(`Expected \`${says}`);
      await expect(answer).rejects.toThrow(ResilienceErrors.BAD_OPTION);
    }
    expect(r.health()).toEqual(before);
    expect(r.list().find(({ name }) => name === 'called')?.calls ?? 0).toBe(0);
    r.remove('called');
  });
}

test('as in the options of fetch a signal of null is none', async () => {
  await expect(call(retry().execute, work, { signal: null })()).resolves.toBe('done');
});

test('a name is free again after its options were wrong', () => {
  expect(() => r.pipeline('again', { totalTimeoutMs: -1 })).toThrow(ResilienceErrors.BAD_OPTION);
  expect(r.pipeline('again', { totalTimeoutMs: 1 }).name).toBe('again');
});
