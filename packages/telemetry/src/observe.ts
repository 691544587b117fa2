import { SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import { expectKnown } from './expect-option.ts';

/** The part of a histogram of `defineMetrics` that is needed; in seconds, or in milliseconds with `unit: 'ms'`. */
export interface DurationMetric<MetricAttributes> {
  record(value: number, attributes: MetricAttributes): void;
}

export interface ObserveOptions<MetricAttributes extends object> {
  /** Records how long the work took. It may have the attribute `error.type`, which is the error's code or name. */
  readonly metric?: DurationMetric<MetricAttributes>;
  /** Of the measurement and of the span; `error.type` is added when the work fails. */
  readonly attributes?: MetricAttributes;
  /** What the metric's unit is. @default 's' */
  readonly unit?: 's' | 'ms';
  /** Attributes of the span only: what has too many values for a metric, such as an order's number. @default none */
  readonly spanAttributes?: Attributes;
}

/**
 * Runs work inside a span, and records its duration and what went wrong. The error is thrown on. Costs a few hundred
 * nanoseconds when nothing is started.
 *
 * @throws TelemetryErrors.UNKNOWN_OPTION
 */
export async function observe<Result, MetricAttributes extends object = Readonly<Record<string, never>>>(
  name: string,
  options: ObserveOptions<MetricAttributes>,
  work: (span: Span) => Result | Promise<Result>,
): Promise<Result> {
  expectKnown('', options, ['metric', 'attributes', 'unit', 'spanAttributes']);
  const { metric, attributes, unit = 's', spanAttributes } = options;
  const startedAt = performance.now();
  const finish = (failure: object): void => {
    const tookMs = performance.now() - startedAt;
    metric?.record(unit === 's' ? tookMs / 1000 : tookMs, { ...attributes, ...failure } as MetricAttributes);
  };
  const all = { ...attributes, ...spanAttributes } as Attributes;
  return trace.getTracer('@seaworthy/telemetry').startActiveSpan(name, { attributes: all }, async (span) => {
    try {
      const result = await work(span);
      finish({});
      return result;
    } catch (error) {
      const type = errorType(error);
      finish({ 'error.type': type });
      span.setAttribute('error.type', type);
      if (error instanceof Error) span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.message : String(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** A code when the error has one, else the name of its class: both have few values. */
function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
