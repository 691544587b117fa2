// What instruments of OpenTelemetry's API record, bounded. The SDK's own limit holds for what comes between two collections
// only, while the totals that it keeps of all collections grow with each new set of attributes.
// (1) A metric has at most `limit` series for as long as its reader lives, one of them the sum of what did not fit.
// (2) Totals are exact: read is what came since the last time, and each count of it is added once.
import type { Attributes, HrTime } from '@opentelemetry/api';
import type {
  CollectionResult,
  DataPoint,
  Histogram,
  MetricData,
  MetricProducer,
  ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { hrTime, type SdkEnums, type Temporality } from './producer.ts';

export interface SeriesOptions {
  readonly limit: number;
  /** What is handed on. Stocks, which go up and down, are totals in both. */
  readonly temporality: Temporality;
  readonly sdk: SdkEnums;
  /** Takes the names of the metrics that have reached the limit. */
  readonly overflowing: Set<string>;
}

type Value = number | Histogram;
type Point = DataPoint<Value>;

interface Stream {
  metric: MetricData;
  readonly known: Set<string>;
  /** By attributes; of deltas those of one collection. */
  readonly points: Map<string, Point>;
}

/** By the scope's name, version and address. */
type Scopes = Map<string, { readonly scope: ScopeMetrics['scope']; readonly streams: Map<string, Stream> }>;

export const overflowAttributes: Attributes = { 'otel.metric.overflow': true };
const overflowKey = attributesKey(overflowAttributes);

/** What tells two sets of attributes apart, whatever their order. */
export function attributesKey(attributes: Attributes): string {
  return JSON.stringify(
    Object.keys(attributes)
      .toSorted()
      .map((name) => [name, attributes[name]]),
  );
}

/** Whether a series is one of the known, or there is room for it beside the overflow. */
export function admits(known: Set<string>, key: string, limit: number): boolean {
  if (known.has(key)) return true;
  if (key === overflowKey || known.size >= limit - 1) return false;
  known.add(key);
  return true;
}

/** Reads deltas of a producer of the SDK; what it gives as totals already is handed on as it is. */
export function boundSeries(producer: MetricProducer, options: SeriesOptions): MetricProducer {
  const { DELTA, CUMULATIVE } = options.sdk.AggregationTemporality;
  const scopes: Scopes = new Map();
  const isHandedOn = ({ metric }: Stream): boolean =>
    options.temporality === 'delta' && !('isMonotonic' in metric && !metric.isMonotonic);
  const read = ({ scope, metrics }: ScopeMetrics): MetricData[] => {
    const streams = streamsOf(scopes, scope);
    const others: MetricData[] = [];
    for (const metric of metrics) {
      if (metric.aggregationTemporality === DELTA) add(streamOf(streams, metric), metric, options);
      else others.push(metric);
    }
    return others;
  };
  const write = (stream: Stream, endTime: HrTime): MetricData => {
    const { metric, points } = stream;
    const dataPoints = [...points.values()].map((point) => ({ ...point, endTime }));
    const isDelta = isHandedOn(stream);
    if (isDelta) points.clear();
    return { ...metric, aggregationTemporality: isDelta ? DELTA : CUMULATIVE, dataPoints } as MetricData;
  };
  return {
    async collect(asked): Promise<CollectionResult> {
      const { resourceMetrics, errors } = await producer.collect(asked);
      const others = new Map(resourceMetrics.scopeMetrics.map((each) => [scopeKey(each.scope), read(each)]));
      const at = hrTime(Date.now());
      const scopeMetrics = [...scopes].map(([key, { scope, streams }]) => {
        const written = [...streams.values()].filter(({ points }) => points.size > 0).map((each) => write(each, at));
        return { scope, metrics: [...written, ...(others.get(key) ?? [])] };
      });
      const { resource } = resourceMetrics;
      return { resourceMetrics: { resource, scopeMetrics: scopeMetrics.filter(hasMetrics) }, errors };
    },
  };
}

function hasMetrics({ metrics }: ScopeMetrics): boolean {
  return metrics.length > 0;
}

function scopeKey({ name, version, schemaUrl }: ScopeMetrics['scope']): string {
  return JSON.stringify([name, version, schemaUrl]);
}

function streamsOf(scopes: Scopes, scope: ScopeMetrics['scope']): Map<string, Stream> {
  const key = scopeKey(scope);
  const { streams } = scopes.get(key) ?? { streams: new Map<string, Stream>() };
  scopes.set(key, { scope, streams });
  return streams;
}

/** By what the SDK tells storages of one name apart by. */
function streamOf(streams: Map<string, Stream>, metric: MetricData): Stream {
  const { descriptor, dataPointType } = metric;
  const { name, unit, valueType } = descriptor;
  const key = JSON.stringify([name, unit, valueType, dataPointType, 'isMonotonic' in metric && metric.isMonotonic]);
  const stream = streams.get(key) ?? { metric, known: new Set(), points: new Map() };
  // A description may have become a longer one.
  stream.metric = metric;
  streams.set(key, stream);
  return stream;
}

function add({ known, points }: Stream, metric: MetricData, { limit, overflowing, sdk }: SeriesOptions): void {
  const isGauge = metric.dataPointType === sdk.DataPointType.GAUGE;
  for (const point of metric.dataPoints as readonly Point[]) {
    let { attributes } = point;
    let key = attributesKey(attributes);
    if (!admits(known, key, limit)) {
      [key, attributes] = [overflowKey, overflowAttributes];
      overflowing.add(metric.descriptor.name);
    }
    const { value, startTime } = points.get(key) ?? {};
    const isFirst = value === undefined || startTime === undefined;
    points.set(
      key,
      isFirst
        ? { ...point, attributes }
        : { ...point, attributes, startTime, value: isGauge ? point.value : plus(value, point.value) },
    );
  }
}

function plus(one: Value, other: Value): Value {
  if (typeof one === 'number' || typeof other === 'number') return Number(one) + Number(other);
  const { boundaries, counts } = one.buckets;
  return {
    buckets: { boundaries, counts: counts.map((count, index) => count + (other.buckets.counts[index] ?? 0)) },
    count: one.count + other.count,
    sum: (one.sum ?? 0) + (other.sum ?? 0),
    min: outer(one.min, other.min, Math.min),
    max: outer(one.max, other.max, Math.max),
  } as Histogram;
}

/** Of what was not a number there is neither. */
function outer(one: number | undefined, other: number | undefined, pick: typeof Math.min): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : pick(one, other);
}
