// (1) With nothing running, recording costs a comparison and keeps nothing.
// (2) Several may run in one process; they read the same series, and the last one to close empties them.
// (3) Every page is made of the values at the time it was asked for.
// (4) `flush` and `close` end after their time, whatever a collector does.
import { createNoopMeter, ProxyTracerProvider, type MeterProvider, type TracerProvider } from '@opentelemetry/api';
import { bridge } from './channels.ts';
import { createDelivery } from './delivery.ts';
import { diagnose, type Diagnosis } from './diagnose.ts';
import { TelemetryErrors } from './errors.ts';
import { sampleSpans } from './exemplars.ts';
import { atExit } from './exit.ts';
import { nativeFamilies } from './native.ts';
import { expectWait, longestWaitMs } from './expect-option.ts';
import type { TelemetryOptions } from './options.ts';
import { createOwn } from './own.ts';
import { answer, type PageRequest, type PageResponse, type PageServer, type RenderedPage } from './page.ts';
import { processFamilies, type ProcessFamilies } from './process.ts';
import { acceptedFormat, contentTypes, renderPage } from './prometheus.ts';
import { register } from './registration.ts';
import { isPushed, type Sdk, type SdkParts } from './sdk.ts';
import { seam, type Family, type Seam } from './seam.ts';
import { within } from './waits.ts';

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
  /**
   * Exports what is left, stops recording and gives the memory back; what is not exported when the time is up or the signal
   * aborts is given up. Closing twice is safe: who closes with less time ends both.
   *
   * @param timeoutMs @default the option `closeTimeoutMs`
   * @throws TelemetryErrors.INVALID_OPTION
   */
  close(timeoutMs?: number, signal?: AbortSignal): Promise<void>;
}

/** What was opened and loaded before. */
export interface Parts {
  readonly options: TelemetryOptions;
  /** Of its configuration file. */
  readonly problems: readonly Error[];
  readonly createSdk: (parts: SdkParts) => Sdk;
  readonly server: PageServer | undefined;
}

/** Starts to record; waits for nothing. */
export function createTelemetry({ options, problems, createSdk, server }: Parts): Telemetry {
  const { cardinalityLimit = 2_000, channels = [], onError, disabled = false } = options;
  const { runtime, prometheus = 'handler' } = disabled ? ({ runtime: false, prometheus: false } as const) : options;
  const shared = seam();
  const own = createOwn(options);
  const tell = (error: unknown): void => quietly(() => onError?.(error));
  for (const problem of problems) tell(problem);
  const delivery = createDelivery((signal, _loss, reason) =>
    tell(new TelemetryErrors.EXPORT_FAILED({ signal, reason })),
  );
  let ofProcess: ProcessFamilies | undefined;
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
  const sdk = createSdk({ families, refresh, delivery, onFailure: failed });
  ofProcess = (runtime ?? true) ? processFamilies() : undefined;
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
  const cut = new AbortController();
  async function stop(): Promise<void> {
    undoChannels();
    sdk.hurry();
    await within(longestWaitMs, sdk.shutdown(), cut.signal);
    sdk.abort();
    await server?.close();
    registration.undo();
    ofProcess?.close();
    undoExit?.();
    forgetSpans?.();
    if (disabled) return;
    shared.running -= 1;
    if (shared.running === 0) empty(shared);
  }
  function close(timeoutMs = closeTimeoutMs, signal?: AbortSignal): Promise<void> {
    closing ??= stop();
    // Of those who close, the one with the least time is waited for.
    void within(timeoutMs, closing, signal).then(() => cut.abort());
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
    async close(timeoutMs, signal) {
      expectWait('timeoutMs', timeoutMs);
      await close(timeoutMs, signal);
    },
    [Symbol.asyncDispose]: () => close(),
  };
}

/** Spans give exemplars when this telemetry makes some, or when it is told so. */
function isSampled({ exemplars }: TelemetryOptions, { tracerProvider }: Sdk): boolean {
  return exemplars === 'trace-based' || (exemplars === undefined && tracerProvider !== undefined);
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
