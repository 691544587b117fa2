import { isSeaworthyError, type SeaworthyError } from '@seaworthy/errors';
import { missingFlag, type CompiledFlag } from './compile/flag.ts';
import { diffSnapshots } from './diff.ts';
import { FlagErrors } from './errors.ts';
import { tellFlagsChanged, tellFlagsRejected, type FlagsChanged } from './events.ts';
import { loadText } from './load.ts';
import type { Settings } from './options.ts';
import { buildSnapshot, type Snapshot } from './snapshot.ts';

// (1) An evaluation sees one whole set of flags: the set is replaced by a single assignment.
// (2) What cannot be read or is not valid changes nothing; the error is kept, logged and told once.
// (3) Loads never overlap; a change that comes meanwhile is loaded afterwards.
// (4) After close() nothing is loaded or watched, and the last flags still answer.

/** The flag of a key, through all reloads. */
export interface Cell {
  flag: CompiledFlag;
}

type Listener = (change: FlagsChanged) => unknown;

/** Holds the flags in use and replaces them. */
export class Store {
  readonly settings: Settings;
  readonly #cells: Map<string, Cell> = new Map();
  readonly #listeners: Set<Listener> = new Set();
  readonly #end: AbortController = new AbortController();
  readonly #stop = (): void => this.close();
  readonly #watching: Disposable | undefined;
  #snapshot: Snapshot = { flags: new Map(), problems: [], shared: { evaluators: '', metadata: '' } };
  #version = 0;
  #loadedAt: Date = new Date(0);
  #text: string | undefined;
  #rejected: { readonly text: string | undefined; readonly error: SeaworthyError } | undefined;
  #loading: Promise<void> | undefined;
  #isStale = false;

  constructor(settings: Settings) {
    this.settings = settings;
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

  cell(key: string): Cell {
    const known = this.#cells.get(key);
    if (known) return known;
    const cell = { flag: this.flag(key) };
    this.#cells.set(key, cell);
    return cell;
  }

  on(listener: Listener): () => void {
    const own: Listener = (change) => listener(change);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
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
        this.#use(next);
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

  #use(next: Snapshot): void {
    const source = this.settings.source.name;
    const difference = diffSnapshots(this.#snapshot, next);
    this.#snapshot = next;
    this.#loadedAt = new Date();
    for (const [key, cell] of this.#cells) cell.flag = this.flag(key);
    for (const { path, message } of next.problems) {
      this.settings.logger.error({ source, path }, `A flag is quarantined: it ${message}`);
    }
    const { added, removed, changed } = difference;
    if (this.#version > 0 && added.length + removed.length + changed.length === 0) return;
    this.#version += 1;
    const change: FlagsChanged = { source, version: this.#version, ...difference };
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
    tellFlagsRejected({ source: this.settings.source.name, code, message });
  }

  /** A listener that fails is its owner's trouble, not that of the flags or of other listeners. */
  async #notify(listener: Listener, change: FlagsChanged): Promise<void> {
    try {
      await listener(change);
    } catch (error) {
      this.settings.logger.error({ err: error }, 'A listener to flag changes failed');
    }
  }
}
