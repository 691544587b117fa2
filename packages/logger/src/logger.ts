// Longer than 300 lines: the methods of one class, which winston calls by their names.
// (1) A logger is a real `winston.Logger`; children inherit from the first of their family and hold only what differs.
// (2) A level method that is switched off does one comparison and nothing else.
// (3) Records never go through winston's stream: each transport has its own lane.
// (4) Logging throws nothing.
import type { Writable } from 'node:stream';
import { types } from 'node:util';
import winston from 'winston';
import { readFields } from './calls.ts';
import { closeFamily, flushFamily, statsOf } from './closing.ts';
import { bind, redactMore, relabel } from './encode/fields.ts';
import { readMembers, type Info } from './encode/info.ts';
import { guardedMembers, isPlain, unreadable } from './encode/read.ts';
import { expectObject, expectType } from './expect-option.ts';
import { createChildNode, refresh } from './levels/registry.ts';
import { defineLevels, defineSharedMethods, removeLevels } from './level-methods.ts';
import { giveColors } from './levels/colors.ts';
import { readLevels, type LevelsOption } from './levels/custom.ts';
import { debug, error, fatal, info, trace, warn, type Level, type LevelSet } from './levels/vocabulary.ts';
import type { Origin, Recorder } from './record.ts';
import { markedLevel, type RecordFormat } from './winston-record.ts';
import { compileEvent, type EventOptions, type EventSchema, type LogEvent } from './event.ts';
import { checkSerializers, serialize, type Serializers } from './serializers.ts';
import { startTime, type Timed, type TimeOptions } from './time.ts';
import type { ChildOptions, FlushOptions, FlushReport, Logger, LoggerStats } from './types.ts';
import { Exceptions, Rejections } from './uncaught.ts';

/** What all loggers of a family share. */
export interface Family {
  readonly root: BaseLogger;
  readonly recorder: Recorder;
  levels: LevelSet;
  /** What a transport sees in place of the logger: levels are checked before a record comes to it. */
  readonly transportParent: { levels: Readonly<Record<string, number>>; level: string };
}

// The part of winston's class that is used or kept; the rest is replaced below.
interface WinstonBase {
  add(transport: unknown): unknown;
  configure(options: object): void;
  emit(event: string, ...values: unknown[]): boolean;
  exitOnError: unknown;
  listenerCount(event: string): number;
}

const Base = winston.Logger as unknown as new (options: object) => WinstonBase;

// The format winston takes when nobody names one; here it means our own encoder.
const noFormat: RecordFormat = winston.format.json();

/** The logger itself; `types.ts` tells how it looks from outside. */
export class BaseLogger extends Base {
  declare family: Family;
  declare origin: Origin;
  declare caught: { exceptions?: Exceptions; rejections?: Rejections };

  constructor(recorder: Recorder, start: Origin) {
    const { levels } = start.node.family;
    super({ levels: levels.numbers, format: noFormat });
    this.family = { root: this, recorder, levels, transportParent: parentOf(levels) };
    this.origin = start;
    defineLevels(this, levels);
    if (recorder.format) giveColors(levels.levels);
  }

  fatal(first?: unknown, second?: unknown, ...rest: unknown[]): this {
    if (this.origin.node.gate <= 60 && isWanted(this, 60))
      this.family.recorder.record(this.origin, fatal, first, second, rest);
    return this;
  }

  error(first?: unknown, second?: unknown, ...rest: unknown[]): this {
    if (this.origin.node.gate <= 50 && isWanted(this, 50))
      this.family.recorder.record(this.origin, error, first, second, rest);
    return this;
  }

  warn(first?: unknown, second?: unknown, ...rest: unknown[]): this {
    if (this.origin.node.gate <= 40 && isWanted(this, 40))
      this.family.recorder.record(this.origin, warn, first, second, rest);
    return this;
  }

  info(first?: unknown, second?: unknown, ...rest: unknown[]): this {
    if (this.origin.node.gate <= 30 && isWanted(this, 30))
      this.family.recorder.record(this.origin, info, first, second, rest);
    return this;
  }

