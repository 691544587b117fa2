// (1) What is taken is counted in one script on the server and by its clock: exact for any number of processes, and whatever
//     their clocks say.
// (2) When the server fails or is slow, a store of this process answers, and the server is left alone for `retryMs`; then one
//     call asks it again while the others still get their answers here.
import { scheduleLimit, systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { tellStoreFailed } from './events.ts';
import { badOption, expectAboveZero, expectOptions, type OptionNames } from './options.ts';
import { memory } from './rate-limit-memory.ts';
import { mostAtOnce, type RateDecision, type RateLimitRule, type RateLimitStore } from './rate-limit-rule.ts';
import { createScripts, type Script, type Scripts } from './rate-limit-scripts.ts';

/** The part of a client of `ioredis` that is needed. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** The part of a client of the library `redis` that is needed. */
export interface NodeRedisClient {
  sendCommand(words: string[]): Promise<unknown>;
}

/**
 * A client of `ioredis` or of `redis`, as it is. Connect it before, listen to its errors, and switch its queue for the time
 * without a connection off (`enableOfflineQueue: false`, `disableOfflineQueue: true`): a queued command would be counted late.
 */
export type RedisClient = IoRedisClient | NodeRedisClient;

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

const storeOptions: OptionNames<RedisStoreOptions> = {
  prefix: true,
  timeoutMs: true,
  retryMs: true,
  fallback: true,
  clock: true,
};

/** Shares a rate limit between all processes that use the same Redis (version 5 or later). @throws seaworthy.resilience.BAD_OPTION */
export function redis(client: RedisClient, options: RedisStoreOptions = {}): RateLimitStore {
  expectOptions('options', options, storeOptions);
  const { prefix = 'rate:', timeoutMs = 250, retryMs = 1_000, clock = systemClock } = options;
  const { fallback = memory({ clock }) } = options;
  expectAboveZero('timeoutMs', timeoutMs);
  expectAboveZero('retryMs', retryMs);
  const send = sender(client);
  const scripts = createScripts();
  // A clock may begin anywhere, also below 0.
  let awayUntil = -Infinity;
  return {
    async take(key, rule, cost) {
      const now = clock.now();
      if (now < awayUntil) return fallback.take(key, rule, cost);
      // Before the answer is there: all that come meanwhile would wait for a server that may still be away.
      const wasAway = awayUntil !== -Infinity;
      if (wasAway) awayUntil = now + retryMs;
      try {
        const { script, words } = command(scripts, prefix, key, rule, cost);
        const decision = readDecision(await within(evaluate(send, script, words), timeoutMs, clock));
        if (wasAway) awayUntil = -Infinity;
        return decision;
      } catch (error) {
        awayUntil = clock.now() + retryMs;
        tellStoreFailed({ store: 'redis', error });
        return fallback.take(key, rule, cost);
      }
    },
  };
}

type Send = (command: string, ...words: string[]) => Promise<unknown>;

// A client of ioredis has a `sendCommand` too, which takes something else.
function sender(client: RedisClient): Send {
  const isClient = typeof client === 'object' && client !== null && ('call' in client || 'sendCommand' in client);
  if (!isClient) throw badOption('client', 'a client of ioredis or redis', client);
  return 'call' in client ? async (...words) => client.call(...words) : async (...words) => client.sendCommand(words);
}

/** Runs a script by its hash, and sends its text only to a server that does not know it. */
async function evaluate(send: Send, { sha, text }: Script, words: readonly string[]): Promise<unknown> {
  try {
    return await send('EVALSHA', sha, '1', ...words);
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
    return send('EVAL', text, '1', ...words);
  }
}

interface Command {
  readonly script: Script;
  readonly words: readonly string[];
}

// The kinds have keys of their own: what one keeps means nothing to the other.
function command(scripts: Scripts, prefix: string, key: string, rule: RateLimitRule, cost: number): Command {
  if (rule.kind === 'token-bucket') {
    const words = [`${prefix}bucket:${key}`, String(rule.perSec / 1_000), String(mostAtOnce(rule)), String(cost)];
    return { script: scripts.tokenBucket, words };
  }
  const words = [`${prefix}window:${key}`, String(rule.limit), String(rule.windowMs), String(cost)];
  return { script: scripts.slidingWindow, words };
}

function readDecision(answer: unknown): RateDecision {
  const [allowed, remaining, retryAfterMs] = Array.isArray(answer) ? answer.map(Number) : [];
  const isWhole = [allowed, remaining, retryAfterMs].every(Number.isFinite);
  if (!isWhole) throw new ResilienceErrors.STORE_FAILED({ problem: 'its answer was no list of three numbers' });
  return { allowed: allowed === 1, remaining: remaining ?? 0, retryAfterMs: retryAfterMs ?? 0 };
}

async function within<T>(work: Promise<T>, timeoutMs: number, clock: Clock): Promise<T> {
  let cancel = (): void => {};
  const late = new Promise<never>((_resolve, reject) => {
    const problem = `it gave no answer within ${timeoutMs} ms`;
    cancel = scheduleLimit(clock, timeoutMs, () => reject(new ResilienceErrors.STORE_FAILED({ problem })));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
  }
}
