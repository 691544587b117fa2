// (1) Nothing is kept between two collections but, for delta, the values of the last one, which are as many as the series.
// (2) Each reader has a producer of its own: what one has taken, the others still see.
import type { Attributes, HrTime } from '@opentelemetry/api';
import type {
  AggregationTemporality,
  CollectionResult,
  DataPoint,
  DataPointType,
  Histogram,
  MetricData,
  MetricProducer,
  ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import type { Resource } from '@opentelemetry/resources';
import type { Cell } from './cells.ts';
import type { Family } from './seam.ts';

export type Temporality = 'cumulative' | 'delta';

/** What OpenTelemetry's SDK calls these numbers; given, so that this file loads nothing of it. */
export interface SdkEnums {
  readonly AggregationTemporality: typeof AggregationTemporality;
  readonly DataPointType: typeof DataPointType;
}

export interface ProducerOptions {
  /** The families of now. */
  readonly families: () => Iterable<Family>;
  /** Awaited before the families are read. @default nothing to wait for */
  readonly refresh?: () => Promise<void>;
  readonly temporality: Temporality;
  readonly sdk: SdkEnums;
  /** Of the SDK, for results that carry none of their own. */
  readonly resource: Resource;
  /** When counting began, in milliseconds since 1970. */
  readonly startedAt: number;
  readonly now?: () => number;
}

/** What a series was at the last collection. */
interface Taken {
  readonly value: number;
  readonly count: number;
  readonly buckets: readonly number[] | undefined;
}

/** Hands our series to a metric reader of OpenTelemetry's SDK, beside what the SDK's own instruments have. */
export function createProducer(options: ProducerOptions): MetricProducer {
  const { families, resource, now = Date.now } = options;
  // Weak: series that are gone take their last values along.
  const taken = new WeakMap<Cell, Taken>();
  let since = options.startedAt;
  const collect = (): CollectionResult => {
    const at = now();
    const scopes = new Map<string, ScopeMetrics>();
    for (const group of sameFamilies(families())) {
      const metric = metricOf(group, { ...options, taken, since: hrTime(since), at: hrTime(at) });
      if (metric !== undefined) scopeOf(scopes, group[0]).metrics.push(metric);
    }
    if (options.temporality === 'delta') since = at;
    return { resourceMetrics: { resource, scopeMetrics: [...scopes.values()] }, errors: [] };
  };
  return {
    async collect() {
      await options.refresh?.();
      return collect();
    },
  };
}

type Group = readonly [Family, ...Family[]];

/** Two copies of a package define one family twice; a collector may see it once only. */
function sameFamilies(families: Iterable<Family>): readonly Group[] {
  const groups = new Map<string, [Family, ...Family[]]>();
  for (const family of families) {
    const { meter, name, type, unit, bounds } = family;
    const key = JSON.stringify([meter.name, meter.version, name, type, unit, bounds]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [family]);
    else group.push(family);
  }
  return [...groups.values()];
}

function scopeOf(scopes: Map<string, ScopeMetrics>, { meter }: Family): ScopeMetrics {
  const key = JSON.stringify([meter.name, meter.version]);
  const known = scopes.get(key);
  if (known !== undefined) return known;
  const { name, version } = meter;
  const made: ScopeMetrics = { scope: version === undefined ? { name } : { name, version }, metrics: [] };
  scopes.set(key, made);
  return made;
}

interface Moment extends ProducerOptions {
  readonly taken: WeakMap<Cell, Taken>;
  readonly since: HrTime;
  readonly at: HrTime;
}

function metricOf(group: Group, moment: Moment): MetricData | undefined {
  const [{ name, unit, description, type, bounds }] = group;
  const { AggregationTemporality: temporality, DataPointType: kind } = moment.sdk;
  // Of a gauge and an up-down counter the present value is what counts, whatever the reader prefers.
  const isDelta = moment.temporality === 'delta' && (type === 'counter' || type === 'histogram');
  const points = pointsOf(group, moment, isDelta);
  if (points.length === 0) return undefined;
  const base = {
    // 1 is DOUBLE: what is whole today may not be tomorrow, and a metric keeps its type.
    descriptor: { name, unit, description, valueType: 1 },
    aggregationTemporality: isDelta ? temporality.DELTA : temporality.CUMULATIVE,
  };
  const at = { endTime: moment.at, startTime: isDelta ? moment.since : hrTime(moment.startedAt) };
  const numbers = (): DataPoint<number>[] => points.map(({ attributes, value }) => ({ ...at, attributes, value }));
  if (type === 'gauge') return { ...base, dataPointType: kind.GAUGE, dataPoints: numbers() };
  if (type !== 'histogram') {
    return { ...base, dataPointType: kind.SUM, isMonotonic: type === 'counter', dataPoints: numbers() };
  }
  const dataPoints = points.map(({ attributes, value: sum, count, buckets = [] }) => ({
    ...at,
    attributes,
    value: { buckets: { boundaries: [...bounds], counts: [...buckets] }, sum, count } satisfies Histogram,
  }));
  return { ...base, dataPointType: kind.HISTOGRAM, dataPoints };
}

interface Point extends Taken {
  readonly attributes: Attributes;
}

function pointsOf(group: Group, { taken }: Moment, isDelta: boolean): readonly Point[] {
  const points = new Map<string, Point>();
  for (const { cells, attributes, type } of group) {
    for (const cell of cells.overflow === undefined ? cells.list : [...cells.list, cells.overflow]) {
      const amount = isDelta ? sinceTaken(cell, taken) : cell;
      if (amount === undefined) continue;
      const labels = cells.labels(cell);
      const other = type === 'gauge' ? undefined : points.get(labels);
      points.set(labels, {
        attributes: other?.attributes ?? attributesOf(cell, attributes),
        value: amount.value + (other?.value ?? 0),
        count: amount.count + (other?.count ?? 0),
        buckets: amount.buckets?.map((count, index) => count + (other?.buckets?.[index] ?? 0)),
      });
    }
  }
  return [...points.values()];
}

/** What came since the last collection; undefined when nothing did. */
function sinceTaken(cell: Cell, taken: WeakMap<Cell, Taken>): Taken | undefined {
  const { value, count, buckets } = cell;
  const last = taken.get(cell);
  if (last !== undefined && last.value === value && last.count === count) return undefined;
  taken.set(cell, { value, count, buckets: buckets?.slice() });
  if (last === undefined) return cell;
  return {
    value: value - last.value,
    count: count - last.count,
    buckets: buckets?.map((each, index) => each - (last.buckets?.[index] ?? 0)),
  };
}

function attributesOf({ values }: Cell, names: readonly string[]): Attributes {
  // The overflow series has no values.
  if (values.length < names.length) return { 'otel.metric.overflow': true };
  const attributes: Attributes = {};
  for (const [index, name] of names.entries()) {
    const value = values[index];
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

export function hrTime(milliseconds: number): HrTime {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.round((milliseconds - seconds * 1000) * 1e6)];
}
