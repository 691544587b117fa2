/**
 * When a sink writes.
 *
 * `adaptive` writes at once after 10 ms of quiet, and else at the end of the event-loop turn; `turn` always waits for the
 * end of the turn; `record` writes every record before the call returns. Warnings and worse never wait.
 */
export type Durability = 'adaptive' | 'record' | 'turn';

/**
 * What happens to records that come while the operating system takes nothing and the limit of what may wait is reached.
 *
 * `drop` gives them up and counts them; `block` holds the program until there is room, for 5 seconds at the most, and then
 * drops; `sample` keeps one of ten below `warn` from half of the limit on, and drops at the limit.
 */
export type WhenFull = 'drop' | 'block' | 'sample';

/** What a logger tells a sink before the first record. */
export interface SinkSettings {
  readonly durability: Durability;
  /** True outside production. */
  readonly isDevelopment: boolean;
}

/** What a sink has done so far. */
export interface SinkStats {
  readonly name: string;
  /** Records handed over to the operating system, or kept in memory. */
  readonly written: number;
  /** Bytes written. */
  readonly bytes: number;
  /** Records waiting. */
  readonly pending: number;
  /** Records given up. */
  readonly dropped: number;
  /** Writes that failed, retries included. */
  readonly failures: number;
}

/** A place where records go. Its own mistakes are its own: what it throws is counted and nothing else. */
export interface Sink {
  readonly name: string;
  /** The least severity it takes: 60 fatal, 50 error, 40 warn, 30 info, 20 debug, 10 trace. */
  readonly severity: number;
  /** Called by each logger that uses the sink, before its first record. */
  open(settings: SinkSettings): void;
  /** Takes one line of JSON with its line end. */
  write(line: string, severity: number): void;
  /** Resolves when nothing waits any more, or rejects with the signal's reason. */
  flush(signal: AbortSignal): Promise<void>;
  /** Writes everything before it returns, as far as the operating system takes it. */
  flushSync(): void;
  /** Called by each logger that opened the sink; the last one closes it. */
  close(): void;
  stats(): SinkStats;
}
