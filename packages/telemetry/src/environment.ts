// The variables of OpenTelemetry's specification, "Environment Variable Specification" and "OTLP Exporter Configuration".
// (1) Nothing is read unless a program calls `readEnvironment`, and nothing is read twice.
// (2) An empty variable is an unset one; one that is wrong is a problem, never an exception, and its default holds.
// (3) No problem shows what may be secret: the values of headers.
import type { SeaworthyError } from '@seaworthy/errors';
import type { Signal } from './delivery.ts';
import { TelemetryErrors } from './errors.ts';
import { isHeader, longestWaitMs } from './expect-option.ts';
import type { OtlpOptions, OtlpSignalOptions, PrometheusOptions, TelemetryOptions, TraceOptions } from './options.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** Options that come from outside of the program. */
export interface ConfiguredTelemetry {
  /** Spread them behind your own, so that they win: `startTelemetry({ service: 'shop', ...options })`. */
  readonly options: Partial<TelemetryOptions>;
  /** What could not be used, one coded error each, for your log. */
  readonly problems: readonly SeaworthyError[];
}

/**
 * Reads the variables `OTEL_…`, as OpenTelemetry specifies them: without any, metrics and spans go to
 * `http://localhost:4318` by OTLP. `OTEL_CONFIG_FILE` replaces all the others.
 */
export function readEnvironment(variables: Variables = process.env): ConfiguredTelemetry {
  const reader = createReader(variables);
  if (reader.flag('OTEL_SDK_DISABLED')) return { options: { disabled: true }, problems: reader.problems };
  const configFile = reader.text('OTEL_CONFIG_FILE');
  if (configFile !== undefined) return { options: { configFile }, problems: reader.problems };
  const exporters = {
    metrics: reader.exporters('OTEL_METRICS_EXPORTER', ['otlp', 'prometheus', 'console']),
    traces: reader.exporters('OTEL_TRACES_EXPORTER', ['otlp', 'console']),
  };
  reader.unsupported(exporters.metrics.includes('otlp') || exporters.traces.includes('otlp'));
  const otlp = otlpOf(reader, exporters);
  const options: Partial<TelemetryOptions> = {
    ...resourceOf(reader),
    ...(otlp && { otlp }),
    console: consoleOf(exporters),
    ...(exporters.metrics.includes('prometheus') && { prometheus: pageOf(reader) }),
    traces: exporters.traces.length === 0 ? false : tracesOf(reader),
    ...exemplarsOf(reader),
  };
  return { options, problems: reader.problems };
}

type Exporters = Readonly<Record<Signal, readonly string[]>>;

function consoleOf(exporters: Exporters): readonly Signal[] {
  return (['metrics', 'traces'] as const).filter((signal) => exporters[signal].includes('console'));
}

function resourceOf(reader: Reader): Partial<TelemetryOptions> {
  const {
    'service.name': named,
    'service.version': serviceVersion,
    ...resource
  } = reader.pairs('OTEL_RESOURCE_ATTRIBUTES') ?? {};
  const service = reader.text('OTEL_SERVICE_NAME') ?? named;
  return {
    ...(service === undefined ? {} : { service }),
    ...(serviceVersion === undefined ? {} : { serviceVersion }),
    ...(Object.keys(resource).length === 0 ? {} : { resource }),
  };
}

function pageOf(reader: Reader): PrometheusOptions {
  return {
    host: reader.text('OTEL_EXPORTER_PROMETHEUS_HOST') ?? 'localhost',
    port: reader.number('OTEL_EXPORTER_PROMETHEUS_PORT', { from: 0, to: 65_535 }) ?? 9_464,
  };
}

