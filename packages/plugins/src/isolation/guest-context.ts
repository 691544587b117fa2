import { closedError, inlineOnlyError } from './guest-errors.ts';
import { fetchInput, guestResponse, type GuestResponse } from './guest-fetch.ts';
import { methodsOf } from './methods.ts';
import type { FetchAnswer, HookInput, PluginKey } from './protocol.ts';
import type { CallOptions, Rpc } from './rpc.ts';

/** A function of the plugin that the host can call by number. */
export type Callable = (...args: readonly unknown[]) => unknown;

/** One plugin where it runs. */
export interface GuestContext {
  /** What the hooks are given. */
  readonly ctx: object;
  /** Takes over what the host has sent along with a hook, and answers with what there was. */
  refresh(input: HookInput): HookInput;
  /** Runs a hook and waits until the host has taken its registrations; rejects as the first that it refused. */
  runHook(hook: () => unknown): Promise<unknown>;
  /** Calls what was registered under the number. */
  invoke(registration: number, method: string | null, args: readonly unknown[]): unknown;
  abort(reason: Error): void;
  /** Ends all timers; every method throws from now on. */
  close(): void;
}

interface Own {
  readonly key: PluginKey;
  readonly id: string;
  readonly rpc: Rpc;
}

interface Named {
  readonly id: string;
}

// (1) What a plugin registers gets a number; the host keeps the registration, this side the functions.
// (2) A hook is over when the host has taken everything that was registered in it.
export function createGuestContext(own: Own): GuestContext {
  return new Context(own);
}

class Context implements GuestContext {
  readonly ctx: object;
  readonly #own: Own;
  readonly #controller = new AbortController();
  readonly #functions = new Map<number, Callable | Record<string, unknown>>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  readonly #registering: Promise<unknown>[] = [];
  #input: HookInput = { config: undefined, services: [] };
  #lastNumber = 0;
  #hooks = 0;
  #isClosed = false;

  constructor(own: Own) {
    this.#own = own;
    this.ctx = this.#create();
  }

  refresh(input: HookInput): HookInput {
    const before = this.#input;
    this.#input = input;
    return before;
  }

  async runHook(hook: () => unknown): Promise<unknown> {
    this.#hooks += 1;
    try {
      const answer = await hook();
      while (this.#registering.length > 0) await Promise.all(this.#registering.splice(0));
      return answer;
    } finally {
      this.#hooks -= 1;
    }
  }

  invoke(registration: number, method: string | null, args: readonly unknown[]): unknown {
    const target = this.#functions.get(registration);
    if (typeof target === 'function') return target(...args);
    const own = method === null ? undefined : target?.[method];
    if (typeof own !== 'function') throw closedError(this.#own.id, method ?? 'callback');
    return own.apply(target, args) as unknown;
  }

  abort(reason: Error): void {
    this.#controller.abort(reason);
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#functions.clear();
  }

  #create(): object {
    const config = (): unknown => this.#input.config;
    return {
      id: this.#own.id,
      get config() {
        return config();
      },
      signal: this.#controller.signal,
      logger: this.#logger(),
      provide: ({ id }: Named, implementation: object) =>
        this.#register('provide', [id, methodsOf(implementation)], implementation as Record<string, unknown>),
      command: ({ id, title, run }: { id: string; title?: string; run: Callable }) =>
        this.#register('command', [id, title], run),
      on: ({ id }: Named, listener: Callable, options: { order?: string } = {}) =>
        this.#register('on', [id, options.order], listener),
      contribute: ({ id }: Named, value: unknown) => this.#register('contribute', [id, value]),
      defer: (undo: Callable) => this.#register('defer', [], undo),
      emit: ({ id }: Named, payload: unknown) => this.#tell('emit', [id, payload]),
      call: ({ id, mode }: Named & { readonly mode: string }, payload: unknown, options?: CallOptions) =>
        this.#ask(id, mode, payload, options),
      use: ({ id }: Named, range?: string) => this.#use(id, range),
      has: ({ id }: Named) => this.#input.services.includes(id),
      contributions: () => {
        throw inlineOnlyError('contributions');
      },
      state: {
        get: (key: string) => this.#call('state', ['get', key]),
        set: (key: string, value: unknown) => this.#call('state', ['set', key, value]),
        delete: (key: string) => this.#call('state', ['delete', key]),
        keys: () => this.#call('state', ['keys']),
      },
      fetch: (url: unknown, init?: { readonly signal?: AbortSignal }) => this.#fetch(url, init),
      setTimeout: (task: Callable, delayMs: number) => this.#timer(task, delayMs, false),
      setInterval: (task: Callable, everyMs: number) => this.#timer(task, everyMs, true),
    };
  }

  #open(method: string): void {
    if (this.#isClosed) throw closedError(this.#own.id, method);
  }

  #tell(method: string, args: readonly unknown[]): void {
    this.#open(method);
    this.#own.rpc.tell(method, [this.#own.key, ...args]);
  }

