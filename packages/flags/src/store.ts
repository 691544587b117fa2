import { isSeaworthyError, type SeaworthyError } from '@seaworthy/errors';
import { missingFlag, type CompiledFlag } from './compile/flag.ts';
import { diffSnapshots } from './diff.ts';
import { FlagErrors } from './errors.ts';
import type { Handle } from './handle.ts';
import { History, type FlagVersion } from './history.ts';
import { keepText, keptText } from './last-known-good.ts';
import { tellFlagsChanged, tellFlagsRejected, type FlagsChanged, type FlagsRejected } from './events.ts';
import { loadText } from './load.ts';
import type { Settings } from './options.ts';
import { buildSnapshot, emptySnapshot, type Snapshot } from './snapshot.ts';

// (1) An evaluation sees one whole set of flags: the set is replaced by a single assignment.
// (2) What cannot be read or is not valid changes nothing; the error is kept, logged and told once.
// (3) Loads never overlap; a change that comes meanwhile is loaded afterwards.
// (4) A rollback lasts until the source has another text than it had then.
// (5) After close() nothing is loaded or watched, and the last flags still answer.

type Listener = (change: FlagsChanged) => unknown;
type RejectListener = (rejected: FlagsRejected) => unknown;

/** Holds the flags in use and replaces them. */
export class Store {
  readonly settings: Settings;
  readonly #handles: Map<string, Handle> = new Map();
  readonly #listeners: Set<Listener> = new Set();
  readonly #rejectListeners: Set<RejectListener> = new Set();
  readonly #end: AbortController = new AbortController();
  readonly #stop = (): void => this.close();
  readonly #watching: Disposable | undefined;
  #snapshot: Snapshot = emptySnapshot;
  readonly #history: History;
  #version = 0;
  #loadedAt: Date = new Date(0);
  #text: string | undefined;
  #rejected: { readonly text: string | undefined; readonly error: SeaworthyError } | undefined;
  #loading: Promise<void> | undefined;
  #isStale = false;

