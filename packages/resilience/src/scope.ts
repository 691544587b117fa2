// (1) A scope ends at most once, and everything waiting in it hears the reason at once.
// (2) The end of a parent ends its children; the end of a child never ends its parent.
// (3) A closed scope has left its parent: finished calls are not kept alive by long-lived signals.
// (4) An AbortController exists only if somebody asked for the signal.
// open -> over      any -> closed

/** Hears of the end of a scope. An object and not a function, because calls make many of them. */
export interface ScopeListener {
  scopeEnded(reason: unknown): void;
}

/** The span of a call, an attempt or a registry, which can be ended early. */
export class Scope implements ScopeListener {
  /** The moment of the clock when the time for this scope is up, as far as known. */
  readonly deadline: number;
  readonly #parent: Scope | undefined;
  #over = false;
  #reason: unknown;
  #controller: AbortController | undefined;
  // Nearly always there is one listener: a set is made for the second.
  #listener: ScopeListener | undefined;
  #more: Set<ScopeListener> | undefined;

  constructor(parent?: Scope, deadline: number = Infinity) {
    this.deadline = parent === undefined ? deadline : Math.min(deadline, parent.deadline);
    this.#parent = parent;
    parent?.add(this);
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Throws the reason when the scope is over. */
  throwIfOver(): void {
    if (this.#over) throw this.#reason;
  }

  end(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#reason = reason;
    const [first, more] = [this.#listener, this.#more];
    this.#listener = this.#more = undefined;
    first?.scopeEnded(reason);
    for (const listener of more ?? []) listener.scopeEnded(reason);
    this.#controller?.abort(reason);
  }

  scopeEnded(reason: unknown): void {
    this.end(reason);
  }

  /** Hears the reason when the scope ends, or now when it is over. */
  add(listener: ScopeListener): void {
    if (this.#over) listener.scopeEnded(this.#reason);
    else if (this.#listener === undefined) this.#listener = listener;
    else (this.#more ??= new Set()).add(listener);
  }

  remove(listener: ScopeListener): void {
    if (this.#listener === listener) this.#listener = undefined;
    else this.#more?.delete(listener);
  }

  /** Ends when the signal aborts; the answer stops listening to the signal. */
  follow(signal: AbortSignal): () => void {
    if (signal.aborted) this.end(signal.reason);
    if (this.#over) return nothing;
    const onAbort = (): void => this.end(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    return () => signal.removeEventListener('abort', onAbort);
  }

  /** The scope for code that understands AbortSignal. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#over) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Leaves the parent: what happens to it does not matter any more. */
  close(): void {
    this.#parent?.remove(this);
  }
}

function nothing(): void {}