function otlpOf(reader: Reader, exporters: Exporters): OtlpOptions | undefined {
  const isWanted = { metrics: exporters.metrics.includes('otlp'), traces: exporters.traces.includes('otlp') };
  if (!isWanted.metrics && !isWanted.traces) return undefined;
  const intervalMs = reader.number('OTEL_METRIC_EXPORT_INTERVAL', { from: 1, to: longestWaitMs });
  const temporality = temporalityOf(reader);
  return {
    endpoint: reader.url('OTEL_EXPORTER_OTLP_ENDPOINT') ?? 'http://localhost:4318',
    ...sendingOf(reader, 'OTEL_EXPORTER_OTLP'),
    ...(intervalMs === undefined ? {} : { intervalMs }),
    ...(temporality && { temporality }),
    metrics: isWanted.metrics && signalOf(reader, 'OTEL_EXPORTER_OTLP_METRICS', 'OTEL_METRIC_EXPORT_TIMEOUT'),
    traces: isWanted.traces && signalOf(reader, 'OTEL_EXPORTER_OTLP_TRACES', 'OTEL_BSP_EXPORT_TIMEOUT'),
  };
}

function signalOf(reader: Reader, prefix: string, timeout: string): OtlpSignalOptions {
  const url = reader.url(`${prefix}_ENDPOINT`);
  const longestMs = reader.number(timeout, { from: 1, to: longestWaitMs });
  const sending = sendingOf(reader, prefix);
  const { timeoutMs = longestMs } = sending;
  return { ...sending, ...(url === undefined ? {} : { url }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

function sendingOf(reader: Reader, prefix: string): OtlpSignalOptions {
  const protocol = reader.word(`${prefix}_PROTOCOL`, ['http/protobuf', 'http/json'] as const);
  const compression = reader.word(`${prefix}_COMPRESSION`, ['gzip', 'none'] as const);
  const timeoutMs = reader.number(`${prefix}_TIMEOUT`, { from: 1, to: longestWaitMs });
  const headers = reader.pairs(`${prefix}_HEADERS`, { areHeaders: true });
  return {
    ...(protocol && { protocol }),
    ...(compression && { compression }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(headers && { headers }),
  };
}

function temporalityOf(reader: Reader): OtlpOptions['temporality'] {
  const name = 'OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE';
  return reader.word(name, ['cumulative', 'delta'] as const);
}

function exemplarsOf(reader: Reader): Partial<TelemetryOptions> {
  const filter = reader.word('OTEL_METRICS_EXEMPLAR_FILTER', ['trace_based', 'always_off'] as const);
  if (filter === undefined) return {};
  return { exemplars: filter === 'always_off' ? false : 'trace-based' };
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

function tracesOf(reader: Reader): TraceOptions {
  const sampler = reader.word('OTEL_TRACES_SAMPLER', samplers) ?? 'parentbased_always_on';
  const queueSize = reader.number('OTEL_BSP_MAX_QUEUE_SIZE', { from: 1, isWhole: true });
  const batchSize = reader.number('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', { from: 1, isWhole: true });
  const delayMs = reader.number('OTEL_BSP_SCHEDULE_DELAY', { from: 0, to: longestWaitMs });
  return {
    ratio: ratioOf(sampler, reader),
    followParent: sampler.startsWith('parentbased_'),
    ...(queueSize === undefined ? {} : { queueSize }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(delayMs === undefined ? {} : { delayMs }),
  };
}

function ratioOf(sampler: (typeof samplers)[number], reader: Reader): number {
  if (sampler.endsWith('traceidratio')) return reader.number('OTEL_TRACES_SAMPLER_ARG', { from: 0, to: 1 }) ?? 1;
  return sampler.endsWith('always_on') ? 1 : 0;
}

interface Range {
  readonly from: number;
  readonly to?: number;
  readonly isWhole?: boolean;
}

/** Reads one variable after the other and notes what it could not use. */
interface Reader {
  readonly problems: readonly SeaworthyError[];
  text(name: string): string | undefined;
  flag(name: string): boolean;
  number(name: string, range: Range): number | undefined;
  word<Word extends string>(name: string, words: readonly Word[]): Word | undefined;
  url(name: string): string | undefined;
  /** `a=1,b=2`, percent-encoded; all of it or nothing. */
  pairs(name: string, options?: { readonly areHeaders?: boolean }): Readonly<Record<string, string>> | undefined;
  /** The exporters of a signal; `none` is an empty list. */
  exporters(name: string, known: readonly string[]): readonly string[];
  /** Notes the variables that somebody set for nothing. */
  unsupported(isOtlp: boolean): void;
}

function createReader(variables: Variables): Reader {
  const problems: SeaworthyError[] = [];
  const wrong = (variable: string, expected: string, instead: string, received = shown(variables[variable])): void => {
    problems.push(new TelemetryErrors.INVALID_VARIABLE({ variable, expected, received, instead }));
  };
  const text = (name: string): string | undefined => {
    const value = variables[name]?.trim();
    return value === '' ? undefined : value;
  };
  return {
    problems,
    text,
    flag(name) {
      const value = text(name)?.toLowerCase();
      if (value !== undefined && value !== 'true' && value !== 'false') wrong(name, 'true or false', 'false holds');
      return value === 'true';
    },
    number(name, { from, to = Number.MAX_SAFE_INTEGER, isWhole = false }) {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      if (number >= from && number <= to && (!isWhole || Number.isInteger(number))) return number;
      const kind = isWhole ? 'a whole number' : 'a number';
      wrong(
        name,
        to === Number.MAX_SAFE_INTEGER ? `${kind}, ${from} or above` : `${kind} from ${from} to ${to}`,
        byDefault,
      );
      return undefined;
    },
    word(name, words) {
      const value = text(name)?.toLowerCase();
      if (value === undefined) return undefined;
      const found = words.find((word) => word === value);
      if (found === undefined) wrong(name, listed(words), byDefault);
      return found;
    },
    url(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      if (/^https?:\/\//.test(value) && URL.canParse(value)) return value;
      // What stands before an @ may be a password.
      wrong(name, 'an address of http or https', byDefault, 'another text');
      return undefined;
    },
    pairs(name, { areHeaders = false } = {}) {
      const value = text(name);
      if (value === undefined) return undefined;
      const pairs = parsePairs(value);
      const received = areHeaders ? 'a text that is not shown' : shown(value);
      const areSound = !areHeaders || Object.entries(pairs ?? {}).every(([header, text]) => isHeader(header, text));
      if (pairs !== undefined && areSound) return pairs;
      const what = areHeaders ? 'a list of headers' : 'a list';
      wrong(name, `${what} such as "a=1,b=2", percent-encoded`, 'all of it is left out', received);
      return undefined;
    },
    exporters(name, known) {
      const words = (text(name) ?? 'otlp').split(',').map((word) => word.trim().toLowerCase());
      if (words.includes('none')) return [];
      const strange = words.filter((word) => !known.includes(word));
      if (strange.length > 0) wrong(name, `some of ${listed(known)}, or none`, 'the others of the list hold');
      return words.filter((word) => known.includes(word));
    },
    unsupported(isOtlp) {
      const propagators = text('OTEL_PROPAGATORS')
        ?.split(',')
        .map((word) => word.trim());
      if (propagators !== undefined && propagators.toSorted().join() !== 'baggage,tracecontext') {
        wrong('OTEL_PROPAGATORS', 'tracecontext,baggage', 'these two hold');
      }
      const logs = text('OTEL_LOGS_EXPORTER');
      if (logs !== undefined && logs !== 'none') wrong('OTEL_LOGS_EXPORTER', 'none', 'no logs are exported');
      if (!isOtlp) return;
      for (const name of certificates) {
        if (text(name) !== undefined) wrong(name, 'unset', 'the certificates of Node hold (NODE_EXTRA_CA_CERTS)');
      }
    },
  };
}

const byDefault = 'its default holds';
const certificates = ['', 'METRICS_', 'TRACES_'].flatMap((signal) =>
  ['CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE'].map((name) => `OTEL_EXPORTER_OTLP_${signal}${name}`),
);

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function shown(value: string | undefined): string {
  return JSON.stringify((value ?? '').slice(0, 100));
}

function parsePairs(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const pairs = text
      .split(',')
      .filter((pair) => pair.trim() !== '')
      .map((pair): [string, string] => {
        const end = pair.indexOf('=');
        return [
          decodeURIComponent(pair.slice(0, Math.max(0, end)).trim()),
          decodeURIComponent(pair.slice(end + 1).trim()),
        ];
      });
    return pairs.every(([name]) => name !== '') ? Object.fromEntries(pairs) : undefined;
  } catch {
    // A percent sign without its digits.
    return undefined;
  }
}