  debug(first?: unknown, second?: unknown, ...rest: unknown[]): this {
    if (this.origin.node.gate <= 20 && isWanted(this, 20))
      this.family.recorder.record(this.origin, debug, first, second, rest);
    return this;
  }

  trace(first?: unknown, second?: unknown, ...rest: unknown[]): this {
    if (this.origin.node.gate <= 10 && isWanted(this, 10))
      this.family.recorder.record(this.origin, trace, first, second, rest);
    return this;
  }

  /** winston's call: a level and a message with more, or one record with a `level`. */
  log(level: unknown, ...values: unknown[]): this {
    if (typeof level === 'object' && level !== null) this.write(level);
    else recordAt(this, this.family.levels.find(level) ?? nearestOf(this, info), values);
    return this;
  }

  /** Takes a record of winston's, or a line of text, as a stream does. */
  write(chunk: unknown, encoding?: unknown, callback?: unknown): boolean {
    if (types.isUint8Array(chunk)) this.info(Buffer.from(chunk).toString().trimEnd());
    else if (typeof chunk === 'object' && chunk !== null) recordInfo(this, chunk as Info);
    else this.info(String(chunk).trimEnd());
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') process.nextTick(done);
    return true;
  }

  child(fields: object = {}, options: ChildOptions = noOptions): this {
    const { bound, node } = this.origin;
    if (options !== noOptions) checkChild(options);
    const { name, level, redact } = options;
    const serializers = options.serializers
      ? { ...this.origin.serializers, ...options.serializers }
      : this.origin.serializers;
    const isNamed = name !== undefined || level !== undefined;
    const ownLevel = level === undefined ? undefined : this.family.levels.parse(level);
    const child = Object.create(this.family.root) as this;
    const { layout } = this.family.recorder;
    const hiding = redact === undefined ? bound : redactMore(bound, redact, layout.reserved);
    child.origin = {
      bound: bind(name === undefined ? hiding : relabel(hiding, layout.label(name)), asWritten(fields, serializers)),
      node: isNamed ? createChildNode(node, name ?? node.name, ownLevel) : node,
      serializers,
    };
    return child;
  }

  /** pino's: the fields of every record, but for those that the layout adds by itself. */
  bindings(): Record<string, unknown> {
    const members = readMembers(this.origin.bound);
    for (const key of Object.keys(this.family.recorder.layout.base())) Reflect.deleteProperty(members, key);
    return members;
  }

  /** pino's: adds to them; children that exist stay as they are. */
  setBindings(fields: object): void {
    const { bound, serializers } = this.origin;
    this.origin = { ...this.origin, bound: bind(bound, asWritten(fields, serializers)) };
  }

  /** winston's; options that are refused leave the logger as it was. */
  override configure(options: { readonly levels?: LevelsOption } = {}): void {
    if (this.family !== undefined && options.levels) readLevels(options.levels);
    super.configure(options);
  }

  isLevelEnabled(level: string): boolean {
    const severity = this.family.levels.find(level)?.severity ?? -Infinity;
    return severity >= this.origin.node.threshold || this.family.recorder.dispatcher.wants(severity);
  }

  get level(): string {
    return this.origin.node.effective;
  }

  set level(level: string) {
    // winston's constructor sets a level before there is anything to set it on.
    if (this.origin === undefined) return;
    this.origin.node.own = this.family.levels.parse(level);
    refresh(this.origin.node);
  }

  get levels(): Readonly<Record<string, number>> {
    return this.family === undefined ? {} : this.family.levels.numbers;
  }

  set levels(levels: LevelsOption) {
    if (this.family !== undefined && levels !== this.levels) replaceLevels(this.family, readLevels(levels));
  }

  get silent(): boolean {
    return this.family.recorder.isSilent;
  }

  set silent(isSilent: unknown) {
    if (this.family !== undefined) this.family.recorder.isSilent = isSilent === true;
  }

  get format(): RecordFormat {
    return this.family?.recorder.format ?? noFormat;
  }

  set format(format: RecordFormat) {
    if (this.family === undefined) return;
    this.family.recorder.format = format === noFormat ? undefined : format;
    if (format !== noFormat) giveColors(this.family.levels.levels);
  }

