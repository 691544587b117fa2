import type { Problem } from '../problem.ts';
import type { ErrorJson } from '../snapshot.ts';

/** What the caller knows about an occurrence; plain data. */
export type ReportDetails = Readonly<Record<string, string | number | boolean | null>>;

/** One error on its way to a sink: bounded, redacted, plain data. */
export interface Report {
  readonly problem: Problem;
  /** With stack and causes. */
  readonly error: ErrorJson;
  readonly details: ReportDetails;
  /** How many occurrences this report stands for. */
  readonly count: number;
  /** ISO 8601. */
  readonly time: string;
  /** Occurrences that the rate limit dropped since the report before. */
  readonly droppedBefore: number;
}

/** Where reports go. It may be slow and may fail: it hurts neither the caller nor the other sinks. */
export interface ReportSink {
  readonly name: string;
  /** The signal aborts when the reporter gives up waiting. */
  send(report: Report, signal: AbortSignal): void | Promise<void>;
}

export interface ReporterOptions {
  readonly sinks: readonly ReportSink[];
  /** The same error at the same place is reported once in `windowMs`, then with its count; 0 reports each. @default 60000 */
  readonly dedupe?: { readonly windowMs?: number };
  /** Reports in a minute; what is over is counted in `droppedBefore` of the next. @default 60 */
  readonly rateLimit?: { readonly perMinute?: number };
  /** Is told what a sink threw. @default nobody */
  readonly onError?: (error: unknown, sink: string) => void;
}

export interface ReporterStats {
  /** Reports handed to the sinks. */
  readonly reported: number;
  /** Occurrences that were counted into a later report. */
  readonly repeated: number;
  /** Occurrences that the rate limit or a closed reporter dropped. */
  readonly dropped: number;
  /** Reports that a sink refused, or that found its queue full. */
  readonly failed: number;
  /** Reports that wait for a sink; after `close`, those that it gave up. */
  readonly waiting: number;
}

export interface Reporter extends AsyncDisposable {
  /** Never throws, never waits. */
  report(error: unknown, details?: ReportDetails): void;
  /** Tells the repeats and waits for the sinks, at most so long. @default 5000 */
  flush(timeoutMs?: number): Promise<void>;
  stats(): ReporterStats;
  /** Flushes, then aborts what is still under way. @default 5000 */
  close(timeoutMs?: number): Promise<void>;
}
