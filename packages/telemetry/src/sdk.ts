// The providers of OpenTelemetry's SDK, made of the options. Loaded when something of it is wanted.
import { context, type MeterProvider, type TextMapPropagator, type TracerProvider } from '@opentelemetry/api';
import type { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { Resource } from '@opentelemetry/resources';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Delivery, Signal } from './delivery.ts';
import type { OtlpClient } from './otlp.ts';
import type { OtlpOptions, TelemetryOptions } from './options.ts';
import { createMetrics } from './sdk-metrics.ts';
import type { Family } from './seam.ts';
import { createSpanQueue } from './spans.ts';
import { unreadSpans } from './unread-spans.ts';

/** What the SDK works with. */
export interface SdkParts {
  readonly families: () => Iterable<Family>;
  /** Awaited before an export looks at the families. */
  readonly refresh: () => Promise<void>;
  readonly delivery: Delivery;
  /** Told of what a native instrument throws, or does not answer, while a page is made. */
  readonly onFailure: (error: unknown) => void;
}

export interface SdkOptions extends SdkParts {
  readonly options: TelemetryOptions;
}

/** What the SDK does for one telemetry. */
export interface Sdk {
  readonly meterProvider: MeterProvider | undefined;
  readonly tracerProvider: TracerProvider | undefined;
  readonly contextManager: AsyncLocalStorageContextManager | undefined;
  readonly propagator: TextMapPropagator | undefined;
  /** What native instruments recorded, for a page. */
  readonly collect: () => Promise<ResourceMetrics | undefined>;
  /** Names of the metrics of the API that have reached the limit of series. */
  readonly overflowing: ReadonlySet<string>;
  readonly flush: () => Promise<unknown>;
  /** `hurry` is told when the process ends: nothing is tried twice then. */
  readonly hurry: () => void;
  readonly shutdown: () => Promise<unknown>;
  /** Gives up what is on its way. */
  readonly abort: () => void;
}

const nothing: Sdk = {
  meterProvider: undefined,
  tracerProvider: undefined,
  contextManager: undefined,
  propagator: undefined,
  collect: () => Promise.resolve(undefined),
  overflowing: new Set(),
  flush: () => Promise.resolve(),
  hurry: () => undefined,
  shutdown: () => Promise.resolve(),
  abort: () => undefined,
};

/** Loads what these options need of OpenTelemetry's SDK, and opens nothing. The answer makes it, and waits for nothing. */
export async function loadSdk(options: TelemetryOptions): Promise<(parts: SdkParts) => Sdk> {
  const { native = true, otlp, traces, disabled = false } = options;
  const isTraced = traces !== false && !disabled && (isPushed(options, 'traces') || traces !== undefined);
  const isMeasured = !disabled && (native || isPushed(options, 'metrics'));
  if (!isTraced && !isMeasured) return () => nothing;
  const [{ resourceFromAttributes, defaultResource }, metricsSdk, tracesSdk] = await Promise.all([
    import('@opentelemetry/resources'),
    isMeasured ? import('@opentelemetry/sdk-metrics') : undefined,
    isTraced ? loadTraces() : undefined,
  ]);
  const resource = defaultResource().merge(resourceFromAttributes(attributesOf(options)));
  return (parts) => {
    const given = { ...parts, options };
    const client = otlp === undefined ? undefined : lazyClient(otlp, parts.delivery, tracesSdk);
    const isShown = isWritten(options.console ?? false, 'metrics');
    const metrics = metricsSdk && createMetrics(metricsSdk, given, resource, { client, isWritten: isShown });
    const spans = tracesSdk && createTraces(tracesSdk, given, resource, client);
    return {
      meterProvider: metrics?.provider,
      tracerProvider: spans?.provider,
      contextManager: spans?.contextManager,
      propagator: spans?.propagator,
      collect: async () => metrics?.collect(),
      overflowing: metrics?.overflowing ?? nothing.overflowing,
      flush: () => Promise.allSettled([metrics?.flush(), spans?.flush()]),
      hurry: () => client?.hurry(),
      shutdown: () => Promise.allSettled([metrics?.shutdown(), spans?.shutdown()]),
      abort: () => client?.abort(),
    };
  };
}

