// (1) What is taken is counted in one script on the server and by its clock: exact for any number of processes.
// (2) When the server fails or is slow, a store of this process answers, and the server is left alone for `retryMs`.
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellStoreFailed } from './events.ts';
import { expectAboveZero } from './options.ts';
import { memoryStore } from './rate-limit-memory.ts';
import { mostAtOnce, type RateDecision, type RateLimitRule, type RateLimitStore } from './rate-limit.ts';

/** The part of a Redis client that is needed; a client of ioredis fits as it is. */
export interface RedisClient {
  eval(script: string, numberOfKeys: number, ...args: string[]): Promise<unknown>;
}

export interface RedisStoreOptions {
  /** Starts every key. @default 'rate:' */
  readonly prefix?: string;
  /** Waits this long for the server. @default 250 */
  readonly timeoutMs?: number;
  /** Leaves a server that failed alone for this long. @default 1000 */
  readonly retryMs?: number;
  /** Answers while the server is away. @default a store in memory */
  readonly fallback?: RateLimitStore;
  readonly clock?: Clock;
}

const tokenBucket = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local perMs, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * perMs)
local allowed, wait = 0, 0
if tokens >= cost then
  allowed, tokens = 1, tokens - cost
else
  wait = (cost - tokens) / perMs
end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.17g', tokens), 'at', string.format('%.17g', now))
redis.call('PEXPIRE', KEYS[1], math.ceil((burst - tokens) / perMs) + 1000)
return { allowed, math.floor(tokens), tostring(wait) }`;

const slidingWindow = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local limit, windowMs, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local first = redis.call('LINDEX', KEYS[1], 0)
while first and tonumber(first) + windowMs <= now do
  redis.call('LPOP', KEYS[1])
  first = redis.call('LINDEX', KEYS[1], 0)
end
local taken = redis.call('LLEN', KEYS[1])
local inTheWay = taken + cost - limit
if inTheWay > 0 then
  local last = redis.call('LINDEX', KEYS[1], math.ceil(inTheWay) - 1)
  return { 0, limit - taken, tostring(tonumber(last) + windowMs - now) }
end
for _ = 1, cost do redis.call('RPUSH', KEYS[1], string.format('%.17g', now)) end
redis.call('PEXPIRE', KEYS[1], math.ceil(windowMs) + 1000)
return { 1, limit - taken - cost, '0' }`;

/** Shares a rate limit between all processes that use the same Redis. */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): RateLimitStore {
  const { prefix = 'rate:', timeoutMs = 250, retryMs = 1_000, clock = systemClock } = options;
  const { fallback = memoryStore({ clock }) } = options;
  expectAboveZero('timeoutMs', timeoutMs);
  expectAboveZero('retryMs', retryMs);
  let awayUntil = 0;
  return {
    async take(key, rule, cost) {
      if (clock.now() < awayUntil) return fallback.take(key, rule, cost);
      try {
        const [script, ...args] = command(rule, cost);
        const answer = await within(client.eval(script, 1, prefix + key, ...args), timeoutMs, clock);
        return readDecision(answer);
      } catch (error) {
        awayUntil = clock.now() + retryMs;
        tellStoreFailed({ store: 'redis', error });
        return fallback.take(key, rule, cost);
      }
    },
  };
}

function command(rule: RateLimitRule, cost: number): readonly [script: string, ...args: string[]] {
  return rule.kind === 'token-bucket'
    ? [tokenBucket, String(rule.perSec / 1_000), String(mostAtOnce(rule)), String(cost)]
    : [slidingWindow, String(rule.limit), String(rule.windowMs), String(cost)];
}

function readDecision(answer: unknown): RateDecision {
  if (!Array.isArray(answer)) throw new ResilienceErrors.STORE_FAILED({ problem: 'gave no list' });
  const [allowed, remaining, retryAfterMs] = answer.map(Number);
  return { allowed: allowed === 1, remaining: remaining ?? 0, retryAfterMs: retryAfterMs ?? 0 };
}

function late(timeoutMs: number): Error {
  return new ResilienceErrors.STORE_FAILED({ problem: `did not answer within ${timeoutMs} ms` });
}

async function within<T>(work: Promise<T>, timeoutMs: number, clock: Clock): Promise<T> {
  let cancel = (): void => {};
  const over = new Promise<never>((_resolve, reject) => {
    cancel = clock.schedule(timeoutMs, () => reject(late(timeoutMs)));
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    cancel();
  }
}
