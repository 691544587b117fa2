/** What happened in a pipeline so far. */
export interface PipelineCounts {
  readonly calls: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Calls ended by their caller or by the registry; they are not failures. */
  readonly aborted: number;
  /** Calls that failed and got a replacement. */
  readonly fallbacks: number;
  readonly retries: number;
  /** How often a time limit was passed, of a call or of an attempt. */
  readonly timeouts: number;
  /** Attempts that were not made, because the breaker was open, the bulkhead full or the rate limit used up. */
  readonly refused: number;
  readonly inFlight: number;
}

export type Counters = { -readonly [Name in keyof PipelineCounts]: PipelineCounts[Name] };

export function createCounters(): Counters {
  return {
    calls: 0,
    succeeded: 0,
    failed: 0,
    aborted: 0,
    fallbacks: 0,
    retries: 0,
    timeouts: 0,
    refused: 0,
    inFlight: 0,
  };
}
