// A file of OpenTelemetry's declarative configuration, in what it and this package have in common. Its YAML, its variables and
// its schema are read by OpenTelemetry's own parser, which is loaded for a file only.
// (1) What the file says and this package does not do is a problem, never silently left out.
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type * as configuration from '@opentelemetry/configuration';
import type {
  ConfigurationModel,
  OtlpHttpExporterConfigModel,
  OtlpHttpMetricExporterConfigModel,
  SamplerConfigModel,
} from '@opentelemetry/configuration';
import type { SeaworthyError } from '@seaworthy/errors';
import type { Signal } from './delivery.ts';
import type { ConfiguredTelemetry } from './environment.ts';
import { TelemetryErrors } from './errors.ts';
import type { OtlpOptions, OtlpSignalOptions, TelemetryOptions, TraceOptions } from './options.ts';

type Parser = Pick<
  typeof configuration,
  'parseConfigFile' | 'mergeHeadersConfig' | 'mergePropagatorCompositeConfig' | 'mergeResourceAttributesConfig'
>;
type Note = (setting: string, reason: string) => void;

/** @throws TelemetryErrors.INVALID_CONFIG_FILE, NO_CONFIG_PARSER */
export async function readConfigFile(path: string): Promise<ConfiguredTelemetry> {
  const file = resolve(path);
  const parser = await loadParser();
  await checkFile(file);
  const model = parse(parser, file);
  const problems: SeaworthyError[] = [];
  const note: Note = (setting, reason) => problems.push(new TelemetryErrors.UNUSED_SETTING({ setting, file, reason }));
  if (model.disabled === true) return { options: { disabled: true }, problems };
  noteUnknown(
    '',
    model,
    ['disabled', 'resource', 'meter_provider', 'tracer_provider', 'propagator', 'log_level'],
    note,
  );
  noteUnknown('tracer_provider', model.tracer_provider ?? {}, ['processors', 'sampler'], note);
  noteUnknown('meter_provider', model.meter_provider ?? {}, ['readers', 'exemplar_filter'], note);
  notePropagators(parser, model, note);
  const metrics = metricsOf(parser, model, note);
  const spans = spansOf(parser, model, note);
  const otlp = otlpOf(metrics, spans);
  const written = [...(metrics.isWritten ? ['metrics' as const] : []), ...(spans.isWritten ? ['traces' as const] : [])];
  const options: Partial<TelemetryOptions> = {
    ...resourceOf(parser, model),
    ...(otlp && { otlp }),
    console: written satisfies readonly Signal[],
    ...metrics.options,
    traces: spans.traces,
  };
  return { options, problems };
}

async function loadParser(): Promise<Parser> {
  try {
    return await import('@opentelemetry/configuration');
  } catch (cause) {
    throw new TelemetryErrors.NO_CONFIG_PARSER({ cause });
  }
}

/** The parser reads at once, and so for ever what nobody writes to. */
async function checkFile(file: string): Promise<void> {
  const found = await stat(file).catch((cause: Error) => {
    throw new TelemetryErrors.INVALID_CONFIG_FILE({ file, reason: cause.message }, { cause });
  });
  if (found.isFile()) return;
  const reason = found.isDirectory() ? 'it is a directory' : 'it is no regular file';
  throw new TelemetryErrors.INVALID_CONFIG_FILE({ file, reason });
}

function parse({ parseConfigFile }: Parser, file: string): ConfigurationModel {
  try {
    return parseConfigFile(file);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TelemetryErrors.INVALID_CONFIG_FILE({ file, reason }, { cause });
  }
}

function resourceOf(
  { mergeResourceAttributesConfig }: Parser,
  { resource }: ConfigurationModel,
): Partial<TelemetryOptions> {
  const all = mergeResourceAttributesConfig(resource?.attributes, resource?.attributes_list) ?? [];
  const attributes: Record<string, string | number | boolean> = {};
  for (const { name, value } of all) {
    if (value === null) continue;
    attributes[name] = Array.isArray(value) ? JSON.stringify(value) : value;
  }
  const { 'service.name': service, 'service.version': version, ...others } = attributes;
  return {
    ...(service === undefined ? {} : { service: String(service) }),
    ...(version === undefined ? {} : { serviceVersion: String(version) }),
    ...(Object.keys(others).length === 0 ? {} : { resource: others }),
  };
}

function notePropagators(
  { mergePropagatorCompositeConfig }: Parser,
  { propagator }: ConfigurationModel,
  note: Note,
): void {
  if (propagator === undefined || propagator === null) return;
  const given = mergePropagatorCompositeConfig(propagator.composite, propagator.composite_list) ?? [];
  const names = given.flatMap((each) => Object.keys(each)).toSorted();
  if (names.join() !== 'baggage,tracecontext') note('propagator', 'tracecontext and baggage are always handed on');
}

interface Metrics {
  /** What the OTLP reader says; absent without one. */
  readonly otlp: { readonly signal: OtlpSignalOptions; readonly more: Partial<OtlpOptions> } | undefined;
  readonly isWritten: boolean;
  readonly options: Partial<TelemetryOptions>;
}