  constructor(settings: Settings) {
    this.settings = settings;
    this.#history = new History(settings.historySize);
    settings.signal?.addEventListener('abort', this.#stop, { once: true });
    // Watched before the first load: a change in between must not be missed.
    this.#watching = settings.source.watch?.(() => void this.reload().catch(() => {}));
    if (settings.signal?.aborted) this.close();
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get version(): number {
    return this.#version;
  }

  get loadedAt(): Date {
    return this.#loadedAt;
  }

  get lastError(): SeaworthyError | undefined {
    return this.#rejected?.error;
  }

  flag(key: string): CompiledFlag {
    return this.#snapshot.flags.get(key) ?? missingFlag(key);
  }

  /** The one handle of a key. */
  handle(key: string, make: (flag: CompiledFlag) => Handle): Handle {
    const known = this.#handles.get(key);
    if (known) return known;
    const handle = make(this.flag(key));
    this.#handles.set(key, handle);
    return handle;
  }

  on(listener: Listener): () => void {
    const own: Listener = (change) => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  onReject(listener: RejectListener): () => void {
    const own: RejectListener = (rejected) => listener(rejected);
    this.#rejectListeners.add(own);
    return () => void this.#rejectListeners.delete(own);
  }

  /** Aborts when the flags are closed. */
  get closed(): AbortSignal {
    return this.#end.signal;
  }

  /** Loads for the first time; where the source fails, the kept flags do. */
  async start(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      if (!(await this.#useKept())) throw error;
    }
  }

  history(): readonly FlagVersion[] {
    return this.#history.list();
  }

  rollback(version: number, by: string | undefined): void {
    if (this.#end.signal.aborted) throw new FlagErrors.CLOSED();
    const snapshot = this.#history.find(version);
    if (!snapshot) {
      const known = this.history().map((entry) => entry.version);
      throw new FlagErrors.UNKNOWN_VERSION({ version, known: known.join(', ') });
    }
    this.#use(snapshot, 'rollback', by);
  }

  reload(): Promise<void> {
    if (this.#end.signal.aborted) return Promise.reject(new FlagErrors.CLOSED());
    this.#isStale = true;
    this.#loading ??= this.#loadUntilFresh().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  close(): void {
    this.settings.signal?.removeEventListener('abort', this.#stop);
    this.#end.abort(new FlagErrors.CLOSED());
    this.#watching?.[Symbol.dispose]();
    this.#listeners.clear();
    this.#rejectListeners.clear();
  }

  async #loadUntilFresh(): Promise<void> {
    let failure: SeaworthyError | undefined;
    while (this.#isStale) {
      this.#isStale = false;
      failure = await this.#loadOnce();
    }
    if (failure) throw failure;
  }

  async #loadOnce(): Promise<SeaworthyError | undefined> {
    const { source, loadTimeoutMs } = this.settings;
    let text: string | undefined;
    try {
      text = await loadText(source, loadTimeoutMs, this.#end.signal);
      if (text === this.#rejected?.text) return this.#rejected.error;
      if (text !== this.#text) {
        const next = await buildSnapshot(text, this.#snapshot, this.settings);
        this.#end.signal.throwIfAborted();
        this.#use(next, 'load');
        await this.#keep(text);
      }
      this.#text = text;
      this.#rejected = undefined;
      return undefined;
    } catch (error) {
      if (!isSeaworthyError(error)) throw error;
      if (!FlagErrors.CLOSED.is(error)) this.#reject(error, text);
      return error;
    }
  }

  async #useKept(): Promise<boolean> {
    const { lastKnownGood } = this.settings;
    const { signal } = this.#end;
    if (lastKnownGood === undefined || signal.aborted) return false;
    const text = await keptText(lastKnownGood, signal);
    try {
      if (text === undefined) return false;
      const next = await buildSnapshot(text, undefined, this.settings);
      signal.throwIfAborted();
      this.#use(next, 'last-known-good');
      return true;
    } catch (error) {
      if (!isSeaworthyError(error)) throw error;
      this.settings.logger.error({ err: error, path: lastKnownGood }, 'The kept flags cannot be used either');
      return false;
    }
  }

  async #keep(text: string): Promise<void> {
    const { lastKnownGood, logger } = this.settings;
    if (lastKnownGood === undefined) return;
    try {
      await keepText(lastKnownGood, text);
    } catch (error) {
      logger.error({ err: error, path: lastKnownGood }, 'The flags in use cannot be kept on disk');
    }
  }

  #use(next: Snapshot, cause: FlagsChanged['cause'], by?: string): void {
    const source = this.settings.source.name;
    const difference = diffSnapshots(this.#snapshot, next);
    this.#snapshot = next;
    this.#loadedAt = new Date();
    for (const [key, handle] of this.#handles) handle.use(this.flag(key));
    for (const { path, message } of next.problems) {
      this.settings.logger.error({ source, path }, `A flag is quarantined: it ${message}`);
    }
    const { added, removed, changed } = difference;
    if (this.#version > 0 && added.length + removed.length + changed.length === 0) return;
    this.#version += 1;
    const change: FlagsChanged = {
      source,
      cause,
      ...(by !== undefined && { by }),
      version: this.#version,
      ...difference,
    };
    this.#history.add({ ...change, at: this.#loadedAt.toISOString() }, next);
    this.settings.logger.info({ ...change }, 'Flags changed');
    tellFlagsChanged(change);
    for (const listener of Array.from(this.#listeners)) void this.#notify(listener, change);
  }

  #reject(error: SeaworthyError, text: string | undefined): void {
    const { code, message } = error;
    const isNew = this.#rejected?.error.message !== message;
    this.#rejected = { text, error };
    if (!isNew) return;
    this.settings.logger.error({ err: error, source: this.settings.source.name }, 'New flags are not used');
    const rejected: FlagsRejected = { source: this.settings.source.name, code, message };
    tellFlagsRejected(rejected);
    for (const listener of Array.from(this.#rejectListeners)) void this.#notify(listener, rejected);
  }

  /** A listener that fails is its owner's trouble, not that of the flags or of other listeners. */
  async #notify<Event>(listener: (event: Event) => unknown, event: Event): Promise<void> {
    try {
      await listener(event);
    } catch (error) {
      this.settings.logger.error({ err: error }, 'A listener to flag changes failed');
    }
  }
}
