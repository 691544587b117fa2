// Spans that nobody reads: their ids still join records, errors and exemplars, and are handed on to others. A span of the SDK
// keeps its attributes and times until it is sent; with nobody to send it to, that is work for nothing.
import {
  context as contexts,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SamplingDecision,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import type { IdGenerator, Sampler } from '@opentelemetry/sdk-trace';

export interface UnreadSpansOptions {
  readonly sampler: Sampler;
  readonly ids: IdGenerator;
  readonly isSuppressed: (context: Context) => boolean;
}

/** Makes spans that have ids and decisions, as those of the SDK, and record nothing. */
export function unreadSpans(options: UnreadSpansOptions): TracerProvider {
  const tracer: Tracer = {
    startSpan: (name, spanOptions = {}, context = contexts.active()) => startSpan(name, spanOptions, context, options),
    startActiveSpan(name: string, ...rest: readonly unknown[]): never {
      const run = rest.at(-1) as (span: Span) => never;
      const [spanOptions, given] = rest.slice(0, -1) as [SpanOptions?, Context?];
      const parent = given ?? contexts.active();
      const span = startSpan(name, spanOptions ?? {}, parent, options);
      return contexts.with(trace.setSpan(parent, span), run, undefined, span);
    },
  };
  return { getTracer: () => tracer };
}

function startSpan(
  name: string,
  { root = false, kind = SpanKind.INTERNAL, attributes = {}, links = [] }: SpanOptions,
  given: Context,
  { sampler, ids, isSuppressed }: UnreadSpansOptions,
): Span {
  if (isSuppressed(given)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const within = root ? trace.deleteSpan(given) : given;
  const around = trace.getSpanContext(within);
  const parent = around !== undefined && isSpanContextValid(around) ? around : undefined;
  const traceId = parent?.traceId ?? ids.generateTraceId();
  const { decision, traceState = parent?.traceState } = sampler.shouldSample(
    within,
    traceId,
    name,
    kind,
    attributes,
    links,
  );
  // Both enumerations have the same numbers; the compiler takes that of the SDK for another one.
  const [decided, sampled]: readonly number[] = [decision, SamplingDecision.RECORD_AND_SAMPLED];
  const traceFlags = decided === sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const own = { traceId, spanId: ids.generateSpanId(), traceFlags };
  return trace.wrapSpanContext(traceState === undefined ? own : { ...own, traceState });
}
