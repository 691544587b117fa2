import { isThenable, startDeadline, within } from './deadline.ts';
import { PluginErrors } from './errors.ts';
import { isolate } from './isolate.ts';
import type { ListenerOrder } from './plugin.ts';
import type { HookMode } from './refs.ts';
import type { Owner } from './registry.ts';

// (1) Listeners run in the order pre, normal, post, then in dependency order, then by plugin id, then as they were added.
// (2) A listener that throws, rejects or is late reaches nobody else: it is told, and counts as having said nothing.
// (3) A call sees the listeners of its beginning, without those that are removed before their turn.
// (4) A plugin that waits has a stand-in; as long as it has one, its own listeners are called by the stand-in only.

export type Listen = (payload: unknown) => unknown;

export interface Listener {
  readonly owner: Owner;
  readonly order: ListenerOrder;
  readonly listener: Listen;
  /** Nobody waits for it any longer than its plugin runs. */
  readonly scope: { readonly signal: AbortSignal };
}

export type ListenerFailed = (owner: Owner, hook: string, error: unknown) => void;

/** How long and for whom a call waits. */
export interface CallOptions {
  /** For each listener that answers later. @default 30000 */
  readonly timeoutMs?: number;
  /** Ends the call; listeners whose turn has not come are not called. */
  readonly signal?: AbortSignal;
}

interface Added extends Omit<Listener, 'listener'> {
  /** Replaced by one that says nothing when it is removed: calls that already run then pass over it. */
  listener: Listen;
  /** Of a plugin that waits: wakes it, and asks its listeners in the way that is named. */
  readonly standIn: ((payload: unknown, mode: HookMode) => Promise<unknown>) | undefined;
}

const orders: readonly ListenerOrder[] = ['pre', 'normal', 'post'];

/** The listeners of one event or hook, and the five ways of calling them. */
export class Hook {
  readonly id: string;
  readonly #onFailure: ListenerFailed;
  readonly #added = new Set<Added>();
  /** In order; made anew by the first call after a change, so that a running call keeps its own. */
  #listeners: readonly Added[] | undefined = [];
  /** For every series that had nothing to wait for. */
  readonly #ended = Promise.resolve();

  constructor(id: string, onFailure: ListenerFailed) {
    this.id = id;
    this.#onFailure = onFailure;
  }

  get size(): number {
    return this.#added.size;
  }

  /** Returns the undo. */
  add({ owner, order, listener, scope }: Listener): () => void {
    const added: Added = { owner, order, listener, scope, standIn: undefined };
    const remove = this.#put(added);
    return () => {
      added.listener = sayNothing;
      remove();
    };
  }

  /**
   * Adds one listener in place of all of a plugin that does not run yet: it wakes the plugin, and then asks its listeners.
   * Returns the undo. Calls that already run keep the stand-in, so that they do not miss the plugin.
   */
  addStandIn(owner: Owner, scope: Listener['scope'], wake: () => Promise<void>): () => void {
    const standIn = async (payload: unknown, mode: HookMode): Promise<unknown> => {
      await wake();
      return await this.#askOwner(owner, payload, mode);
    };
    return this.#put({ owner, order: 'normal', listener: (payload) => standIn(payload, 'series'), scope, standIn });
  }

  /** The next call puts its listeners in order again. */
  reorder(): void {
    this.#listeners = undefined;
  }

