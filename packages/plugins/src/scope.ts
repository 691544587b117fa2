import { within, type Deadline } from './deadline.ts';
import { isolate } from './isolate.ts';

// (1) Every undo runs at most once, by its own dispose or by close().
// (2) close() runs them last in first out; a failing or hanging one never skips the others.
// (3) A closed scope keeps nothing: what comes late is undone on the spot.
// open -> closed

/** All that one plugin has registered, so that it can be undone. */
export interface Scope {
  readonly signal: AbortSignal;
  readonly isAborted: boolean;
  readonly isClosed: boolean;
  /** Remembers an undo; disposing runs it early. */
  add(undo: () => unknown): Disposable;
  /** Aborts the signal. */
  abort(reason: unknown): void;
  /** Undoes everything and returns what went wrong. */
  close(deadline: Deadline, late: () => Error): Promise<readonly unknown[]>;
}

/** @param onFailure Told of an undo that failed outside close(). */
export function createScope(onFailure: (error: unknown) => void): Scope {
  return new UndoScope(onFailure);
}

class UndoScope implements Scope {
  readonly #onFailure: (error: unknown) => void;
  /** Made when it is needed: a thousand sets show. */
  #undos: Set<Registration> | undefined;
  /** Made when it is asked for: most plugins never look at their signal, and a signal is dear. */
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #isClosed = false;

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted) this.#controller.abort(this.#aborted.reason);
    }
    return this.#controller.signal;
  }

  get isAborted(): boolean {
    return this.#aborted !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  add(undo: () => unknown): Disposable {
    const registration = new Registration(undo, (own) => {
      if (this.#undos?.delete(own)) isolate(own.undo, this.#onFailure);
    });
    if (this.#isClosed) isolate(undo, this.#onFailure);
    else {
      this.#undos ??= new Set();
      this.#undos.add(registration);
    }
    return registration;
  }

  abort(reason: unknown): void {
    this.#aborted ??= { reason };
    this.#controller?.abort(reason);
  }

  async close(deadline: Deadline, late: () => Error): Promise<readonly unknown[]> {
    this.#isClosed = true;
    const failures: unknown[] = [];
    const undos = this.#undos ?? new Set();
    for (const registration of [...undos].toReversed()) {
      if (!undos.delete(registration)) continue;
      await within(registration.undo, { deadline, late }).catch((error: unknown) => failures.push(error));
    }
    return failures;
  }
}

class Registration implements Disposable {
  readonly undo: () => unknown;
  readonly #dispose: (own: Registration) => void;

  constructor(undo: () => unknown, dispose: (own: Registration) => void) {
    this.undo = undo;
    this.#dispose = dispose;
  }

  [Symbol.dispose](): void {
    this.#dispose(this);
  }
}
