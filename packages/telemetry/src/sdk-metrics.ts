// The meter provider of OpenTelemetry's SDK, with a reader for the page and one for each place that metrics are pushed to.
import type { MeterProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type * as sdkMetrics from '@opentelemetry/sdk-metrics';
import type { MetricReader, MetricReaderOptions, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { OtlpClient } from './otlp.ts';
import type { OtlpOptions } from './options.ts';
import { createProducer, type SdkEnums, type Temporality } from './producer.ts';
import { createPush, type Push } from './push.ts';
import type { SdkOptions } from './sdk.ts';

type SdkModule = typeof sdkMetrics;

/** Sends metrics, by these options. */
export interface MetricsClient extends Pick<OtlpClient, 'sendMetrics'> {
  readonly options: OtlpOptions;
}

export interface MetricsSdk {
  readonly provider: MeterProvider;
  /** What native instruments recorded, for a page. */
  readonly collect: () => Promise<ResourceMetrics | undefined>;
  readonly flush: () => Promise<unknown>;
  readonly shutdown: () => Promise<unknown>;
}

/** Where metrics are pushed to, and how. */
interface Target {
  readonly send: (metrics: ResourceMetrics) => Promise<unknown>;
  readonly temporality: Temporality;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

export async function createMetrics(
  given: SdkOptions,
  resource: Resource,
  client: MetricsClient | undefined,
  isWritten: boolean,
): Promise<MetricsSdk> {
  const sdk = await import('@opentelemetry/sdk-metrics');
  const { options, families, refresh, delivery, onFailure } = given;
  const { cardinalityLimit = 2_000, prometheus = 'handler' } = options;
  const startedAt = Date.now();
  const settings: MetricReaderOptions = { cardinalitySelector: () => cardinalityLimit };
  const collect = async (reader: MetricReader, timeoutMillis: number): Promise<ResourceMetrics> => {
    const { resourceMetrics, errors } = await reader.collect({ timeoutMillis });
    for (const error of errors) onFailure(error);
    return resourceMetrics;
  };
  const pushing = ({ send, temporality, intervalMs, timeoutMs }: Target): MetricReader => {
    const run = async (): Promise<void> => {
      try {
        const metrics = await collect(reader, Math.min(intervalMs, timeoutMs));
        if (metrics.scopeMetrics.length > 0) await send(metrics);
      } catch (error) {
        onFailure(error);
      }
    };
    const push = createPush({ intervalMs, run, onPutOff: () => delivery.putOff('metrics') });
    const producer = createProducer({ families, refresh, temporality, sdk, resource, startedAt });
    const aggregationTemporalitySelector = temporalityOf(temporality, sdk);
    const reader = createReader(
      sdk,
      { ...settings, aggregationTemporalitySelector, metricProducers: [producer] },
      push,
    );
    return reader;
  };
  const page = prometheus === false ? undefined : createReader(sdk, settings, asked);
  const readers = targetsOf(sdk, client, isWritten).map(pushing);
  const provider = new sdk.MeterProvider({ resource, readers: page === undefined ? readers : [page, ...readers] });
  let isShut = false;
  return {
    provider,
    collect: async () => (page === undefined || isShut ? undefined : collect(page, longestAnswerMs)),
    flush: () => provider.forceFlush(),
    shutdown: () => {
      isShut = true;
      return provider.shutdown();
    },
  };
}

/** A native instrument may ask others for its value; one that they never give holds no page, it is left out. */
const longestAnswerMs = 1_000;

/** A page is read when it is asked for, and never by itself. */
const asked: Push = { start: () => undefined, flush: () => Promise.resolve(), stop: () => Promise.resolve() };

function createReader({ MetricReader: Reader }: SdkModule, settings: MetricReaderOptions, push: Push): MetricReader {
  return new (class extends Reader {
    protected override onInitialized(): void {
      push.start();
    }
    protected override onForceFlush = push.flush;
    protected override onShutdown = push.stop;
  })(settings);
}

function targetsOf(sdk: SdkModule, client: MetricsClient | undefined, isWritten: boolean): readonly Target[] {
  const targets: Target[] = [];
  if (client !== undefined && client.options.metrics !== false) {
    const { temporality = 'cumulative', intervalMs = 60_000, timeoutMs: both = 10_000, metrics } = client.options;
    targets.push({ send: client.sendMetrics, temporality, intervalMs, timeoutMs: metrics?.timeoutMs ?? both });
  }
  if (isWritten) {
    const written = new sdk.ConsoleMetricExporter();
    const send: Target['send'] = (metrics) => new Promise((resolve) => written.export(metrics, resolve));
    targets.push({ send, temporality: 'cumulative', intervalMs: 10_000, timeoutMs: 10_000 });
  }
  return targets;
}

const staysCumulative: ReadonlySet<string> = new Set(['UP_DOWN_COUNTER', 'OBSERVABLE_UP_DOWN_COUNTER']);

function temporalityOf(
  temporality: Temporality,
  { AggregationTemporality: { DELTA, CUMULATIVE } }: SdkEnums,
): NonNullable<MetricReaderOptions['aggregationTemporalitySelector']> {
  return (type) => (temporality === 'delta' && !staysCumulative.has(type) ? DELTA : CUMULATIVE);
}
