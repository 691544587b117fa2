import type { Checkpoint } from './checkpoint.ts';

/** A record where it is stored. */
export interface StoredRecord {
  /** Names the record and its place: records come in an order in which reading can go on after a key. */
  readonly key: string;
  /** The version that the data was written by. */
  readonly version: number;
  readonly data: unknown;
}

export interface MigratedRecord extends StoredRecord {
  /** The version that the record had. */
  readonly from: number;
}

/** A record that could not be migrated, as it was, and why. */
export interface DeadLetter {
  readonly record: StoredRecord;
  readonly code: string;
  readonly message: string;
}

/** Where records come from. */
export interface RecordSource {
  /**
   * The records after a key, or all; asked for one by one, never faster than they are written.
   *
   * Records that were migrated may come again: their version says so.
   */
  read(
    after: string | undefined,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<StoredRecord> | Iterable<StoredRecord>;
}

/** Where migrated records go: the same store, or another. */
export interface RecordSink {
  /**
   * Keeps a batch; done means acknowledged. A batch that was written, but not yet checkpointed when the process died, comes
   * again if its records still have their old version: write by key, or keep `checkpoint` in the same transaction.
   */
  write(
    records: readonly MigratedRecord[],
    options: { readonly checkpoint: Checkpoint; readonly signal: AbortSignal },
  ): Promise<void> | void;
}

/** Where records go that could not be migrated. */
export interface DeadLetterSink {
  /** Keeps letters; a letter may come again after a crash, under the same key. */
  write(letters: readonly DeadLetter[], options: { readonly signal: AbortSignal }): Promise<void> | void;
}