  #put(added: Added): () => void {
    this.#added.add(added);
    this.#listeners = undefined;
    return () => {
      this.#added.delete(added);
      this.#listeners = undefined;
    };
  }

  async #askOwner({ id }: Owner, payload: unknown, mode: HookMode): Promise<unknown> {
    const own = sorted([...this.#added].filter(({ owner, standIn }) => !standIn && owner.id === id));
    let value: unknown;
    for (const entry of own) {
      const given = mode === 'waterfall' ? (value ?? payload) : payload;
      value = (await this.#ask(entry, given, {}, mode)) ?? value;
      if (mode === 'bail' && value !== undefined) break;
    }
    return value;
  }

  /** Calls all listeners and waits for none. */
  notify(payload: unknown): void {
    const listeners = this.#listeners ?? this.#inOrder();
    // Written out, here and in `series`: programs come this way a million times, and a closure for each listener shows.
    for (const entry of listeners) {
      try {
        const answer = entry.listener(payload);
        if (answer !== undefined) this.#overhear(answer, entry);
      } catch (error) {
        this.#onFailure(entry.owner, this.id, error);
      }
    }
  }

  /** Each listener is called when the one before it has ended. */
  series(payload: unknown, options?: CallOptions): Promise<void> {
    const listeners = this.#listeners ?? this.#inOrder();
    if (options?.signal) return this.#seriesFrom(0, listeners, payload, options);
    // As long as listeners answer at once there is nothing to wait for, and no promise to make.
    for (let index = 0; index < listeners.length; index += 1) {
      const entry = listeners[index] as Added;
      try {
        const answer = entry.listener(payload);
        if (answer !== undefined && isThenable(answer)) {
          return this.#seriesFrom(index + 1, listeners, payload, options, this.#heard(answer, entry, options));
        }
      } catch (error) {
        this.#onFailure(entry.owner, this.id, error);
      }
    }
    return this.#ended;
  }

  /** All listeners are called at once; it ends when all have ended. */
  async parallel(payload: unknown, options: CallOptions = {}): Promise<void> {
    options.signal?.throwIfAborted();
    const listeners = this.#listeners ?? this.#inOrder();
    await Promise.all(listeners.map((entry) => this.#ask(entry, payload, options, 'parallel')));
  }

  /** Each listener gets what the one before it has returned; returning `undefined`, or failing, leaves it as it is. */
  async waterfall(payload: unknown, options: CallOptions = {}): Promise<unknown> {
    let value = payload;
    for (const entry of this.#listeners ?? this.#inOrder()) {
      const answer = await this.#ask(entry, value, options, 'waterfall');
      if (answer !== undefined) value = answer;
    }
    return value;
  }

  /** Asks until a listener answers with something other than `undefined`. */
  async bail(payload: unknown, options: CallOptions = {}): Promise<unknown> {
    for (const entry of this.#listeners ?? this.#inOrder()) {
      const answer = await this.#ask(entry, payload, options, 'bail');
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** A function that calls it in the way that is named. */
  caller(mode: HookMode): (payload: unknown, options?: CallOptions) => Promise<unknown> {
    // Each call has a place of its own in the code: V8 then knows which method it is.
    if (mode === 'series') return (payload, options) => this.series(payload, options);
    if (mode === 'parallel') return (payload, options) => this.parallel(payload, options);
    if (mode === 'waterfall') return (payload, options) => this.waterfall(payload, options);
    return (payload, options) => this.bail(payload, options);
  }

  /** The rest of a series, when what is awaited has ended. */
  async #seriesFrom(
    index: number,
    listeners: readonly Added[],
    payload: unknown,
    options: CallOptions = {},
    awaited?: Promise<unknown>,
  ): Promise<void> {
    await awaited;
    for (const entry of listeners.slice(index)) await this.#ask(entry, payload, options, 'series');
  }

  /** The answer of one listener; `undefined` when it fails. Rejects only when the caller's signal aborts. */
  async #ask(entry: Added, payload: unknown, options: CallOptions, mode: HookMode): Promise<unknown> {
    options.signal?.throwIfAborted();
    let answer: unknown;
    try {
      answer = entry.standIn ? entry.standIn(payload, mode) : entry.listener(payload);
    } catch (error) {
      this.#onFailure(entry.owner, this.id, error);
      return undefined;
    }
    return isThenable(answer) ? await this.#heard(answer, entry, options) : answer;
  }

  async #heard(answer: PromiseLike<unknown>, entry: Added, options: CallOptions = {}): Promise<unknown> {
    try {
      return await this.#settle(answer, entry, options);
    } catch (error) {
      this.#forgive(error, entry, options);
      return undefined;
    }
  }

  #settle(answer: PromiseLike<unknown>, entry: Added, { timeoutMs = 30_000, signal }: CallOptions): Promise<unknown> {
    const late = (): Error => new PluginErrors.LISTENER_TIMEOUT({ plugin: entry.owner.id, hook: this.id, timeoutMs });
    const limits = { deadline: startDeadline(timeoutMs), gone: entry.scope.signal, late };
    return within(() => answer, signal ? { ...limits, signal } : limits);
  }

  #forgive(error: unknown, entry: Added, { signal }: CallOptions): void {
    signal?.throwIfAborted();
    // That its plugin was unloaded meanwhile is no fault of the listener.
    const { signal: gone } = entry.scope;
    if (!gone.aborted || error !== gone.reason) this.#onFailure(entry.owner, this.id, error);
  }

  #overhear(answer: unknown, { owner }: Added): void {
    isolate(
      () => answer,
      (error) => this.#onFailure(owner, this.id, error),
    );
  }

  #inOrder(): readonly Added[] {
    const all = [...this.#added];
    const waiting = new Set(all.filter(({ standIn }) => standIn).map(({ owner }) => owner.id));
    const listeners = sorted(
      waiting.size === 0 ? all : all.filter(({ owner, standIn }) => standIn || !waiting.has(owner.id)),
    );
    this.#listeners = listeners;
    return listeners;
  }
}

function sorted(listeners: readonly Added[]): readonly Added[] {
  return listeners.toSorted(
    (a, b) => orders.indexOf(a.order) - orders.indexOf(b.order) || a.owner.place.index - b.owner.place.index,
  );
}

function sayNothing(): void {}
