// The meter provider of OpenTelemetry's SDK, with a reader for the page and one for each place that metrics are pushed to.
import type { MeterProvider } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type * as sdkMetrics from '@opentelemetry/sdk-metrics';
import type {
  AggregationTemporality,
  MetricProducer,
  MetricReader,
  MetricReaderOptions,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { boundSeries, type SeriesOptions } from './native-series.ts';
import { boundObservables } from './observables.ts';
import type { OtlpClient } from './otlp.ts';
import type { OtlpOptions } from './options.ts';
import { createProducer, type Temporality } from './producer.ts';
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
  /** Names of the metrics of the API that have reached the limit of series. */
  readonly overflowing: ReadonlySet<string>;
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

/** Where metrics go by themselves. */
export interface Ways {
  readonly client: MetricsClient | undefined;
  readonly isWritten: boolean;
}

export function createMetrics(sdk: SdkModule, given: SdkOptions, resource: Resource, ways: Ways): MetricsSdk {
  const { options, families, refresh, delivery, onFailure } = given;
  const { cardinalityLimit: limit = 2_000, prometheus = 'handler' } = options;
  const startedAt = Date.now();
  const series: Omit<SeriesOptions, 'temporality'> = { limit, sdk, overflowing: new Set() };
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
    const reader = createReader(sdk, { ...series, temporality }, push, [producer]);
    return reader;
  };
  const page = prometheus === false ? undefined : createReader(sdk, { ...series, temporality: 'cumulative' }, asked);
  const readers = targetsOf(sdk, ways).map(pushing);
  const provider = new sdk.MeterProvider({ resource, readers: page === undefined ? readers : [page, ...readers] });
  let isShut = false;
  return {
    provider: boundObservables(provider, series),
    overflowing: series.overflowing,
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

/** Hands on what the SDK collects in bounded series. */
function createReader(
  { MetricReader: Reader }: SdkModule,
  series: SeriesOptions,
  push: Push,
  metricProducers: MetricProducer[] = [],
): MetricReader {
  const settings: MetricReaderOptions = {
    // What is observed is bounded before; one more, so that the SDK never sums it up itself.
    cardinalitySelector: (type) => (isObserved(type) ? series.limit + 1 : series.limit),
    aggregationTemporalitySelector: temporalityOf(series),
    metricProducers,
  };
  return new (class extends Reader {
    override setMetricProducer(producer: MetricProducer): void {
      super.setMetricProducer(boundSeries(producer, series));
    }
    protected override onInitialized(): void {
      push.start();
    }
    protected override onForceFlush = push.flush;
    protected override onShutdown = push.stop;
  })(settings);
}

function isObserved(type: string): boolean {
  return type.startsWith('OBSERVABLE');
}

/** Of what is recorded the SDK tells what came since the last time; what is observed is a total already. */
function temporalityOf({ temporality, sdk }: SeriesOptions): (type: string) => AggregationTemporality {
  const { DELTA, CUMULATIVE } = sdk.AggregationTemporality;
  return (type) => {
    if (!isObserved(type)) return DELTA;
    return temporality === 'delta' && type !== 'OBSERVABLE_UP_DOWN_COUNTER' ? DELTA : CUMULATIVE;
  };
}

function targetsOf(sdk: SdkModule, { client, isWritten }: Ways): readonly Target[] {
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
