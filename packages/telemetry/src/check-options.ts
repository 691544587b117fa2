import type { Signal } from './delivery.ts';
import {
  expectFlag,
  expectFunction,
  expectKnown,
  expectOption,
  expectWait,
  expectWhole,
  isHeader,
  isRecord,
  isWhole,
} from './expect-option.ts';
import type { OtlpOptions, OtlpSignalOptions, PrometheusOptions, TelemetryOptions, TraceOptions } from './options.ts';

const names = [
  'service',
  'serviceVersion',
  'resource',
  'prometheus',
  'otlp',
  'console',
  'traces',
  'runtime',
  'cardinalityLimit',
  'exemplars',
  'native',
  'configFile',
  'disabled',
  'channels',
  'exportAtExit',
  'startTimeoutMs',
  'signal',
  'closeTimeoutMs',
  'onError',
] as const satisfies readonly (keyof TelemetryOptions)[];

/** Before a file is read, which may say what is missing. @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION */
export function checkGiven(options: unknown): asserts options is TelemetryOptions {
  expectOption('options', isRecord(options), 'an object with a service', options);
  expectKnown('', options as TelemetryOptions, names);
  const { configFile, startTimeoutMs, signal } = options as TelemetryOptions;
  expectOption('configFile', configFile === undefined || isText(configFile), 'the path of a file', configFile);
  expectWait('startTimeoutMs', startTimeoutMs, { least: 1 });
  expectOption('signal', signal === undefined || signal instanceof AbortSignal, 'an AbortSignal', signal);
}

/** @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION */
export function checkOptions(options: TelemetryOptions): void {
  const { service, serviceVersion, resource = {}, prometheus, console: written, traces, otlp } = options;
  expectOption('service', isText(service), 'a name', service);
  const isVersion = serviceVersion === undefined || typeof serviceVersion === 'string';
  expectOption('serviceVersion', isVersion, 'a text', serviceVersion);
  expectOption('resource', isRecord(resource) && Object.values(resource).every(isPlain), plainValues, resource);
  checkPage(prometheus);
  const isWritten = written === undefined || typeof written === 'boolean' || isSignals(written);
  expectOption('console', isWritten, 'true, false or a list of "metrics" and "traces"', written);
  if (traces !== undefined && traces !== false) checkTraces(traces);
  if (otlp !== undefined) checkOtlp(otlp);
  checkRecording(options);
}

const plainValues = 'an object of texts, numbers and booleans';

function checkPage(prometheus: unknown): void {
  if (prometheus === undefined || prometheus === 'handler' || prometheus === false) return;
  const isPort = isRecord(prometheus) && isWhole(prometheus['port'], 0, 65_535);
  const isHost = isRecord(prometheus) && (prometheus['host'] === undefined || isText(prometheus['host']));
  const expected = '"handler", false or an object with a port and, if it has one, a host';
  expectOption('prometheus', isPort && isHost, expected, prometheus);
  expectKnown<PrometheusOptions>('prometheus', prometheus as PrometheusOptions, ['port', 'host']);
}

function checkTraces(traces: TraceOptions): void {
  expectOption('traces', isRecord(traces), 'false or an object', traces);
  expectKnown('traces', traces, ['ratio', 'followParent', 'queueSize', 'batchSize', 'delayMs']);
  const { ratio = 1, followParent, queueSize, batchSize, delayMs } = traces;
  expectOption('traces.ratio', typeof ratio === 'number' && ratio >= 0 && ratio <= 1, 'a number from 0 to 1', ratio);
  expectFlag('traces.followParent', followParent);
  expectWhole('traces.queueSize', queueSize);
  expectWhole('traces.batchSize', batchSize);
  expectWait('traces.delayMs', delayMs);
}

function checkRecording({ channels = [], onError, closeTimeoutMs, ...options }: TelemetryOptions): void {
  const { cardinalityLimit, exemplars = false, runtime, native, disabled, exportAtExit } = options;
  expectWhole('cardinalityLimit', cardinalityLimit);
  expectOption('exemplars', ['trace-based', false].includes(exemplars), '"trace-based" or false', exemplars);
  for (const [name, flag] of Object.entries({ runtime, native, disabled, exportAtExit })) expectFlag(name, flag);
  const isList = Array.isArray(channels) && channels.every(isChannelMetric);
  expectOption('channels', isList, 'a list of objects with a channel and a function `measure`', channels);
  expectWait('closeTimeoutMs', closeTimeoutMs);
  expectFunction('onError', onError);
}

const ofSignal = ['protocol', 'headers', 'timeoutMs', 'compression'] as const;

function checkOtlp(otlp: OtlpOptions): void {
  expectOption('otlp', isRecord(otlp), 'an object with an endpoint', otlp);
  expectKnown('otlp', otlp, ['endpoint', 'temporality', 'intervalMs', 'metrics', 'traces', ...ofSignal]);
  const { endpoint, temporality = 'delta', intervalMs } = otlp;
  expectOption('otlp.endpoint', isAddress(endpoint), 'an http(s) URL', endpoint);
  expectOption('otlp.temporality', ['cumulative', 'delta'].includes(temporality), 'cumulative or delta', temporality);
  expectWait('otlp.intervalMs', intervalMs, { least: 1 });
  checkSending('otlp', otlp);
  for (const name of ['metrics', 'traces'] as const satisfies readonly Signal[]) {
    const { [name]: signal } = otlp;
    if (signal === undefined || signal === false) continue;
    expectOption(`otlp.${name}`, isRecord(signal), 'false or an object', signal);
    expectKnown(`otlp.${name}`, signal, ['url', ...ofSignal]);
    const { url = endpoint } = signal;
    expectOption(`otlp.${name}.url`, isAddress(url), 'an http(s) URL', url);
    checkSending(`otlp.${name}`, signal);
  }
}

function checkSending(option: string, sending: OtlpSignalOptions): void {
  const { protocol = 'http/protobuf', compression = 'none', timeoutMs, headers = {} } = sending;
  const protocols = ['http/protobuf', 'http/json'];
  expectOption(`${option}.protocol`, protocols.includes(protocol), protocols.join(' or '), protocol);
  expectOption(`${option}.compression`, ['gzip', 'none'].includes(compression), 'gzip or none', compression);
  expectWait(`${option}.timeoutMs`, timeoutMs, { least: 1 });
  expectOption(`${option}.headers`, isRecord(headers), 'an object of texts', hidden);
  for (const [name, value] of Object.entries(headers)) {
    const at = `${option}.headers["${name}"]`;
    // `undefined` is a variable that is not set.
    expectOption(at, typeof value === 'string', 'a text', (value as unknown) === undefined ? value : hidden);
    const expected = 'a name and a value that HTTP allows, without line breaks and control characters';
    expectOption(at, isHeader(name, value), expected, hidden);
  }
}

/** Headers hold keys. */
const hidden = 'a value that is not shown';

function isAddress(text: unknown): boolean {
  return typeof text === 'string' && /^https?:\/\//.test(text) && URL.canParse(text);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isPlain(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isSignals(written: unknown): boolean {
  return Array.isArray(written) && written.every((signal) => signal === 'metrics' || signal === 'traces');
}

function isChannelMetric(value: unknown): boolean {
  return isRecord(value) && isText(value['channel']) && typeof value['measure'] === 'function';
}