/** At most one reader of a kind: there is one page, and one collector. */
function metricsOf(parser: Parser, { meter_provider: provider }: ConfigurationModel, note: Note): Metrics {
  const options: { -readonly [Key in 'prometheus' | 'cardinalityLimit' | 'exemplars']?: TelemetryOptions[Key] } = {};
  let otlp: Metrics['otlp'];
  let isWritten = false;
  for (const [index, { periodic, pull }] of (provider?.readers ?? []).entries()) {
    const at = `meter_provider.readers[${index}]`;
    const limit = (periodic ?? pull)?.cardinality_limits?.default;
    if (typeof limit === 'number') options.cardinalityLimit = limit;
    if (pull !== undefined) {
      const page = pull.exporter['prometheus/development'];
      if (page === undefined || options.prometheus !== undefined) note(`${at}.pull`, 'one Prometheus page is served');
      else options.prometheus = { host: page?.host ?? 'localhost', port: page?.port ?? 9_464 };
    }
    if (periodic === undefined) continue;
    const { otlp_http: http, ...others } = periodic.exporter;
    if ('console' in others) isWritten = true;
    noteUnknown(`${at}.periodic.exporter`, others, ['console'], note);
    if (http === undefined) continue;
    if (otlp !== undefined) {
      note(`${at}.periodic`, 'metrics are sent to one collector');
      continue;
    }
    const { interval, timeout } = periodic;
    const temporality = temporalityOf(http, `${at}.periodic.exporter.otlp_http`, note);
    otlp = {
      signal: signalOf(parser, http, timeout, `${at}.periodic.exporter.otlp_http`, note),
      more: { ...(typeof interval === 'number' && { intervalMs: interval }), ...(temporality && { temporality }) },
    };
  }
  const filter = provider?.exemplar_filter;
  if (filter === 'always_off') options.exemplars = false;
  if (filter === 'trace_based') options.exemplars = 'trace-based';
  if (filter === 'always_on') note('meter_provider.exemplar_filter', 'exemplars are of sampled spans');
  return { otlp, isWritten, options };
}

function temporalityOf(http: OtlpHttpMetricExporterConfigModel, at: string, note: Note): OtlpOptions['temporality'] {
  const wanted = http?.temporality_preference;
  if (wanted === 'cumulative' || wanted === 'delta') return wanted;
  if (wanted === 'low_memory') note(`${at}.temporality_preference`, 'cumulative and delta are supported');
  return undefined;
}

interface Spans {
  readonly otlp: OtlpSignalOptions | undefined;
  readonly isWritten: boolean;
  readonly traces: false | TraceOptions;
}

function spansOf(parser: Parser, { tracer_provider: provider }: ConfigurationModel, note: Note): Spans {
  let otlp: OtlpSignalOptions | undefined;
  let isWritten = false;
  let queue: TraceOptions = {};
  for (const [index, { batch, simple, ...strange }] of (provider?.processors ?? []).entries()) {
    const at = `tracer_provider.processors[${index}]`;
    noteUnknown(at, strange, [], note);
    const { otlp_http: http, ...others } = (batch ?? simple)?.exporter ?? {};
    if ('console' in others) isWritten = true;
    noteUnknown(`${at}.exporter`, others, ['console'], note);
    if (http === undefined) continue;
    if (otlp !== undefined) {
      note(at, 'spans are sent to one collector');
      continue;
    }
    otlp = signalOf(parser, http, batch?.export_timeout, `${at}.exporter.otlp_http`, note);
    const { schedule_delay: delayMs, max_queue_size: queueSize, max_export_batch_size: batchSize } = batch ?? {};
    queue = {
      ...(typeof delayMs === 'number' && { delayMs }),
      ...(typeof queueSize === 'number' && { queueSize }),
      ...(typeof batchSize === 'number' && { batchSize }),
    };
  }
  if (provider === undefined || provider === null) return { otlp, isWritten, traces: false };
  return { otlp, isWritten, traces: { ...queue, ...samplerOf(provider.sampler, note) } };
}

function samplerOf(sampler: SamplerConfigModel | undefined, note: Note): TraceOptions {
  if (sampler === undefined) return {};
  const { parent_based: parent, ...own } = sampler;
  if (parent === undefined) return { ratio: ratioOf(own, note), followParent: false };
  const { root, ...others } = parent ?? {};
  noteUnknown('tracer_provider.sampler.parent_based', others, [], note);
  return { ratio: ratioOf(root ?? {}, note), followParent: true };
}

function ratioOf(sampler: SamplerConfigModel, note: Note): number {
  noteUnknown('tracer_provider.sampler', sampler, ['always_on', 'always_off', 'trace_id_ratio_based'], note);
  if ('always_off' in sampler) return 0;
  return sampler.trace_id_ratio_based?.ratio ?? 1;
}

function signalOf(
  { mergeHeadersConfig }: Parser,
  given: OtlpHttpExporterConfigModel,
  longestMs: number | null | undefined,
  at: string,
  note: Note,
): OtlpSignalOptions {
  const { endpoint, headers, headers_list: list, compression, timeout = longestMs, encoding, tls } = given ?? {};
  if (tls !== undefined && tls !== null) note(`${at}.tls`, 'the certificates of Node hold (NODE_EXTRA_CA_CERTS)');
  const merged = mergeHeadersConfig(headers, list);
  return {
    ...(typeof endpoint === 'string' && { url: endpoint }),
    ...(merged !== undefined && { headers: merged }),
    ...((compression === 'gzip' || compression === 'none') && { compression }),
    ...(typeof timeout === 'number' && timeout > 0 && { timeoutMs: timeout }),
    protocol: encoding === 'json' ? 'http/json' : 'http/protobuf',
  };
}

function otlpOf({ otlp: metrics }: Metrics, { otlp: traces }: Spans): OtlpOptions | undefined {
  if (metrics === undefined && traces === undefined) return undefined;
  return {
    endpoint: 'http://localhost:4318',
    ...metrics?.more,
    metrics: metrics?.signal ?? false,
    traces: traces ?? false,
  };
}

function noteUnknown(at: string, given: object, known: readonly string[], note: Note): void {
  for (const name of Object.keys(given)) {
    if (!known.includes(name)) note(at === '' ? name : `${at}.${name}`, 'this package does not have it');
  }
}
