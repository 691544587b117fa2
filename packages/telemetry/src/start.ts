// (1) With nothing running, recording costs a comparison and keeps nothing.
// (2) Several may run in one process; they read the same series, and the last one to close empties them.
// (3) Every page is made of the values at the time it was asked for.
import { bridge, type ChannelMetric } from './channels.ts';
import { createFamily } from './define.ts';
import { TelemetryErrors } from './errors.ts';
import { processFamilies } from './process.ts';
import { prometheusContentType, renderPrometheus } from './prometheus.ts';
import { seam, type Family } from './seam.ts';

export interface TelemetryOptions {
  /** `service.name` of OpenTelemetry; on the page as a label of `target_info`. */
  readonly service: string;
  readonly serviceVersion?: string;
  /** `false` makes no page: what is recorded is then for another telemetry of this process. @default 'handler' */
  readonly prometheus?: 'handler' | false;
  /** Memory, processor, heap and event loop of this process. @default true */
  readonly runtime?: boolean;
  /** Series that one metric may have; the rest is summed in one overflow series. @default 2000 */
  readonly cardinalityLimit?: number;
  /** Measurements of what other packages publish. @default none */
  readonly channels?: readonly ChannelMetric[];
  /** Told of exceptions in `channels`. @default silent, counted in `seaworthy_telemetry_errors_total` */
  readonly onError?: (error: unknown) => void;
}

export interface RenderedPage {
  readonly contentType: string;
  readonly body: string;
}

/** The part of a `node:http` response that `handler` uses. */
export interface PageResponse {
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  end(body?: string): unknown;
}

export interface Telemetry extends AsyncDisposable {
  /**
   * The Prometheus page, text format 0.0.4, which every scraper takes.
   *
   * @param accept An `Accept` value; there is one format, so it changes nothing yet.
   * @throws TelemetryErrors.PROMETHEUS_OFF
   */
  render(accept?: string): Promise<RenderedPage>;
  /** Answers GET and HEAD with the page, or 404 when it is off; everything else with 405. */
  handler(request: { readonly method?: string | undefined }, response: PageResponse): Promise<void>;
  /** Resolves at once: a page is made when it is asked for, so nothing waits to be sent. */
  flush(timeoutMs?: number): Promise<void>;
  /** Stops recording and gives the memory back. Closing twice is safe. */
  close(): Promise<void>;
}

/**
 * Starts to record what `defineMetrics` defined, before or after.
 *
 * @throws TelemetryErrors.INVALID_OPTION
 */
export function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  return new Promise((resolve) => resolve(start(options)));
}

function start(options: TelemetryOptions): Telemetry {
  const { service, runtime = true, cardinalityLimit = 2_000, channels = [], prometheus = 'handler', onError } = options;
  if (typeof service !== 'string' || service === '') throw wrong('service', 'a name', service);
  if (!Number.isInteger(cardinalityLimit) || cardinalityLimit < 1) {
    throw wrong('cardinalityLimit', 'a whole number above 0', cardinalityLimit);
  }
  if (!['handler', false].includes(prometheus)) throw wrong('prometheus', '"handler" or false', prometheus);
  const shared = seam();
  shared.limit = cardinalityLimit;
  shared.running += 1;
  const own = ownFamilies(options);
  const ofProcess = runtime ? processFamilies() : undefined;
  const undoChannels = bridge(channels, (error) => {
    own.errors.cells.find(undefined, 1).value += 1;
    onError?.(error);
  });
  let closed = false;

  const page = (): RenderedPage => {
    if (prometheus === false) throw new TelemetryErrors.PROMETHEUS_OFF();
    ofProcess?.read();
    own.read(shared.families);
    const families = [own.target, ...(ofProcess?.families ?? []), ...shared.families, own.errors, own.rejected];
    return { contentType: prometheusContentType, body: renderPrometheus(families) };
  };
  const close = (): Promise<void> => {
    if (closed) return Promise.resolve();
    closed = true;
    undoChannels();
    ofProcess?.close();
    shared.running -= 1;
    if (shared.running === 0) empty();
    return Promise.resolve();
  };
  return {
    async render() {
      await ofProcess?.refresh();
      return page();
    },
    async handler(request, response) {
      await ofProcess?.refresh();
      answer(request.method ?? 'GET', response, prometheus === false ? undefined : page);
    },
    flush: () => Promise.resolve(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function answer(method: string, response: PageResponse, page: (() => RenderedPage) | undefined): void {
  if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' });
    response.end();
    return;
  }
  if (page === undefined) {
    response.writeHead(404, {});
    response.end();
    return;
  }
  const { contentType, body } = page();
  response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' });
  response.end(method === 'HEAD' ? undefined : body);
}

/** What telemetry says of itself and of the service. */
function ownFamilies({ service, serviceVersion }: TelemetryOptions) {
  const target = createFamily('target.info', {
    type: 'gauge',
    unit: '',
    description: 'The service that this page is of.',
    attributes: { 'service.name': 'string', 'service.version': 'string?' },
  });
  target.cells.find({ 'service.name': service, 'service.version': serviceVersion }, 1).value = 1;
  const errors = createFamily('seaworthy.telemetry.errors', {
    type: 'counter',
    unit: '{error}',
    description: 'Exceptions while a published event was measured.',
  });
  errors.cells.find(undefined, 1);
  const rejected = createFamily('seaworthy.telemetry.rejected', {
    type: 'counter',
    unit: '{measurement}',
    description: 'Measurements that were not numbers, or below 0 for a counter, by metric.',
    attributes: { metric: 'string' },
  });
  const read = (families: Iterable<Family>): void => {
    for (const { name, cells } of families) {
      if (cells.rejected > 0) rejected.cells.find({ metric: name }, Number.POSITIVE_INFINITY).value = cells.rejected;
    }
  };
  return { target, errors, rejected, read };
}

function empty(): void {
  const shared = seam();
  for (const { cells } of shared.families) cells.clear();
  shared.generation += 1;
}

function wrong(option: string, expected: string, received: unknown): Error {
  return new TelemetryErrors.INVALID_OPTION({ option, expected, received: String(received) });
}
