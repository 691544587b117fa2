// (1) After close() nothing of this registry runs, waits or holds a timer.
// (2) Names are unique: events and counters are told apart by them.
// (3) After remove() nothing here knows of the part, and its calls have ended as after close().
// open -> closed
import { createBalancer, type Balancer, type BalancerOptions } from './balancer.ts';
import { runBatch, type BatchOptions, type BatchReport } from './batch.ts';
import { createCache, type Cache, type CacheOptions } from './cache.ts';
import type { Task } from './call.ts';
import { systemClock, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { createFailover, type Failover, type FailoverOptions } from './failover.ts';
import { createPipeline, type Pipeline, type PipelineOptions, type PipelineStatus } from './pipeline.ts';
import { expectOptions, expectSignal, expectText } from './options.ts';
import { rateLimiter, type RateLimiter, type RateLimiterOptions } from './rate-limit.ts';
import { breakerHealth, healthOf, targetsHealth, type PartHealth, type ResilienceHealth } from './registry-health.ts';
import { Scope } from './scope.ts';

export interface ResilienceOptions {
  /** Ends all calls when it aborts, such as the signal of a lifecycle. */
  readonly signal?: AbortSignal;
  /** @default the clock of the machine */
  readonly clock?: Clock;
}

/** What a part is made of, with or without its name in front. */
type Naming<Args extends readonly unknown[]> = readonly [string, ...Args] | Args;

function hasName<Args extends readonly unknown[]>(args: Naming<Args>): args is readonly [string, ...Args] {
  return typeof args[0] === 'string';
}

type Named<Options> = Omit<Options, 'name' | 'clock'>;

/** A registry of named protection, which can be listed and closed together. */
export interface Resilience extends AsyncDisposable {
  /** @throws seaworthy.resilience.DUPLICATE_NAME */
  pipeline<Replacement = never>(name: string, options?: PipelineOptions<Replacement>): Pipeline<Replacement>;
  /** @throws seaworthy.resilience.DUPLICATE_NAME */
  cache<V>(name: string, options: Named<CacheOptions>): Cache<V>;
  /** Without a name it is called `cache`, the next one `cache-2`. */
  cache<V>(options: Named<CacheOptions>): Cache<V>;
  /** @throws seaworthy.resilience.DUPLICATE_NAME */
  balancer<T>(name: string, targets: readonly T[], options?: Named<BalancerOptions>): Balancer<T>;
  /** Without a name it is called `balancer`, the next one `balancer-2`. */
  balancer<T>(targets: readonly T[], options?: Named<BalancerOptions>): Balancer<T>;
  /** @throws seaworthy.resilience.DUPLICATE_NAME */
  failover<T>(name: string, options: Named<FailoverOptions<T>>): Failover<T>;
  /** Without a name it is called `failover`, the next one `failover-2`. */
  failover<T>(options: Named<FailoverOptions<T>>): Failover<T>;
  /** A rate limiter on the clock of the registry. */
  rateLimiter(options: RateLimiterOptions): RateLimiter;
  /** Runs many tasks and always answers with a report. */
  runAll<T>(tasks: readonly Task<T>[], options?: BatchOptions): Promise<BatchReport<T>>;
  /** What happened in each pipeline so far, in the order they were made. */
  list(): readonly PipelineStatus[];
  /**
   * Ends the calls of a part with seaworthy.resilience.CLOSED and forgets it: its name is free again. For parts that come and go,
   * such as one for each customer. Answers whether there was one.
   */
  remove(name: string): boolean;
  /** How the breakers and the targets are, as plain data for a health check. */
  health(): ResilienceHealth;
  /** Ends calls in flight with seaworthy.resilience.CLOSED, and refuses new ones; safe to call twice. */
  close(): Promise<void>;
}

/** Makes an empty registry. */
export function createResilience(options: ResilienceOptions = {}): Resilience {
  expectOptions<ResilienceOptions>('options', options, { signal: true, clock: true });
  const { signal, clock = systemClock } = options;
  if (signal !== undefined) expectSignal('signal', signal);
  const homes = createHomes(signal);
  const named = <Args extends readonly unknown[]>(kind: string, args: Naming<Args>): readonly [string, ...Args] =>
    hasName(args) ? args : [homes.freeName(kind), ...args];
  return {
    pipeline(name, pipelineOptions = {}) {
      return homes.make(name, (home) => {
        const pipeline = createPipeline(name, pipelineOptions, clock, home);
        const { breaker, status } = pipeline;
        return { part: pipeline, status, ...(breaker && { look: () => breakerHealth(name, breaker.state) }) };
      });
    },
    cache<V>(...args: Naming<[Named<CacheOptions>]>) {
      const [name, given] = named('cache', args);
      return homes.make(name, (home) => ({ part: createCache<V>({ ...given, name, clock }, home) }));
    },
    balancer<T>(...args: Naming<[readonly T[], (Named<BalancerOptions> | undefined)?]>) {
      const [name, targets, given] = named('balancer', args);
      return homes.make(name, (home) => {
        const balancer = createBalancer(targets, { ...given, name, clock }, home);
        return { part: balancer, look: () => targetsHealth('balancer', name, balancer.status()) };
      });
    },
    failover<T>(...args: Naming<[Named<FailoverOptions<T>>]>) {
      const [name, given] = named('failover', args);
      return homes.make(name, (home) => {
        const failover = createFailover({ ...given, name, clock }, home);
        return { part: failover, look: () => targetsHealth('failover', name, failover.status()) };
      });
    },
    rateLimiter: (given) => rateLimiter({ clock, ...given }),
    runAll: async (tasks, given = {}) => runBatch(tasks, { clock, ...given }, homes.root),
    list: () => homes.all().flatMap(({ status }) => status?.() ?? []),
    remove: homes.remove,
    health: () =>
      healthOf(
        homes.all().flatMap(({ look }) => look?.() ?? []),
        homes.root.isOver,
      ),
    close: homes.close,
    [Symbol.asyncDispose]: homes.close,
  };
}

/** What is asked of a part by the registry. */
interface Seen {
  readonly status?: () => PipelineStatus;
  readonly look?: () => PartHealth;
}

interface Homes {
  readonly root: Scope;
  /** Makes something in a scope for everything of its name, which is taken only when that succeeds. */
  make<Part>(name: string, create: (home: Scope) => Seen & { readonly part: Part }): Part;
  /** The kind itself, or with the first number that is free. */
  freeName(kind: string): string;
  /** In the order they were made. */
  all(): readonly Seen[];
  remove(name: string): boolean;
  close(): Promise<void>;
}

function createHomes(signal: AbortSignal | undefined): Homes {
  const homes = new Map<string, { readonly scope: Scope; readonly seen: Seen }>();
  const root = new Scope();
  const unfollow = signal && root.follow(signal);
  const end = (name: string, scope: Scope): void => scope.end(new ResilienceErrors.CLOSED({ pipeline: name }));
  let isClosed = false;
  return {
    root,
    make(name, create) {
      expectText('name', name);
      if (homes.has(name)) throw new ResilienceErrors.DUPLICATE_NAME({ name });
      const scope = new Scope(root);
      try {
        const { part, ...seen } = create(scope);
        homes.set(name, { scope, seen });
        if (isClosed) end(name, scope);
        return part;
      } finally {
        if (!homes.has(name)) scope.close();
      }
    },
    freeName(kind) {
      let name = kind;
      for (let number = 2; homes.has(name); number += 1) name = `${kind}-${number}`;
      return name;
    },
    all: () => [...homes.values()].map(({ seen }) => seen),
    remove(name) {
      const home = homes.get(name);
      if (home === undefined) return false;
      homes.delete(name);
      end(name, home.scope);
      home.scope.close();
      return true;
    },
    async close() {
      isClosed = true;
      unfollow?.();
      for (const [name, { scope }] of homes) end(name, scope);
      end('runAll', root);
    },
  };
}
