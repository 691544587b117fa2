// (1) With nothing running, recording costs a comparison and keeps nothing.
// (2) Several may run in one process; they read the same series, and the last one to close empties them.
// (3) Every page is made of the values at the time it was asked for.
// (4) `flush` and `close` end after their time, whatever a collector does.
import {
  createNoopMeter,
  trace,
  ProxyTracerProvider,
  type MeterProvider,
  type TracerProvider,
} from '@opentelemetry/api';
import { bridge } from './channels.ts';
import { createDelivery } from './delivery.ts';
import { diagnose, type Diagnosis } from './diagnose.ts';
import { TelemetryErrors } from './errors.ts';
import { atExit } from './exit.ts';
import { nativeFamilies } from './native.ts';
import { checkOptions, type TelemetryOptions } from './options.ts';
import { createOwn } from './own.ts';
import { answer, servePage, type PageRequest, type PageResponse, type RenderedPage } from './page.ts';
import { processFamilies } from './process.ts';
import { acceptedFormat, contentTypes, renderPage } from './prometheus.ts';
import { register } from './registration.ts';
import { createSdk, isPushed, type Sdk } from './sdk.ts';
import { seam, type Family, type SampledSpan, type Seam } from './seam.ts';

export interface Telemetry extends AsyncDisposable {
  /** Where the page is served, when it has a port of its own. */
  readonly url: string | undefined;
  /**
   * The page for Prometheus of this moment.
   *
   * @param accept An `Accept` value: OpenMetrics 1.0.0 with exemplars when it prefers that, else text 0.0.4.
   * @throws TelemetryErrors.PROMETHEUS_OFF
   */
  render(accept?: string): Promise<RenderedPage>;
  /** Answers GET and HEAD with the page, or 404 when it is off; everything else with 405. */
  handler(request: PageRequest, response: PageResponse): Promise<void>;
  /** Exports what is there now. Resolves when that is done or the time is up, and never rejects: look at `diagnose()`. */
  flush(timeoutMs?: number): Promise<void>;
  /** What is wrong with telemetry itself, and its counts. */
  diagnose(): Diagnosis;
  /** For instruments and tracers of OpenTelemetry's own. */
  readonly meterProvider: MeterProvider;
  readonly tracerProvider: TracerProvider;
  /** Exports what is left, stops recording and gives the memory back. Closing twice is safe. */
  close(): Promise<void>;
}

/**
 * Starts to record what `defineMetrics` defined, before or after.
 *
 * @throws TelemetryErrors.INVALID_OPTION, PORT_UNAVAILABLE, INVALID_CONFIG_FILE, NO_CONFIG_PARSER
 */
