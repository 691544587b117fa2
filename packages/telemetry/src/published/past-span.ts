import { SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

export interface PastSpan {
  readonly durationMs: number;
  readonly failed?: boolean;
  readonly attributes?: Attributes;
}

/** A span of something that has just ended, below the span that is active where it was told. */
export function pastSpan(name: string, { durationMs, failed = false, attributes = {} }: PastSpan): void {
  const endTime = Date.now();
  const span = trace.getTracer('@seaworthy/telemetry').startSpan(name, { startTime: endTime - durationMs, attributes });
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endTime);
}

/** An event on the active span, if there is one. */
export function spanEvent(name: string, attributes: Attributes): void {
  trace.getActiveSpan()?.addEvent(name, attributes);
}
