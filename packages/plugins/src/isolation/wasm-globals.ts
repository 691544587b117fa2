// What QuickJS does not have and the runtime of plugins uses: timers, which the host keeps, and AbortController.

/** What the host puts into the realm. */
export interface WasmHost {
  /** Characters of the longest text that may be sent. */
  readonly longest: number;
  send(text: string): void;
  startTimer(id: number, delayMs: number, repeats: boolean): void;
  stopTimer(id: number): void;
  /** Gives the host the functions that it calls. */
  serve(receive: (text: string) => void, fire: (timer: number) => void): void;
}

type Task = () => void;
type Listener = (event: { readonly type: string }) => void;

/** Makes timers of those of the host; returns what runs the one whose time has come. */
export function defineTimers(host: WasmHost): (timer: number) => void {
  const tasks = new Map<number, { readonly task: Task; readonly repeats: boolean }>();
  let lastId = 0;
  const start =
    (repeats: boolean) =>
    (task: Task, delayMs?: unknown): number => {
      lastId += 1;
      tasks.set(lastId, { task, repeats });
      host.startTimer(lastId, Number(delayMs), repeats);
      return lastId;
    };
  const stop = (id: number): void => {
    if (tasks.delete(id)) host.stopTimer(id);
  };
  define({ setTimeout: start(false), setInterval: start(true), clearTimeout: stop, clearInterval: stop });
  return (id) => {
    const found = tasks.get(id);
    if (found?.repeats === false) tasks.delete(id);
    found?.task();
  };
}

/** Defines `AbortController`, `AbortSignal`, `Symbol.dispose` and a `console` that prints with the host. */
export function defineGlobals(print: (level: string, text: string) => void): void {
  const printer =
    (level: string) =>
    (...values: readonly unknown[]): void =>
      print(level, values.map(String).join(' '));
  const info = printer('info');
  define({
    AbortController: Controller,
    AbortSignal: Signal,
    console: { log: info, info, debug: info, warn: printer('warn'), error: printer('error') },
  });
  if (typeof Symbol.dispose !== 'symbol') Object.defineProperty(Symbol, 'dispose', { value: Symbol('Symbol.dispose') });
}

function define(values: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });
  }
}

class Signal {
  aborted = false;
  reason: unknown;
  readonly #listeners = new Set<Listener>();

  static any(signals: readonly Signal[]): Signal {
    const controller = new Controller();
    for (const each of signals) {
      if (each.aborted) controller.abort(each.reason);
      else each.addEventListener('abort', () => controller.abort(each.reason));
    }
    return controller.signal;
  }

  addEventListener(_type: string, listener: Listener): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  /** For its controller. */
  abortWith(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners) listener({ type: 'abort' });
    this.#listeners.clear();
  }
}

class Controller {
  readonly signal: Signal = new Signal();

  abort(reason: unknown = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' })): void {
    this.signal.abortWith(reason);
  }
}
