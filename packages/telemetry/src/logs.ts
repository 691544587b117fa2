import { trace } from '@opentelemetry/api';
import { toSpanException, type SpanException } from '@seaworthy/errors';

/** The ids that join a log record to its trace. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

/** The ids of the active span, for a logger that asks for them; `undefined` outside of any span. */
export function activeTrace(): TraceIds | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (span === undefined) return undefined;
  const { traceId, spanId, traceFlags } = span;
  return { traceId, spanId, traceFlags };
}

/** An exception as OpenTelemetry's semantic conventions want it: a log event, no longer an event of the span. */
export interface ExceptionEvent extends SpanException {
  readonly 'event.name': 'exception';
  readonly trace_id?: string;
  readonly span_id?: string;
}

/** The fields of a log record that tells of an exception, joined to the active trace. Takes any thrown value. */
export function exceptionEvent(error: unknown): ExceptionEvent {
  const ids = activeTrace();
  return {
    'event.name': 'exception',
    ...toSpanException(error),
    ...(ids !== undefined && { trace_id: ids.traceId, span_id: ids.spanId }),
  };
}

/** The part of a logger that is written to; console, pino and ours fit. */
export interface TelemetryLogger {
  error(fields: object, message: string): void;
}

/** Writes an exception as a log event, and marks the active span as failed. */
export function logException(logger: TelemetryLogger, error: unknown, message?: string): void {
  const event = exceptionEvent(error);
  trace.getActiveSpan()?.setAttribute('error.type', event['error.type']);
  logger.error(event, message ?? event['exception.message']);
}
