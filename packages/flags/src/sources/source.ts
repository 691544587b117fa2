import type { FlagDialect } from '../dialects/dialect.ts';

/** Where flags come from. */
export interface FlagSource {
  /** Names the source in errors and events. */
  readonly name: string;
  /** The format of what `load` reads. @default flagd's */
  readonly dialect?: FlagDialect;
  /** Reads the document as JSON text. */
  load(signal: AbortSignal): Promise<string>;
  /** Calls `changed` whenever `load` may have another answer; disposing stops it. */
  watch?(changed: () => void): Disposable;
}
