import type { Delivered, Signal } from './delivery.ts';
import type { OtlpOptions, TelemetryOptions } from './options.ts';
import { apiVersions, type Registration } from './registration.ts';
import type { Family } from './seam.ts';

/** How telemetry itself is. Plain data. */
export interface Diagnosis {
  /** What is wrong, one sentence each, with what to do; empty when all is well. */
  readonly problems: readonly string[];
  /** Versions of the OpenTelemetry API that made its global objects in this process. */
  readonly apiVersions: readonly string[];
  /** What of this telemetry the API hands out. */
  readonly registered: readonly string[];
  /** Where metrics and spans go. */
  readonly exporters: readonly string[];
  readonly signals: Readonly<Record<Signal, Delivered>>;
  readonly metrics: number;
  readonly series: number;
  /** Metrics that have reached the limit of series. */
  readonly overflowing: readonly string[];
}

export interface Look {
  readonly options: TelemetryOptions;
  /** Of its configuration file. */
  readonly problems: readonly Error[];
  readonly families: Iterable<Family>;
  /** Metrics of OpenTelemetry's API that have reached the limit. */
  readonly overflowing: Iterable<string>;
  readonly registration: Registration;
  readonly signals: Readonly<Record<Signal, Delivered>>;
  readonly url: string | undefined;
}

export function diagnose(look: Look): Diagnosis {
  const families = [...look.families];
  const overflowing = [
    ...new Set([
      ...families.filter(({ cells }) => cells.overflow !== undefined).map(({ name }) => name),
      ...look.overflowing,
    ]),
  ];
  const exporters = exportersOf(look);
  return {
    problems: [
      ...look.problems.map(({ message }) => message),
      ...registrationProblems(look.registration),
      ...(look.options.disabled === true
        ? ['Telemetry is off: `disabled` is set, by the program or by OTEL_SDK_DISABLED. Unset it to measure.']
        : exporters.length === 0
          ? ['Nothing is exported: set `prometheus`, `otlp` or `console`.']
          : []),
      ...(Object.entries(look.signals) as [Signal, Delivered][]).flatMap(deliveryProblems),
      ...overflowing.map(
        (name) =>
          `Metric ${name} has reached the limit of series or was given attributes that its definition does not allow; what does not fit is summed in one. Give it fewer attribute values.`,
      ),
      ...[...rejectedBy(families)].map(
        ([name, values]) =>
          `Metric ${name} was given ${values} values that cannot be counted. Record finite numbers, for a counter not below 0.`,
      ),
    ],
    apiVersions: apiVersions(),
    registered: look.registration.registered,
    exporters,
    signals: look.signals,
    metrics: families.length,
    series: families.reduce((sum, { cells }) => sum + cells.list.length, 0),
    overflowing,
  };
}

/** Two copies of a package define one metric twice. */
function rejectedBy(families: readonly Family[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { name, cells } of families) {
    if (cells.rejected > 0) sums.set(name, (sums.get(name) ?? 0) + cells.rejected);
  }
  return sums;
}

function exportersOf({ options, url }: Look): readonly string[] {
  const { prometheus = 'handler', otlp, console: written = false, disabled = false } = options;
  if (disabled) return [];
  return [
    ...(prometheus === 'handler' ? ['prometheus handler'] : []),
    ...(url === undefined ? [] : [`prometheus ${url}`]),
    // Without what the URL may hold besides: a token in the query, a user and a password.
    ...new Set(otlp === undefined ? [] : origins(otlp).map((origin) => `otlp ${origin}`)),
    ...(written === true || (written !== false && written.length > 0) ? ['console'] : []),
  ];
}

function origins({ endpoint, metrics, traces }: OtlpOptions): readonly string[] {
  return [metrics, traces]
    .filter((signal) => signal !== false)
    .map((signal) => new URL(signal?.url ?? endpoint).origin);
}

function registrationProblems({ refused }: Registration): readonly string[] {
  return Object.entries(refused).map(
    ([name, reason]) =>
      `OpenTelemetry's API did not take our ${name}: ${reason}. What uses the API records elsewhere or nowhere. Have one version of @opentelemetry/api in the process (npm ls @opentelemetry/api) and start one telemetry, first.`,
  );
}

function deliveryProblems([signal, delivered]: readonly [Signal, Delivered]): readonly string[] {
  const { exported, dropped, putOff, lastError, lastSuccessAt } = delivered;
  const lost = Object.entries(dropped).filter(([, items]) => items > 0);
  const late =
    putOff === 0
      ? []
      : [
          `Of ${signal}, ${putOff} exports were put off, each because the one before was still on its way; what they would have had went with the next. Look at the collector, or raise otlp.intervalMs.`,
        ];
  if (lost.length === 0) return late;
  const counts = lost.map(([reason, items]) => `${items} ${reason}`).join(', ');
  const since =
    lastSuccessAt === undefined ? 'never succeeded' : `last succeeded ${new Date(lastSuccessAt).toISOString()}`;
  return [
    `Of ${signal}, ${exported} were exported and dropped: ${counts}. Export ${since}; last error: ${lastError}. Look at the collector.`,
    ...late,
  ];
}
