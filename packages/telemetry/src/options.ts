import type { ChannelMetric } from './channels.ts';
import type { Signal } from './delivery.ts';

export interface TelemetryOptions {
  /** `service.name` of OpenTelemetry; on the page as a label of `target_info`. */
  readonly service: string;
  readonly serviceVersion?: string;
  /** More attributes of the resource, such as `deployment.environment.name`. @default none */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /**
   * `'handler'` makes a page for a server that is there already, an object opens a port for it, `false` makes none.
   *
   * @default 'handler'
   */
  readonly prometheus?: 'handler' | false | PrometheusOptions;
  /** Pushes metrics and spans to a collector. @default off */
  readonly otlp?: OtlpOptions;
  /** Writes metrics and spans to standard output, for development; a list takes some of them. @default false */
  readonly console?: boolean | readonly Signal[];
  /** Spans. `false` makes none. @default on when they are exported, all of them */
  readonly traces?: false | TraceOptions;
  /** Memory, processor, heap and event loop of this process. @default true */
  readonly runtime?: boolean;
  /** Series that one metric may have; the rest is summed in one overflow series. @default 2000 */
  readonly cardinalityLimit?: number;
  /**
   * `'trace-based'` keeps a measurement of each bucket with the trace it happened in. Needs spans.
   *
   * @default 'trace-based' when this telemetry makes spans, else false
   */
  readonly exemplars?: 'trace-based' | false;
  /** Whether instruments of OpenTelemetry's API are exported too; without, its SDK is not loaded for a page. @default true */
  readonly native?: boolean;
  /**
   * A file of OpenTelemetry's declarative configuration, in YAML; needs `@opentelemetry/configuration`. What it says wins
   * over the options beside it. What it says and this package does not know goes to `onError` and `diagnose()`.
   *
   * @default none
   */
  readonly configFile?: string;
  /** Starts nothing: nothing is recorded, there is no page, and the API of OpenTelemetry stays as it is. @default false */
  readonly disabled?: boolean;
  /** Measurements of what other packages publish. @default none */
  readonly channels?: readonly ChannelMetric[];
  /** Whether the end of the program and the signals SIGTERM and SIGINT export what is left. @default true */
  readonly exportAtExit?: boolean;
  /** How long the start may wait for the configuration file, for what is loaded and for the port, in milliseconds. @default 10000 */
  readonly startTimeoutMs?: number;
  /** Ends the start; of no meaning afterwards. @default none */
  readonly signal?: AbortSignal;
  /** How long `close` and the end of the program wait for exports, in milliseconds. @default 5000 */
  readonly closeTimeoutMs?: number;
  /** Told of exceptions in `channels` and of the first of several failed exports. @default silent, all are counted */
  readonly onError?: (error: unknown) => void;
}

export interface PrometheusOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
}

export interface OtlpOptions {
  /** The root of the collector: `http://localhost:4318`. `/v1/metrics` and `/v1/traces` are added. */
  readonly endpoint: string;
  /** @default 'http/protobuf' */
  readonly protocol?: 'http/protobuf' | 'http/json';
  /** For example an API key. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `'delta'` is what Datadog wants. @default 'cumulative' */
  readonly temporality?: 'cumulative' | 'delta';
  /** Between two exports of metrics, in milliseconds; one that takes longer puts off the next. @default 60000 */
  readonly intervalMs?: number;
  /** For one export with all its repetitions, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** @default 'none' */
  readonly compression?: 'gzip' | 'none';
  /** What is different for metrics; `false` pushes none. @default as above */
  readonly metrics?: false | OtlpSignalOptions;
  /** What is different for spans; `false` pushes none. @default as above */
  readonly traces?: false | OtlpSignalOptions;
}

/** Of one signal; what is left out is as for both. */
export interface OtlpSignalOptions extends Partial<
  Pick<OtlpOptions, 'protocol' | 'headers' | 'timeoutMs' | 'compression'>
> {
  /** The whole address of this signal: nothing is added. */
  readonly url?: string;
}

export interface TraceOptions {
  /** Share of the traces that begin here which are sampled, 0 to 1; those from elsewhere follow their parent. @default 1 */
  readonly ratio?: number;
  /** Whether a trace from elsewhere is sampled when its parent was; `false` asks the ratio for all. @default true */
  readonly followParent?: boolean;
  /** Ended spans that may wait for a slow collector; more are dropped and counted. @default 2048 */
  readonly queueSize?: number;
  /** Spans that are sent at once. @default 512 */
  readonly batchSize?: number;
  /** How long a span waits for others, in milliseconds. @default 5000 */
  readonly delayMs?: number;
}
