import { threadId } from 'node:worker_threads';
import { quote } from './encode/text.ts';
import type { Level } from './levels/vocabulary.ts';

/** The span that is active where a record is logged, as OpenTelemetry's `span.spanContext()` gives it. */
export interface ActiveSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** How a record is laid out: start, message, label, fields, end of fields, trace, and a closing brace. */
export interface Layout {
  /** Keys that no field may take. */
  readonly reserved: readonly string[];
  /** From the opening brace to the quote that opens the message. */
  start(level: Level, iso: string, ms: number): string;
  /** From the quote that closes the message to the fields: the logger's name. */
  label(name: string): string;
  readonly endOfFields: string;
  /** The ids of the active span. */
  trace(span: ActiveSpan): string;
  /** Fields of every record unless the application gives its own. */
  base(): object;
  /** The fields that stand for an error, where they are not one named `err`. */
  readonly errorFields?: (error: Error) => object;
}

/** Our own layout. */
export const defaultLayout: Layout = {
  reserved: ['level', 'timestamp', 'message', 'logger', 'trace_id', 'span_id', 'trace_flags'],
  start: (level, iso) => `{"level":"${level.name}","timestamp":"${iso}","message":"`,
  label: (name) => `","logger":${quote(name)}`,
  endOfFields: '',
  trace: ({ traceId, spanId, traceFlags }) =>
    `,"trace_id":${quote(traceId)},"span_id":${quote(spanId)},"trace_flags":"${flagsText(traceFlags)}"`,
  base: () => ({ pid: process.pid, ...threadAs('thread') }),
};

/** The number of the thread under a name; nothing in the main thread. */
export function threadAs(key: string): Readonly<Record<string, number>> {
  return threadId === 0 ? {} : { [key]: threadId };
}

/** Trace flags as two hexadecimal digits. */
export function flagsText(traceFlags: number): string {
  return traceFlags.toString(16).padStart(2, '0');
}
