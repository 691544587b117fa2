import { camel, decode, type Received } from './collector.ts';

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Point {
  readonly attributes?: readonly Attribute[];
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly sum?: number;
  readonly count?: number | string;
  readonly bucketCounts?: readonly (number | string)[];
  readonly explicitBounds?: readonly number[];
}

interface Metric {
  readonly name: string;
  readonly unit?: string;
  readonly sum?: {
    readonly dataPoints: readonly Point[];
    readonly isMonotonic?: boolean;
    readonly aggregationTemporality: number;
  };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[]; readonly aggregationTemporality: number };
}

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly kind?: number;
}

interface Body {
  readonly resourceMetrics?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string };
      readonly metrics: readonly Metric[];
    }[];
  }[];
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

function bodyOf(received: Received): Body {
  return camel(decode(received)) as Body;
}

export function resourceOf(received: Received): Readonly<Record<string, unknown>> {
  return plain(bodyOf(received).resourceMetrics?.[0]?.resource.attributes);
}

/** All of this name, of whatever scope. */
export function metricsOf(received: Received, name: string): readonly Metric[] {
  return (bodyOf(received).resourceMetrics ?? [])
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .filter((metric) => metric.name === name);
}

export function metricOf(received: Received, name: string): Metric | undefined {
  return metricsOf(received, name)[0];
}

export function spansOf(received: Received): readonly Span[] {
  return (bodyOf(received).resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

/** Points as `[attributes, value]`; of a histogram the value is `[sum, count, buckets]`. */
export function pointsOf(metric: Metric | undefined): readonly unknown[] {
  const points = metric?.sum?.dataPoints ?? metric?.gauge?.dataPoints ?? metric?.histogram?.dataPoints ?? [];
  return points.map((point) => [
    plain(point.attributes),
    metric?.histogram === undefined
      ? (point.asDouble ?? point.asInt)
      : [point.sum, Number(point.count), point.bucketCounts?.map(Number)],
  ]);
}

function plain(attributes: readonly Attribute[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
