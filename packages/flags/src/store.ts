import { isSeaworthyError, type SeaworthyError } from '@seaworthy/errors/define';
import { missingFlag, type CompiledFlag } from './compile/flag.ts';
import { diffSnapshots, type FlagDifference } from './diff.ts';
import { FlagErrors } from './errors.ts';
import type { Handle } from './handle.ts';
import { History, type FlagVersion } from './history.ts';
import { nameOf } from './json.ts';
import { keepFlags, keptFlags } from './last-known-good.ts';
import {
  tellFlagsChanged,
  tellFlagsRecovered,
  tellFlagsRejected,
  type FlagsChanged,
  type FlagsRejected,
} from './events.ts';
import { loadFrom } from './load.ts';
import type { Settings } from './options.ts';
import { buildSnapshot, emptySnapshot, type Snapshot } from './snapshot.ts';
import type { LoadedFlags } from './sources/source.ts';

// (1) An evaluation sees one whole set of flags: the set is replaced by a single assignment.
// (2) What cannot be read or is not valid changes nothing; the error is kept, logged and told once.
// (3) Loads never overlap; a change that comes meanwhile is loaded afterwards.
// (4) A rollback lasts until the source has another text than it had then.
// (5) After close() nothing is loaded or watched, and the last flags still answer.
// (6) A document with a lower number than that of the flags in use is refused.

type Listener = (change: FlagsChanged) => unknown;
type RejectListener = (rejected: FlagsRejected) => unknown;
type RecoverListener = () => unknown;

/** Holds the flags in use and replaces them. */
export class Store {
  readonly settings: Settings;
  readonly #handles: Map<string, Handle> = new Map();
  readonly #listeners: Set<Listener> = new Set();
  readonly #rejectListeners: Set<RejectListener> = new Set();
  readonly #recoverListeners: Set<RecoverListener> = new Set();
  readonly #end: AbortController = new AbortController();
  readonly #stop = (): void => void this.close();
  readonly #watching: Disposable | undefined;
  #snapshot: Snapshot = emptySnapshot;
  readonly #history: History;
  #version = 0;
  #sourceVersion: number | undefined;
  #loadedAt: Date = new Date(0);
  #text: string | undefined;
  #rejected: { readonly text: string | undefined; readonly error: SeaworthyError } | undefined;
  #loading: Promise<void> | undefined;
  #isStale = false;
  #closing: Promise<void> | undefined;

  constructor(settings: Settings) {
    this.settings = settings;
    this.#history = new History(settings.historySize);
    settings.signal?.addEventListener('abort', this.#stop, { once: true });
    // Watched before the first load: a change in between must not be missed.
    this.#watching = settings.source.watch?.(() => void this.reload().catch(() => {}));
    if (settings.signal?.aborted) void this.close();
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  get version(): number {
    return this.#version;
  }

  get sourceVersion(): number | undefined {
    return this.#sourceVersion;
  }

  get loadedAt(): Date {
    return this.#loadedAt;
  }

  get lastError(): SeaworthyError | undefined {
    return this.#rejected?.error;
  }

  flag(key: string): CompiledFlag {
    const name = typeof key === 'string' ? key : nameOf(key);
    return this.#snapshot.flags.get(name) ?? missingFlag(name);
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

  /** Calls when the source answers again after it was rejected. */
  onRecover(listener: RecoverListener): () => void {
    const own: RecoverListener = () => listener();
    this.#recoverListeners.add(own);
    return () => void this.#recoverListeners.delete(own);
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
    const snapshot = this.#history.find(version) ?? this.#unknown(version);
    this.#use(snapshot, 'rollback', by === undefined ? {} : { by });
  }

  differences(version: number): readonly FlagDifference[] {
    return this.#history.differences(version) ?? this.#unknown(version);
  }

  #unknown(version: number): never {
    const known = this.history().map((entry) => entry.version);
    throw new FlagErrors.UNKNOWN_VERSION({ version, known: known.join(', ') });
  }

  reload(): Promise<void> {
    if (this.#end.signal.aborted) return Promise.reject(new FlagErrors.CLOSED());
    this.#isStale = true;
    this.#loading ??= this.#loadUntilFresh().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** Resolves when the source has given back what it opened. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.settings.signal?.removeEventListener('abort', this.#stop);
    this.#end.abort(new FlagErrors.CLOSED());
    this.#watching?.[Symbol.dispose]();
    this.#listeners.clear();
    this.#rejectListeners.clear();
    this.#recoverListeners.clear();
    try {
      await this.settings.source.close?.();
    } catch (error) {
      this.settings.logger.error({ err: error }, 'The source of the flags could not be closed');
    }
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
      const loaded = await loadFrom(source, loadTimeoutMs, this.#end.signal);
      this.#expectNotOlder(loaded);
      text = loaded.text;
      if (text === this.#rejected?.text) return this.#rejected.error;
      if (text !== this.#text) {
        const next = await buildSnapshot(text, this.#snapshot, this.settings);
        this.#end.signal.throwIfAborted();
        this.#use(next, 'load', loaded);
      }
      const isNew = text !== this.#text;
      this.#text = text;
      this.#sourceVersion = loaded.sourceVersion;
      this.#recover();
      if (isNew) await this.#keep(loaded);
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
    const kept = await keptFlags(lastKnownGood, signal);
    try {
      if (kept === undefined) return false;
      const next = await buildSnapshot(kept.text, undefined, this.settings);
      signal.throwIfAborted();
      this.#use(next, 'last-known-good', kept);
      this.#sourceVersion = kept.sourceVersion;
      return true;
    } catch (error) {
      if (!isSeaworthyError(error)) throw error;
      this.settings.logger.error({ err: error, path: lastKnownGood }, 'The kept flags cannot be used either');
      return false;
    }
  }

  #expectNotOlder({ sourceVersion }: LoadedFlags): void {
    const used = this.#sourceVersion;
    if (used === undefined || sourceVersion === undefined || sourceVersion >= used) return;
    throw new FlagErrors.OLDER_VERSION({ source: this.settings.source.name, received: sourceVersion, used });
  }

  async #keep(loaded: LoadedFlags): Promise<void> {
    const { lastKnownGood, logger } = this.settings;
    if (lastKnownGood === undefined) return;
    try {
      await keepFlags(lastKnownGood, loaded);
    } catch (error) {
      logger.error({ err: error, path: lastKnownGood }, 'The flags in use cannot be kept on disk');
    }
  }

  #use(next: Snapshot, cause: FlagsChanged['cause'], { by, sourceVersion }: Partial<LoadedFlags>): void {
    const source = this.settings.source.name;
    const before = this.#snapshot;
    const difference = diffSnapshots(before, next);
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
      ...(sourceVersion !== undefined && { sourceVersion }),
      ...difference,
    };
    this.#history.add({ ...change, at: this.#loadedAt.toISOString() }, before, next);
    this.settings.logger.info({ ...change }, 'Flags changed');
    tellFlagsChanged(change);
    for (const listener of Array.from(this.#listeners)) void this.#notify(listener, change);
  }

  #recover(): void {
    if (!this.#rejected) return;
    this.#rejected = undefined;
    const { logger, source } = this.settings;
    logger.info({ source: source.name }, 'The flags are up to date again');
    tellFlagsRecovered({ source: source.name });
    for (const listener of Array.from(this.#recoverListeners)) void this.#notify(listener, undefined);
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
