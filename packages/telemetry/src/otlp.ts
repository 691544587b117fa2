// OTLP over HTTP: bodies by OpenTelemetry's own serializers, sent by us, so that no wait is without an end and every loss is
// counted. Loaded at the first export and not at the start.
import type { ISerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { promisify } from 'node:util';
import type { Delivery, Signal } from './delivery.ts';
import type { OtlpOptions } from './options.ts';
import { post, type PostResult } from './post.ts';

export interface OtlpClient {
  sendMetrics(metrics: ResourceMetrics): Promise<boolean>;
  sendSpans(spans: readonly ReadableSpan[]): Promise<boolean>;
  /** From now on nothing is tried twice. */
  hurry(): void;
  /** Gives up whatever is on its way. */
  abort(): void;
}

/** The same of both signals: what a collector may answer to a body that it took in part. */
interface Answer {
  readonly partialSuccess?: {
    readonly errorMessage?: string;
    readonly rejectedDataPoints?: number;
    readonly rejectedSpans?: number;
  };
}

interface Sent {
  readonly result: PostResult;
  readonly serializer?: Pick<ISerializer<never, unknown>, 'deserializeResponse'>;
}

export function createOtlpClient(options: OtlpOptions, delivery: Delivery): OtlpClient {
  const stop = new AbortController();
  let isPatient = true;
  const sendings: Readonly<Record<Signal, Sending>> = {
    metrics: sendingOf(options, 'metrics'),
    traces: sendingOf(options, 'traces'),
  };

  async function send<Request>(
    signal: Signal,
    request: Request,
    items: number,
    load: () => Promise<ISerializer<Request, unknown>>,
  ): Promise<boolean> {
    const attempted = async (): Promise<Sent> => {
      const serializer = await load();
      return { result: await attempt(signal, request, serializer), serializer };
    };
    const { result, serializer } = await attempted().catch(
      // What cannot be loaded, written or asked for at all is a loss as any other.
      (error: unknown): Sent => ({ result: { outcome: 'failed', reason: String(error) } }),
    );
    if (result.outcome === 'failed') {
      delivery.dropped(signal, 'export-failed', items, result.reason);
      return false;
    }
    const refused = countRefused(result.body, serializer);
    if (refused.items > 0) delivery.dropped(signal, 'refused', refused.items, refused.reason);
    delivery.exported(signal, Math.max(0, items - refused.items));
    return true;
  }

  async function attempt<Request>(
    signal: Signal,
    request: Request,
    serializer: ISerializer<Request, unknown>,
  ): Promise<PostResult> {
    const { url, headers, compression, timeoutMs, isJson } = sendings[signal];
    const plain = serializer.serializeRequest(request);
    if (plain === undefined) return { outcome: 'failed', reason: 'it could not be serialized' };
    const body = compression === 'gzip' ? await gzip(plain) : plain;
    return post(body, {
      url,
      headers: {
        'user-agent': 'seaworthy-telemetry',
        ...headers,
        'content-type': isJson ? 'application/json' : 'application/x-protobuf',
        ...(compression === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      },
      timeoutMs,
      signal: stop.signal,
      isPatient: () => isPatient,
    });
  }

  return {
    sendMetrics: (metrics) =>
      send('metrics', metrics, countPoints(metrics), async () => {
        const { JsonMetricsSerializer, ProtobufMetricsSerializer } = await import('@opentelemetry/otlp-transformer');
        return sendings.metrics.isJson ? JsonMetricsSerializer : ProtobufMetricsSerializer;
      }),
    sendSpans: (spans) =>
      send('traces', [...spans], spans.length, async () => {
        const { JsonTraceSerializer, ProtobufTraceSerializer } = await import('@opentelemetry/otlp-transformer');
        return sendings.traces.isJson ? JsonTraceSerializer : ProtobufTraceSerializer;
      }),
    hurry: () => {
      isPatient = false;
    },
    abort: () => stop.abort(),
  };
}

/** How one signal is sent. */
interface Sending {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly timeoutMs: number;
  readonly isJson: boolean;
}

function sendingOf(options: OtlpOptions, signal: Signal): Sending {
  const { protocol = 'http/protobuf', headers = {}, timeoutMs = 10_000, compression = 'none' } = options;
  const own = options[signal] === false ? {} : (options[signal] ?? {});
  return {
    url: own.url === undefined ? signalUrl(options.endpoint, signal) : new URL(own.url),
    headers: own.headers ?? headers,
    compression: own.compression ?? compression,
    timeoutMs: own.timeoutMs ?? timeoutMs,
    isJson: (own.protocol ?? protocol) === 'http/json',
  };
}

/** The endpoint is the root, as in `OTEL_EXPORTER_OTLP_ENDPOINT`: each signal has its own path below it. */
export function signalUrl(endpoint: string, signal: Signal): URL {
  return new URL(`v1/${signal}`, endpoint.endsWith('/') ? endpoint : `${endpoint}/`);
}

export function countPoints({ scopeMetrics }: ResourceMetrics): number {
  let points = 0;
  for (const { metrics } of scopeMetrics) for (const { dataPoints } of metrics) points += dataPoints.length;
  return points;
}

async function gzip(body: Uint8Array): Promise<Uint8Array> {
  const zlib = await import('node:zlib');
  return promisify(zlib.gzip)(body);
}

function countRefused(body: Uint8Array, serializer: Sent['serializer']): { items: number; reason: string } {
  const none = { items: 0, reason: '' };
  if (body.byteLength === 0) return none;
  try {
    const { partialSuccess } = (serializer?.deserializeResponse(body) ?? {}) as Answer;
    const items = partialSuccess?.rejectedDataPoints ?? partialSuccess?.rejectedSpans ?? 0;
    return { items, reason: partialSuccess?.errorMessage ?? 'the collector refused a part' };
  } catch {
    // Answers that are no OTLP are common of proxies; the status said that the body was taken.
    return none;
  }
}
