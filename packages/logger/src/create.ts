import type winston from 'winston';
import { Dispatcher } from './dispatcher.ts';
import { bind, createBound, relabel } from './encode/fields.ts';
import { LoggerErrors } from './errors.ts';
import { parseLevelEnvironment } from './levels/environment.ts';
import { createRootNode, useEnvironment } from './levels/registry.ts';
import { parseLevelWord, type LevelName } from './levels/vocabulary.ts';
import { BaseLogger } from './logger.ts';
import type { ActiveSpan, Layout } from './layout.ts';
import { findLayout, type Preset } from './presets.ts';
import { Recorder } from './record.ts';
import { compileRedaction, type RedactOptions } from './redact.ts';
import { checkDurability } from './sinks/options.ts';
import { stdout } from './sinks/stdout.ts';
import type { Durability, Sink } from './sinks/sink.ts';
import type { Logger } from './types.ts';

export interface LoggerOptions {
  /** The name in every record, and in the registry of levels. @default 'app' */
  readonly name?: string;
  /** The environment variable `LOG_LEVEL`, such as `info,db.*=debug`, beats it. @default 'info' */
  readonly level?: LevelName | 'silent' | (string & {});
  /** Where records go. @default [stdout()], or nowhere when there are transports */
  readonly sinks?: readonly Sink[];
  /** winston transports. */
  readonly transports?: readonly winston.transport[];
  /** A winston format in place of our encoder; records are then as winston would write them. */
  readonly format?: winston.Logform.Format;
  /** The layout of a record. @default 'default' */
  readonly preset?: Preset;
  /** Adds the file, line and function of the caller; slow, so for looking closer. @default false */
  readonly source?: boolean;
  /** Fields of every record. @default the process id, and the thread id in a worker */
  readonly base?: object;
  /** What to hide: paths such as `card.number`, or patterns of key names. */
  readonly redact?: readonly (string | RegExp)[] | RedactOptions;
  /** Text for people on the standard output made by default; `auto` is on a terminal outside production. @default 'auto' */
  readonly pretty?: boolean | 'auto';
  /** When sinks write. @default 'adaptive' */
  readonly durability?: Durability;
  /** The span whose ids go into records, for example `() => trace.getActiveSpan()?.spanContext()`. */
  readonly activeSpan?: () => ActiveSpan | undefined;
  /** The most bytes that wait for one slow transport. @default 16777216 */
  readonly laneBytes?: number;
}

/** Creates a logger. @throws UNKNOWN_LEVEL, INVALID_OPTION, INVALID_REDACT_PATH, FILE_NOT_OPENED */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { name = 'app', transports = [], format, durability = 'adaptive', laneBytes = 16 * 1024 * 1024 } = options;
  const layout = readLayout(options.preset);
  checkDurability(durability);
  if (!(laneBytes > 0)) {
    throw new LoggerErrors.INVALID_OPTION({
      option: 'laneBytes',
      expected: 'a number above 0',
      received: String(laneBytes),
    });
  }
  const bound = relabel(createBound(compileRedaction(options.redact), layout.reserved), layout.label(name));
  const node = createRootNode(name, readLevel(options.level));
  const dispatcher = new Dispatcher(chooseSinks(options), { durability, isDevelopment: isDevelopment() }, laneBytes);
  const { activeSpan, source = false } = options;
  const recorder = new Recorder({ dispatcher, layout, format, activeSpan, source });
  const base = options.base ?? (format ? {} : layout.base());
  const logger = new BaseLogger(recorder, { bound: bind(bound, base), node });
  for (const transport of transports) logger.add(transport);
  return logger as unknown as Logger;
}

function readLevel(level: string | undefined): ReturnType<typeof parseLevelWord> | undefined {
  const environment = parseLevelEnvironment(process.env['LOG_LEVEL']);
  useEnvironment(environment.patterns);
  const own = level === undefined ? undefined : parseLevelWord(level);
  return environment.level ?? own;
}

function chooseSinks({ sinks, transports, pretty = 'auto' }: LoggerOptions): readonly Sink[] {
  if (sinks) return sinks;
  return transports ? [] : [stdout({ pretty })];
}

function readLayout(preset: string = 'default'): Layout {
  const layout = findLayout(preset);
  if (layout) return layout;
  const expected = 'one of default, pino, ecs, gcp, otel and aws';
  throw new LoggerErrors.INVALID_OPTION({ option: 'preset', expected, received: JSON.stringify(preset) });
}

function isDevelopment(): boolean {
  return process.env['NODE_ENV'] !== 'production';
}