  #call(method: string, args: readonly unknown[], options?: CallOptions): Promise<unknown> {
    this.#open(method);
    return this.#own.rpc.call(method, [this.#own.key, ...args], options);
  }

  async #ask(id: string, mode: string, payload: unknown, options: CallOptions = {}): Promise<unknown> {
    const { signal, timeoutMs } = options;
    // The host waits for each listener that long.
    const limits = { timeoutMs: Infinity, ...(signal && { signal }) };
    return await this.#call('call', [mode, id, payload, timeoutMs], limits);
  }

  #register(method: string, args: readonly unknown[], target?: Callable | Record<string, unknown>): Disposable {
    this.#open(method);
    const number = (this.#lastNumber += 1);
    if (target !== undefined) this.#functions.set(number, target);
    const taken = this.#call('register', [number, method, args]);
    const isInHook = this.#hooks > 0;
    if (isInHook) this.#registering.push(taken);
    taken.catch((error: unknown) => {
      this.#functions.delete(number);
      if (!isInHook) this.#failed(method, error);
    });
    return {
      [Symbol.dispose]: () => {
        if (!this.#isClosed) this.#own.rpc.tell('undo', [this.#own.key, number]);
      },
    };
  }

  #use(service: string, range: string | undefined): object {
    this.#open('use');
    const methods = new Map<string, Callable>();
    return new Proxy(Object.freeze({}), {
      get: (_target, name) => {
        // A wrapper with `then` would be mistaken for a promise.
        if (typeof name !== 'string' || name === 'then') return undefined;
        const method = methods.get(name) ?? ((...args) => this.#call('use', [service, range, name, ...args]));
        methods.set(name, method);
        return method;
      },
    });
  }

  async #fetch(url: unknown, init: { readonly signal?: AbortSignal } = {}): Promise<GuestResponse> {
    const { signal } = init;
    // The host limits how long it takes.
    const limits = { timeoutMs: Infinity, ...(signal && { signal }) };
    const answer = await this.#call('fetch', [String(url), fetchInput(init)], limits);
    return guestResponse(answer as FetchAnswer);
  }

  #logger(): object {
    const level = (name: string) => (fields: object, message: string) => this.#tell('log', [name, fields, message]);
    return { info: level('info'), warn: level('warn'), error: level('error') };
  }

  /** Tells the host of a failure that nobody waits for. */
  #failed(what: string, error: unknown): void {
    this.#own.rpc.tell('failed', [this.#own.key, what, messageOf(error)]);
  }

  #timer(task: Callable, delayMs: number, repeats: boolean): Disposable {
    this.#open(repeats ? 'setInterval' : 'setTimeout');
    const run = (): void => {
      if (!repeats) this.#timers.delete(timer);
      void Promise.resolve()
        .then(() => task())
        .catch((error: unknown) => this.#failed(repeats ? 'setInterval' : 'setTimeout', error));
    };
    const timer = repeats ? setInterval(run, delayMs) : setTimeout(run, delayMs);
    this.#timers.add(timer);
    return {
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        this.#timers.delete(timer);
      },
    };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
