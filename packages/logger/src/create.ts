import type winston from 'winston';
import { checkOptions } from './create-options.ts';
import { Dispatcher } from './dispatcher.ts';
import { bind, createBound, relabel } from './encode/fields.ts';
import { LoggerErrors } from './errors.ts';
import { readLevels, type LevelNameOf, type LevelsOption } from './levels/custom.ts';
import { readLevelEnvironment } from './levels/environment.ts';
import { createRootNode } from './levels/registry.ts';
import type { LevelName } from './levels/vocabulary.ts';
import { BaseLogger } from './logger.ts';
import type { ActiveSpan, Layout } from './layout.ts';
import { activeSpanOfOpenTelemetry } from './otel.ts';
import { findLayout, type Preset } from './presets.ts';
import { Recorder } from './record.ts';
import { compileRedaction, type RedactOptions } from './redact.ts';
import { checkDurability } from './sinks/options.ts';
import { stdout } from './sinks/stdout.ts';
import type { Durability, Sink } from './sinks/sink.ts';
import type { Serializers } from './serializers.ts';
import type { Logger, LogMethod } from './types.ts';
import { applyWinstonOptions, type WinstonOptions } from './winston-options.ts';

export interface LoggerOptions<Levels extends LevelsOption = LevelsOption> extends WinstonOptions {
  /** The name in every record, and in the registry of levels. @default 'app' */
  readonly name?: string;
  /** @default what the environment says, else 'info' */
  readonly level?: LevelName | 'silent' | (string & {});
  /**
   * The environment variable that sets the level where the code sets none, such as `info,db.*=debug`; `false` reads none.
   * @default 'LOG_LEVEL'
   */
  readonly levelVariable?: string | false;
  /** The levels and their methods: ours, winston's, or names with numbers (smaller is more severe). @default 'default' */
  readonly levels?: Levels;
  /** Where records go. @default [stdout()], or nowhere when there are transports */
  readonly sinks?: readonly Sink[];
  /** winston transports, or one. */
  readonly transports?: readonly winston.transport[] | winston.transport;
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
  /** How fields of these names are written, such as `{ req: ({ method }) => ({ method }) }`; errors are written as always. */
  readonly serializers?: Serializers | undefined;
  /** Text for people on the standard output made by default; `auto` is on a terminal outside production. @default 'auto' */
  readonly pretty?: boolean | 'auto';
  /** When sinks write. @default 'adaptive' */
  readonly durability?: Durability;
  /** Takes the fields of `context.run` into records. @default true */
  readonly context?: boolean;
  /** Trace ids of the active span in every record; needs `@opentelemetry/api`. @default false */
  readonly otel?: boolean;
  /** The span whose ids go into records, for example `() => trace.getActiveSpan()?.spanContext()`. */
  readonly activeSpan?: () => ActiveSpan | undefined;
  /** The most bytes that wait for one slow transport. @default 16777216 */
  readonly laneBytes?: number;
}

/** The logger for an option `levels`: one method for each level. */
export type LoggerWith<Levels extends LevelsOption> = Logger & Readonly<Record<LevelNameOf<Levels>, LogMethod>>;

/** Creates a logger. @throws UNKNOWN_LEVEL, INVALID_OPTION, UNKNOWN_OPTION, INVALID_REDACT_PATH, FILE_NOT_OPENED, OTEL_MISSING */
export function createLogger<const Levels extends LevelsOption = 'default'>(
  options: LoggerOptions<Levels> = {},
): LoggerWith<Levels> {
  checkOptions(options);
  const { name = 'app', format, durability = 'adaptive', laneBytes = 16 * 1024 * 1024 } = options;
  const layout = readLayout(options.preset);
  checkDurability(durability);
  const set = readLevels(options.levels);
  const environment = readLevelEnvironment(options.levelVariable ?? 'LOG_LEVEL');
  const own = options.level === undefined ? undefined : set.parse(options.level);
  const bound = relabel(createBound(compileRedaction(options.redact), layout.reserved), layout.label(name));
  const activeSpan = chooseSpan(options);
  const settings = { durability, isDevelopment: isDevelopment() };
  const node = createRootNode(name, own, { levels: set, environment, hasTransports: false });
  const dispatcher = new Dispatcher(chooseSinks(options), settings, laneBytes, set);
  const { context = true, source = false } = options;
  const recorder = new Recorder({ dispatcher, layout, format, activeSpan, source, context });
  const base = options.base ?? (format ? {} : layout.base());
  const fields = options.defaultMeta ? { ...base, ...options.defaultMeta } : base;
  const logger = new BaseLogger(recorder, { bound: bind(bound, fields), node, serializers: options.serializers });
  for (const transport of [options.transports ?? []].flat()) logger.add(transport);
  applyWinstonOptions(logger, options);
  return logger as unknown as LoggerWith<Levels>;
}

function chooseSpan({ activeSpan, otel = false }: LoggerOptions): (() => ActiveSpan | undefined) | undefined {
  return activeSpan ?? (otel ? activeSpanOfOpenTelemetry() : undefined);
}

function chooseSinks({ sinks, transports, pretty = 'auto' }: LoggerOptions): readonly Sink[] {
  if (sinks) return sinks;
  return transports ? [] : [stdout({ pretty })];
}

function readLayout(preset: string = 'default'): Layout {
  const layout = findLayout(preset);
  if (layout) return layout;
  const expected = 'one of default, pino, ecs, gcp, otel, aws and winston';
  throw new LoggerErrors.INVALID_OPTION({ option: 'preset', expected, received: JSON.stringify(preset) });
}

function isDevelopment(): boolean {
  return process.env['NODE_ENV'] !== 'production';
}
