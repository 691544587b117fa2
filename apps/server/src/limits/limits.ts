// How often somebody may ask. With Redis all servers count together.
// (1) Each question is answered within `timeoutMs`, whatever Redis does: then this server counts for itself, with all of each limit.
// (2) Servers that count for themselves say so: in the health, and in the log when it begins and when it is over.
// (3) What is in Redis is the hash of a key: people type their password where a name belongs.
import { hash } from 'node:crypto';
import { degraded } from '@seaworthy/lifecycle';
import {
  memory,
  rateLimiter,
  redis,
  type RateDecision,
  type RateLimiter,
  type RateLimitRule,
  type RateLimitStore,
} from '@seaworthy/resilience';
import type { RedisConnection } from './redis.ts';

/** How often within a minute. */
export interface LimitsPerMinute {
  readonly logins: number;
  readonly reads: number;
  readonly writes: number;
  readonly reports: number;
}

export type Limit = Pick<RateLimiter, 'take'>;

/** Each counts by keys of its own: accounts and addresses for logins and reports, addresses for requests. */
export type Limits = Readonly<Record<keyof LimitsPerMinute, Limit>>;

export interface LimitsLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface SharedLimits extends Limits {
  /** A health check: asks Redis, and answers with `degraded` where this server counts for itself. */
  check(): Promise<unknown>;
}

export interface SharedLimitsOptions {
  readonly connection: Pick<RedisConnection, 'client' | 'problem'>;
  readonly prefix: string;
  readonly logger: LimitsLogger;
  /** How long Redis may take to answer, in milliseconds. @default 250 */
  readonly timeoutMs?: number;
  /** How long a Redis that did not is left alone, in milliseconds. @default 1000 */
  readonly retryMs?: number;
}

/** Limits of one server, in its memory. */
export function localLimits(perMinute: LimitsPerMinute): Limits {
  return limitsOf(perMinute, (_name, rule) => rateLimiter({ ...rule, store: memory() }));
}

/** Limits of all servers that use the same Redis with the same prefix. */
export function sharedLimits(perMinute: LimitsPerMinute, options: SharedLimitsOptions): SharedLimits {
  const { connection, prefix, logger, timeoutMs = 250, retryMs = 1_000 } = options;
  // One for all: when one question was not answered, no other one has to find that out.
  const store = redis(connection.client, { prefix, timeoutMs, retryMs, fallback: localStores() });
  const reasonOf = (): string => connection.problem ?? `Redis gave no answer within ${timeoutMs} ms`;
  const note = transitions(logger, reasonOf);
  const shared = (name: string, rule: RateLimitRule): Limit => {
    const limiter = rateLimiter({ ...rule, store });
    return {
      async take(key = '', cost) {
        const startedAt = performance.now();
        const decision = await limiter.take(`${name} ${hash('sha256', key, 'base64url')}`, cost);
        note(isLocal(decision), startedAt);
        return decision;
      },
    };
  };
  // It writes each time, as real questions do: a server that answers PING may be full, or a replica.
  const probe = shared('probes', { kind: 'token-bucket', perSec: 1_000, burst: 1_000 });
  return {
    ...limitsOf(perMinute, shared),
    async check() {
      if (!isLocal(await probe.take())) return {};
      return degraded('limits are counted by each server for itself', { reason: reasonOf() });
    },
  };
}

function limitsOf(perMinute: LimitsPerMinute, make: (name: string, rule: RateLimitRule) => Limit): Limits {
  const of = (name: keyof LimitsPerMinute): Limit =>
    make(name, { kind: 'sliding-window', limit: perMinute[name], windowMs: 60_000 });
  return { logins: of('logins'), reads: of('reads'), writes: of('writes'), reports: of('reports') };
}

interface LocalDecision extends RateDecision {
  readonly isLocal: true;
}

function isLocal(decision: RateDecision): boolean {
  return 'isLocal' in decision;
}

/** A store for each limit: many addresses that read push no account out of those that have tried to sign in. */
function localStores(): RateLimitStore {
  const stores = new Map<string, RateLimitStore>();
  return {
    async take(key, rule, cost): Promise<LocalDecision> {
      const name = key.slice(0, key.indexOf(' '));
      const store = stores.get(name) ?? memory();
      stores.set(name, store);
      return { ...(await store.take(key, rule, cost)), isLocal: true };
    },
  };
}

/** Logs the change from one to the other, once. An answer to what was asked before the last change tells nothing new. */
function transitions(logger: LimitsLogger, reasonOf: () => string): (isLocal: boolean, startedAt: number) => void {
  let wasLocal = false;
  let changedAt = -Infinity;
  return (isLocal, startedAt) => {
    if (isLocal === wasLocal || startedAt < changedAt) return;
    wasLocal = isLocal;
    changedAt = performance.now();
    if (isLocal) logger.warn({ reason: reasonOf() }, 'limits are counted by this server for itself');
    else logger.info({}, 'limits are counted by all servers together again');
  };
}
