// Names on a Prometheus page, by the OpenTelemetry specification "Prometheus and OpenMetrics compatibility".
import type { MetricType } from './types.ts';

const units: Readonly<Record<string, string>> = {
  s: 'seconds',
  ms: 'milliseconds',
  us: 'microseconds',
  ns: 'nanoseconds',
  min: 'minutes',
  h: 'hours',
  d: 'days',
  By: 'bytes',
  KiBy: 'kibibytes',
  MiBy: 'mebibytes',
  '%': 'percent',
  Cel: 'celsius',
};

/** `http.server.request.duration` in `s` becomes `http_server_request_duration_seconds`; a counter ends in `_total`. */
export function metricName(name: string, unit: string, type: MetricType): string {
  const words = clean(name).replace(/^(\d)/, '_$1');
  const suffix = unitSuffix(unit, type);
  const withUnit = suffix === undefined || words.endsWith(`_${suffix}`) ? words : `${words}_${suffix}`;
  if (type === 'counter') return withUnit.endsWith('_total') ? withUnit : `${withUnit}_total`;
  // These ends belong to the lines of a histogram, and promtool refuses them elsewhere.
  return type === 'histogram' ? withUnit : withUnit.replace(/_(?:bucket|count|sum)$/, '$&s');
}

/** Names that begin with two underscores belong to Prometheus itself: `__name__` would rename the series. */
export function labelName(name: string): string {
  return clean(name)
    .replace(/^(\d)/, '_$1')
    .replace(/^_{2,}/, '_');
}

function unitSuffix(unit: string, type: MetricType): string | undefined {
  if (unit === '1') return type === 'gauge' ? 'ratio' : undefined;
  const bare = unit.replaceAll(/\{[^}]*\}/g, '');
  if (bare === '') return undefined;
  const [amount = '', per] = bare.split('/', 2);
  const first = units[amount] ?? clean(amount);
  return per === undefined ? first : `${first}_per_${(units[per] ?? clean(per)).replace(/s$/, '')}`;
}

function clean(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]+/g, '_');
}
