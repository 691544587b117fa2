import type { LoggerOptions } from './create.ts';
import {
  expectNumber,
  expectObject,
  expectOption,
  expectOptions,
  expectType,
  type OptionNames,
} from './expect-option.ts';
import { checkSerializers } from './serializers.ts';

const names: OptionNames<LoggerOptions> = {
  name: true,
  level: true,
  levelVariable: true,
  levels: true,
  sinks: true,
  transports: true,
  format: true,
  preset: true,
  source: true,
  base: true,
  redact: true,
  serializers: true,
  pretty: true,
  durability: true,
  context: true,
  otel: true,
  activeSpan: true,
  laneBytes: true,
  defaultMeta: true,
  silent: true,
  exitOnError: true,
  exceptionHandlers: true,
  rejectionHandlers: true,
};

/** Checks what the rest takes as it is. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function checkOptions(options: LoggerOptions): void {
  expectOptions<LoggerOptions>('options', options, names);
  const { name, levelVariable, base, defaultMeta, pretty, format, serializers } = options;
  expectType('name', name, 'string');
  if (levelVariable !== false) expectType('levelVariable', levelVariable, 'string');
  if (base !== undefined) expectObject('base', base);
  if (defaultMeta) expectObject('defaultMeta', defaultMeta);
  if (pretty !== 'auto') expectType('pretty', pretty, 'boolean');
  for (const flag of ['source', 'context', 'otel'] as const) expectType(flag, options[flag], 'boolean');
  expectType('activeSpan', options.activeSpan, 'function');
  expectNumber('laneBytes', options.laneBytes, 0);
  checkSerializers(serializers);
  if (format) expectType('format.transform', format.transform ?? null, 'function');
  checkSinks(options.sinks);
  const transports: readonly unknown[] = [options.transports ?? []].flat();
  // Those of the time before winston 3 have a `log` alone.
  const isTransport = (each: unknown): boolean => canTake(each, 'write') || canTake(each, 'log');
  for (const each of transports) expectOption('transports', isTransport(each), 'winston transports', each);
}

function checkSinks(sinks: unknown): void {
  if (sinks === undefined) return;
  expectOption('sinks', Array.isArray(sinks), 'a list of sinks, such as [stdout()]', sinks);
  for (const sink of sinks as readonly unknown[]) {
    expectOption('sinks', canTake(sink, 'open') && canTake(sink, 'write'), 'a list of sinks, such as [stdout()]', sink);
  }
}

function canTake(value: unknown, method: string): boolean {
  return typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function';
}