export async function startTelemetry(given: TelemetryOptions): Promise<Telemetry> {
  const { options, problems } = await withConfigFile(given);
  checkOptions(options);
  const { cardinalityLimit = 2_000, channels = [], onError, disabled = false } = options;
  const { runtime, prometheus = 'handler' } = disabled ? ({ runtime: false, prometheus: false } as const) : options;
  const shared = seam();
  const own = createOwn(options);
  const tell = (error: unknown): void => quietly(() => onError?.(error));
  for (const problem of problems) tell(problem);
  const delivery = createDelivery((signal, _loss, reason) =>
    tell(new TelemetryErrors.EXPORT_FAILED({ signal, reason })),
  );
  const ofProcess = (runtime ?? true) ? processFamilies() : undefined;
  const families = (): readonly Family[] => {
    ofProcess?.read();
    own.read(shared.families);
    return [...(ofProcess?.families ?? []), ...shared.families, ...own.families, ...delivery.families];
  };
  const refresh = (): Promise<void> => ofProcess?.refresh() ?? Promise.resolve();
  const sdk = await createSdk({ options, families, refresh, delivery });
  const registration = register(sdk);

  const page = async (accept: string | undefined): Promise<RenderedPage> => {
    if (prometheus === false) throw new TelemetryErrors.PROMETHEUS_OFF();
    const format = acceptedFormat(accept);
    await refresh();
    const native = await sdk.collect();
    const all = [own.target, ...families(), ...nativeFamilies(native?.scopeMetrics ?? [])];
    const body = renderPage(all, format);
    if (format === 'openmetrics') shared.round += 1;
    return { contentType: contentTypes[format], body };
  };
  const undoStart = (): void => {
    registration.undo();
    ofProcess?.close();
  };
  const server = typeof prometheus === 'object' ? await serveOrStop(prometheus, page, sdk, undoStart) : undefined;
  if (!disabled) {
    shared.limit = cardinalityLimit;
    shared.running += 1;
  }
  const forgetSpans = sampleSpans(shared, options, sdk);
  const undoChannels = bridge(disabled ? [] : channels, (error) => {
    own.failed();
    tell(error);
  });

  let closing: Promise<void> | undefined;
  const { closeTimeoutMs = 5_000, exportAtExit = true } = options;
  const isAnythingPushed = isPushed(options, 'metrics') || isPushed(options, 'traces');
  const undoExit = exportAtExit && isAnythingPushed ? atExit(() => close()) : undefined;
  async function stop(): Promise<void> {
    undoChannels();
    sdk.hurry();
    await within(closeTimeoutMs, sdk.shutdown());
    sdk.abort();
    await server?.close();
    undoStart();
    undoExit?.();
    forgetSpans();
    if (disabled) return;
    shared.running -= 1;
    if (shared.running === 0) empty(shared);
  }
  function close(): Promise<void> {
    closing ??= stop();
    return closing;
  }
  return {
    url: server?.url,
    render: (accept) => page(accept),
    handler: (request, response) => answer(request, response, prometheus === false ? undefined : page),
    flush: (timeoutMs = 5_000) => within(timeoutMs, sdk.flush()),
    diagnose: () =>
      diagnose({ options, problems, families: families(), registration, signals: delivery.read(), url: server?.url }),
    meterProvider: sdk.meterProvider ?? { getMeter: () => createNoopMeter() },
    tracerProvider: sdk.tracerProvider ?? new ProxyTracerProvider(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Configured {
  readonly options: TelemetryOptions;
  readonly problems: readonly Error[];
}

/** The options with what the file says, when there is one. */
async function withConfigFile(given: TelemetryOptions): Promise<Configured> {
  if (given.configFile === undefined) return { options: given, problems: [] };
  const { readConfigFile } = await import('./config-file.ts');
  const { options, problems } = await readConfigFile(given.configFile);
  return { options: { ...given, ...options }, problems };
}

/** What is open already is closed when the port is taken. */
async function serveOrStop(
  where: Parameters<typeof servePage>[0],
  render: Parameters<typeof servePage>[1],
  sdk: Sdk,
  undo: () => void,
) {
  try {
    return await servePage(where, render);
  } catch (error) {
    undo();
    sdk.hurry();
    await within(1_000, sdk.shutdown());
    throw error;
  }
}

/** Makes measurements look for the span around them; the answer undoes it. */
function sampleSpans(shared: Seam, { exemplars }: TelemetryOptions, { tracerProvider }: Sdk): () => void {
  const isWanted = exemplars === 'trace-based' || (exemplars === undefined && tracerProvider !== undefined);
  if (!isWanted) return () => undefined;
  const look = (): SampledSpan | undefined => {
    const span = trace.getActiveSpan()?.spanContext();
    return span !== undefined && (span.traceFlags & 1) === 1 ? span : undefined;
  };
  shared.sampledSpan ??= look;
  return () => {
    if (shared.sampledSpan === look) shared.sampledSpan = undefined;
  };
}

/** Waits for work, but not longer than this. The timer keeps the process alive meanwhile, which connections do not. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, milliseconds, undefined);
  // What went wrong is counted where it did.
  await Promise.race([work.catch(() => undefined), timeIsUp]);
  clearTimeout(timer);
}

function empty(shared: Seam): void {
  for (const { cells } of shared.families) cells.clear();
  shared.generation += 1;
}

function quietly(call: () => void): void {
  try {
    call();
  } catch {
    return;
  }
}
