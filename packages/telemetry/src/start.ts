// (1) With nothing running, recording costs a comparison and keeps nothing.
// (2) Several may run in one process; they read the same series, and the last one to close empties them.
// (3) Every page is made of the values at the time it was asked for.
// (4) `flush` and `close` end after their time, whatever a collector does.
import { createNoopMeter, ProxyTracerProvider, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { bridge } from './channels.ts';
import { checkGiven, checkOptions } from './check-options.ts';
import { createDelivery } from './delivery.ts';
import { diagnose, type Diagnosis } from './diagnose.ts';
import { TelemetryErrors } from './errors.ts';
import { sampleSpans } from './exemplars.ts';
import { atExit } from './exit.ts';
import { nativeFamilies } from './native.ts';
import { expectWait } from './expect-option.ts';
import type { TelemetryOptions } from './options.ts';
import { createOwn } from './own.ts';
import { answer, servePage, type PageRequest, type PageResponse, type RenderedPage } from './page.ts';
import { processFamilies } from './process.ts';
import { acceptedFormat, contentTypes, renderPage } from './prometheus.ts';
import { register } from './registration.ts';
import { createSdk, isPushed, type Sdk } from './sdk.ts';
import { seam, type Family, type Seam } from './seam.ts';

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
  /**
   * Exports what is there now. Resolves when that is done, the time is up or the signal aborts; what could not be exported is
   * in `diagnose()`.
   *
   * @param timeoutMs @default 5000
   * @throws TelemetryErrors.INVALID_OPTION
   */
  flush(timeoutMs?: number, signal?: AbortSignal): Promise<void>;
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
  checkGiven(given);
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
  const failed = (error: unknown): void => {
    own.failed();
    tell(error);
  };
  const sdk = await createSdk({ options, families, refresh, delivery, onFailure: failed });
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
  const forgetSpans = isSampled(options, sdk) ? sampleSpans(shared) : undefined;
  const undoChannels = bridge(disabled ? [] : channels, failed);

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
    forgetSpans?.();
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
    async flush(timeoutMs = 5_000, signal) {
      expectWait('timeoutMs', timeoutMs);
      await within(timeoutMs, sdk.flush(), signal);
    },
    diagnose: () => {
      const { overflowing } = sdk;
      const signals = delivery.read();
      return diagnose({
        options,
        problems,
        families: families(),
        overflowing,
        registration,
        signals,
        url: server?.url,
      });
    },
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

/** Spans give exemplars when this telemetry makes some, or when it is told so. */
function isSampled({ exemplars }: TelemetryOptions, { tracerProvider }: Sdk): boolean {
  return exemplars === 'trace-based' || (exemplars === undefined && tracerProvider !== undefined);
}

/** Waits for work, but not longer than this. The timer keeps the process alive meanwhile, which connections do not. */
async function within(milliseconds: number, work: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<void>();
  const stop = (): void => resolve();
  const timer = setTimeout(stop, signal?.aborted === true ? 0 : milliseconds);
  signal?.addEventListener('abort', stop, { once: true });
  // What went wrong is counted where it did.
  await Promise.race([work.catch(() => undefined), timeIsUp]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
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
