// What instruments of OpenTelemetry itself recorded, for our page.
import type { Attributes } from '@opentelemetry/api';
import type { DataPoint, Histogram, MetricData, ScopeMetrics } from '@opentelemetry/sdk-metrics';
import type { Cell } from './cells.ts';
import { escapeLabel, labelName } from './names.ts';
import type { PageFamily } from './prometheus.ts';
import type { MetricType } from './types.ts';

/** One family for each metric of the SDK. Two with one name in different scopes become one on the page. */
export function nativeFamilies(scopes: readonly ScopeMetrics[]): readonly PageFamily[] {
  return scopes.flatMap(({ metrics }) => metrics.map(toFamily));
}

function toFamily(metric: MetricData): PageFamily {
  const { name, unit, description } = metric.descriptor;
  const type = typeOf(metric);
  // Of points with the same labels the later one.
  const points = new Map(
    (metric.dataPoints as readonly DataPoint<unknown>[]).map((point) => [labelsOf(point.attributes), toCell(point)]),
  );
  const labels = new Map([...points].map(([text, cell]) => [cell, text]));
  const first = metric.dataPoints[0]?.value;
  const bounds = type === 'histogram' && isExplicit(first) ? first.buckets.boundaries : [];
  return {
    name,
    unit,
    description,
    type,
    bounds,
    attributes: [],
    cells: { list: [...points.values()], overflow: undefined, labels: (cell) => labels.get(cell) ?? '' },
  };
}

// By the shape of a value and not by the SDK's numbers, so that this file loads nothing of it.
function typeOf(metric: MetricData): MetricType {
  if (typeof metric.dataPoints[0]?.value === 'object') return 'histogram';
  if (!('isMonotonic' in metric)) return 'gauge';
  return metric.isMonotonic ? 'counter' : 'updowncounter';
}

function toCell({ value }: DataPoint<unknown>): Cell {
  const single = { values: [], count: 0, buckets: undefined, exemplars: undefined };
  if (typeof value === 'number') return { ...single, value };
  const { sum = 0, count } = value as Histogram;
  // An exponential histogram has no bounds that a page could show: its count and sum are.
  return { ...single, value: sum, count, buckets: isExplicit(value) ? value.buckets.counts : [count] };
}

function isExplicit(value: unknown): value is Histogram {
  return typeof value === 'object' && value !== null && 'buckets' in value;
}

/** Attributes that become one label are joined, as OpenTelemetry's specification wants it. */
function labelsOf(attributes: Attributes): string {
  const labels = new Map<string, string>();
  for (const [name, value] of Object.entries(attributes).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const written = labelName(name === '' ? '_' : name);
    const label = written === 'le' ? 'exported_le' : written;
    const text = Array.isArray(value) ? JSON.stringify(value) : String(value);
    const before = labels.get(label);
    labels.set(label, before === undefined ? text : `${before};${text}`);
  }
  return [...labels].map(([label, text]) => `${label}="${escapeLabel(text)}"`).join(',');
}