  get defaultMeta(): object | null {
    return this.origin === undefined ? null : readMembers(this.origin.bound);
  }

  /** winston's name for fields of every record. */
  set defaultMeta(fields: object | null) {
    if (this.origin === undefined || !fields) return;
    this.origin = { ...this.origin, bound: bind(this.origin.bound, fields) };
  }

  get exceptions(): Exceptions | undefined {
    return this.caught?.exceptions;
  }

  // winston makes these each time it is configured.
  set exceptions(_ofWinston: unknown) {
    this.caught = { ...this.caught, exceptions: new Exceptions(this) };
  }

  get rejections(): Rejections | undefined {
    return this.caught?.rejections;
  }

  set rejections(_ofWinston: unknown) {
    this.caught = { ...this.caught, rejections: new Rejections(this) };
  }

  get transports(): readonly Writable[] {
    return this.family === undefined ? [] : this.family.recorder.dispatcher.lanes.map(({ transport }) => transport);
  }

  /** winston's `add` ends here; so does every other stream of records. */
  pipe<T extends Writable>(transport: T): T {
    giveColors(this.family.levels.levels);
    this.family.recorder.dispatcher.addLane(transport);
    attachments.set(transport, (attachments.get(transport) ?? 0) + 1);
    transport.emit('pipe', this.family.transportParent);
    refreshGates(this.family);
    return transport;
  }

  /** winston's `remove` and `clear` end here. */
  unpipe(transport?: Writable): this {
    for (const each of transport ? [transport] : this.transports) {
      if (!this.family.recorder.dispatcher.removeLane(each)) continue;
      attachments.set(each, (attachments.get(each) ?? 1) - 1);
      try {
        // Here a transport of winston's closes what it has open.
        each.emit('unpipe', this.family.transportParent);
      } catch {
        this.family.recorder.failures += 1;
      }
    }
    refreshGates(this.family);
    return this;
  }

  time(label: string, options: TimeOptions = {}): Timed {
    return startTime(this as unknown as Logger, label, options);
  }

  event<Schema extends EventSchema>(name: string, schema: Schema, options: EventOptions = {}): LogEvent<Schema> {
    // An event of a level that is not there would never be logged.
    if (options.level !== undefined) this.family.levels.parse(options.level);
    return compileEvent(this as unknown as Logger, name, schema, options);
  }

  flush(options?: FlushOptions | (() => void)): Promise<FlushReport> {
    if (typeof options !== 'function') return flushFamily(this.family.recorder, options);
    // pino's way, where nobody can hear of time that ran out.
    return flushFamily(this.family.recorder).finally(options);
  }

  flushSync(): void {
    this.family.recorder.dispatcher.flushSync();
  }

