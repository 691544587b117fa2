import type { FlagDialect } from '../dialects/dialect.ts';

/** A document with what its source knows about it. */
export interface LoadedFlags {
  /** The document as JSON text. */
  readonly text: string;
  /** Who published it. */
  readonly by?: string;
  /** The number that the source gave it; a document with a lower one than that of the flags in use is refused. */
  readonly sourceVersion?: number;
}

/** Where flags come from. */
export interface FlagSource {
  /** Names the source in errors and events. */
  readonly name: string;
  /** The format of what `load` reads. @default flagd's */
  readonly dialect?: FlagDialect;
  /** Reads the document as JSON text. */
  load(signal: AbortSignal): Promise<string | LoadedFlags>;
  /** Calls `changed`, which never throws, whenever `load` may have another answer; disposing stops it. */
  watch?(changed: () => void): Disposable;
  /** Gives back what the source opened; called once by the flags that use it, after `watch` was disposed. */
  close?(): Promise<void>;
}
