/** Where flags come from. */
export interface FlagSource {
  /** Names the source in errors and events. */
  readonly name: string;
  /** Reads the document as JSON text. */
  load(signal: AbortSignal): Promise<string>;
  /** Calls `changed` whenever `load` may have another answer; disposing stops it. */
  watch?(changed: () => void): Disposable;
}