  close(options: FlushOptions = {}): this & PromiseLike<FlushReport> {
    const report = this.family.root === this ? closeAll(this, options) : this.flush(options);
    // winston's `close` gives the logger; this one can be awaited besides, and the logger itself never can.
    const closing = Object.create(this) as this & PromiseLike<FlushReport>;
    // oxlint-disable-next-line unicorn/no-thenable -- what `await log.close()` waits for
    Object.defineProperty(closing, 'then', { value: report.then.bind(report) });
    return closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  stats(): LoggerStats {
    return statsOf(this.family.recorder);
  }

  // winston listens to its transports here; an `error` that nobody handles would end the process.
  _onEvent(event: 'error' | 'warn', transport: Writable): void {
    const heard = listened[event].get(transport) ?? new Set();
    if (heard.has(this.family)) return;
    listened[event].set(transport, heard.add(this.family));
    transport.on(event, (problem: unknown) => {
      const lane = this.family.recorder.dispatcher.lanes.find((each) => each.transport === transport);
      if (event === 'error') lane?.fail(problem);
      else lane?.warn(problem);
      if (this.listenerCount(event) > 0) this.emit(event, problem, transport);
    });
  }

  // winston ends its transports when the stream of the logger ends.
  _final(callback: () => void): void {
    void flushThen(this, callback);
  }
}

// Where pino keeps them, and Fastify looks for those that it must not replace.
Object.defineProperty(BaseLogger.prototype, Symbol.for('pino.serializers'), {
  get(this: BaseLogger): Serializers | undefined {
    return this.origin.serializers;
  },
});

defineSharedMethods(BaseLogger.prototype);

// Most children are made without any, and fast.
const noOptions: ChildOptions = {};

function checkChild(options: ChildOptions): void {
  // Frameworks that are made for pino hand over more than that, so other names are passed over.
  expectObject('options', options);
  expectType('name', options.name, 'string');
  checkSerializers(options.serializers);
}

/** False when neither the logger nor a transport wants a record of that severity. */
function isWanted(logger: BaseLogger, severity: number): boolean {
  return logger.origin.node.threshold <= severity || logger.family.recorder.dispatcher.wants(severity);
}

function parentOf(levels: LevelSet): Family['transportParent'] {
  return { levels: levels.numbers, level: levels.levels.at(-1)?.name ?? 'trace' };
}

/** What `log.configure({ levels })` does; each level in use becomes the nearest of the new ones. */
function replaceLevels(family: Family, levels: LevelSet): void {
  const { root, recorder } = family;
  removeLevels(root, family.levels);
  defineLevels(root, levels);
  family.levels = levels;
  Object.assign(family.transportParent, parentOf(levels));
  // Where a transport of winston's looks whether a level is let through.
  for (const transport of root.transports) Object.assign(transport, { levels: levels.numbers });
  recorder.dispatcher.useLevels(levels);
  if (recorder.format || root.transports.length > 0) giveColors(levels.levels);
  const { node } = root.origin;
  node.family.levels = levels;
  refresh(node);
}

function asWritten(fields: object, serializers: Serializers | undefined): object {
  const own = isPlain(fields) ? fields : readFields(fields);
  return serializers ? serialize(own, serializers) : own;
}

function nearestOf(logger: BaseLogger, level: Level): Level {
  return logger.family.levels.find(level.name) ?? level;
}

function recordAt(logger: BaseLogger, level: Level, [first, second, ...rest]: readonly unknown[]): void {
  if (logger.origin.node.gate > level.severity) return;
  logger.family.recorder.record(logger.origin, level, first, second, rest);
}

function recordInfo(logger: BaseLogger, record: Info): void {
  try {
    recordReadable(logger, record);
  } catch {
    // A record whose members cannot all be read: those that can are logged.
    recordReadable(logger, readableCopy(record));
  }
}

function readableCopy(record: Info): Info {
  try {
    return guardedMembers(record);
  } catch (error) {
    return { message: unreadable(error) };
  }
}

function recordReadable(logger: BaseLogger, record: Info): void {
  const level = logger.family.levels.find(markedLevel(record)) ?? nearestOf(logger, info);
  if (record instanceof Error || Array.isArray(record) || ArrayBuffer.isView(record)) {
    recordAt(logger, level, [record]);
    return;
  }
  const { level: _level, message, ...fields } = record;
  recordAt(logger, level, [message, fields]);
}

// A transport that is taken off and added again is listened to once.
const listened: Record<'error' | 'warn', WeakMap<Writable, Set<Family>>> = {
  error: new WeakMap(),
  warn: new WeakMap(),
};

// A transport may belong to several loggers; only the last one ends it.
const attachments = new WeakMap<Writable, number>();

function refreshGates({ root, recorder }: Family): void {
  const { node } = root.origin;
  node.family.hasTransports = recorder.dispatcher.lanes.length > 0;
  refresh(node);
}

async function flushThen(logger: BaseLogger, callback: () => void): Promise<void> {
  await logger.flush();
  callback();
}

async function closeAll(logger: BaseLogger, options: FlushOptions): Promise<FlushReport> {
  logger.exceptions?.unhandle();
  logger.rejections?.unhandle();
  const { recorder } = logger.family;
  const report = await closeFamily(recorder, options, (transport) => attachments.get(transport) === 1);
  logger.unpipe();
  logger.emit('close');
  return report;
}