/** Whether a signal is sent or written anywhere by itself. */
export function isPushed(
  { otlp, console: written = false, traces, disabled }: TelemetryOptions,
  signal: Signal,
): boolean {
  if (disabled === true || (signal === 'traces' && traces === false)) return false;
  return isWritten(written, signal) || (otlp !== undefined && otlp[signal] !== false);
}

function isWritten(written: boolean | readonly Signal[], signal: Signal): boolean {
  return typeof written === 'boolean' ? written : written.includes(signal);
}

function attributesOf({
  service,
  serviceVersion,
  resource = {},
}: TelemetryOptions): Record<string, string | number | boolean> {
  const version = serviceVersion === undefined ? {} : { 'service.version': serviceVersion };
  return { ...resource, 'service.name': service, ...version };
}

/** A client that is made at the first export. */
interface LazyClient extends Pick<OtlpClient, 'sendMetrics' | 'sendSpans' | 'hurry' | 'abort'> {
  readonly options: OtlpOptions;
}

function lazyClient(options: OtlpOptions, delivery: Delivery, traces: TracesSdk | undefined): LazyClient {
  const told = { hurry: false, abort: false };
  let made: Promise<OtlpClient> | undefined;
  const client = (): Promise<OtlpClient> => {
    made ??= import('./otlp.ts').then(({ createOtlpClient }) => {
      const loaded = createOtlpClient(options, delivery);
      if (told.hurry) loaded.hurry();
      if (told.abort) loaded.abort();
      return loaded;
    });
    return made;
  };
  const tell = (what: 'hurry' | 'abort'): void => {
    told[what] = true;
    void made?.then((loaded) => loaded[what]());
  };
  return {
    options,
    sendMetrics: async (metrics) => (await client()).sendMetrics(metrics),
    sendSpans: async (spans) => {
      const loaded = await client();
      const here = context.active();
      // The request that carries spans must not make one itself.
      return context.with(traces?.core.suppressTracing(here) ?? here, () => loaded.sendSpans(spans));
    },
    hurry: () => tell('hurry'),
    abort: () => tell('abort'),
  };
}

type TracesSdk = Awaited<ReturnType<typeof loadTraces>>;

async function loadTraces() {
  const [sdk, { AsyncLocalStorageContextManager }, core] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/context-async-hooks'),
    import('@opentelemetry/core'),
  ]);
  return { sdk, AsyncLocalStorageContextManager, core };
}

function createTraces(
  { sdk, AsyncLocalStorageContextManager: ContextManager, core }: TracesSdk,
  { options, delivery }: SdkOptions,
  resource: Resource,
  client: LazyClient | undefined,
) {
  const traces = options.traces === false ? {} : (options.traces ?? {});
  const { ratio = 1, followParent = true, queueSize = 2_048, batchSize = 512, delayMs } = traces;
  const processors: SpanProcessor[] = [];
  if (client !== undefined && client.options.traces !== false) {
    const queue = createSpanQueue({
      send: (spans) => client.sendSpans(spans),
      onFull: (spans) => delivery.dropped('traces', 'queue-full', spans, `more than ${queueSize} spans waited`),
      size: queueSize,
      batch: Math.min(batchSize, queueSize),
      ...(delayMs === undefined ? {} : { delayMs }),
    });
    processors.push(queue);
  }
  if (isWritten(options.console ?? false, 'traces')) {
    processors.push(new sdk.SimpleSpanProcessor({ exporter: new sdk.ConsoleSpanExporter() }));
  }
  const root = new sdk.TraceIdRatioBasedSampler(ratio);
  const sampler = followParent ? new sdk.ParentBasedSampler({ root }) : root;
  const propagator = new core.CompositePropagator({
    propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
  });
  const parts = { propagator, contextManager: new ContextManager().enable() };
  if (processors.length === 0) {
    const ids = new sdk.RandomIdGenerator();
    const provider = unreadSpans({ sampler, ids, isSuppressed: core.isTracingSuppressed });
    return { ...parts, provider, flush: nothing.flush, shutdown: nothing.shutdown };
  }
  const provider = new sdk.TracerProvider({ resource, sampler, spanProcessors: processors });
  return { ...parts, provider, flush: () => provider.forceFlush(), shutdown: () => provider.shutdown() };
}
