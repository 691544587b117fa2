// (1) However many ask for a key at the same time, it is loaded once.
// (2) A caller that gives up disturbs no other; a load that nobody waits for any more is ended.
// (3) A load has a time limit, so that one that hangs does not block its key for ever.
import { untilOver } from './call.ts';
import { scheduleLimit, type Clock } from './clock.ts';
import { ResilienceErrors } from './errors.ts';
import { Scope } from './scope.ts';

/** Gets a value; the signal aborts when nobody waits for it any more. */
export type Loader<V> = (context: { readonly signal: AbortSignal }) => V | Promise<V>;

export interface SingleFlightOptions<V> {
  readonly name: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Ends all loads when it ends. */
  readonly home: Scope;
  /** Gets what was loaded, unless the load was dropped. */
  readonly keep: (key: string, value: V) => void;
}

interface Load<V> {
  readonly scope: Scope;
  readonly value: Promise<V>;
  isSettled: boolean;
  waiting: number;
}

/** Loads that are shared by everybody who asks for the same key. */
export class SingleFlight<V> {
  readonly #options: SingleFlightOptions<V>;
  readonly #loads = new Map<string, Load<V>>();

  constructor(options: SingleFlightOptions<V>) {
    this.#options = options;
  }

  /** Waits for the load of a key, which is started if there is none; `caller` may give up. */
  async join(key: string, load: Loader<V>, caller: Scope): Promise<V> {
    caller.throwIfOver();
    const shared = this.#loads.get(key) ?? this.#start(key, load);
    shared.waiting += 1;
    try {
      return await untilOver(caller, shared.value);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0 && !shared.isSettled) this.#giveUp(key, shared);
    }
  }

  /** What is being loaded is for those who wait already; who asks from now on gets a new load. */
  drop(key: string): void {
    this.#loads.delete(key);
  }

  dropAll(): void {
    this.#loads.clear();
  }

  #start(key: string, load: Loader<V>): Load<V> {
    const { name, timeoutMs, clock, home, keep } = this.#options;
    const scope = new Scope(home, clock.now() + timeoutMs);
    const cancel = scheduleLimit(clock, timeoutMs, () =>
      scope.end(new ResilienceErrors.TIMED_OUT({ pipeline: name, limit: 'load', timeoutMs })),
    );
    const kept = runLoad(scope, load).then((value) => {
      if (this.#loads.get(key) === started) keep(key, value);
      return value;
    });
    const value = kept.finally(() => {
      cancel();
      scope.close();
      started.isSettled = true;
      this.#forget(key, started);
    });
    const started: Load<V> = { scope, value, isSettled: false, waiting: 0 };
    this.#loads.set(key, started);
    return started;
  }

  /** Forgotten before it ends: who asks from now on must not get the end of it. */
  #giveUp(key: string, load: Load<V>): void {
    this.#forget(key, load);
    load.scope.end(new ResilienceErrors.UNWANTED({ name: this.#options.name }));
  }

  #forget(key: string, load: Load<V>): void {
    if (this.#loads.get(key) === load) this.#loads.delete(key);
  }
}

async function runLoad<V>(scope: Scope, load: Loader<V>): Promise<V> {
  scope.throwIfOver();
  return untilOver(scope, load(new LoadContext(scope)));
}

/**
 * Makes the signal when it is asked for. A class: V8 makes a new hidden class for each object literal with a getter, and
 * keeps it, with the scope that it sees, until a full collection.
 */
class LoadContext {
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  get signal(): AbortSignal {
    return this.#scope.signal;
  }
}
