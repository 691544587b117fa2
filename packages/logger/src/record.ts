import { readCall, takesObject, type Call } from './calls.ts';
import { isoNow, latestMs } from './clock.ts';
import { withContext } from './context.ts';
import type { Dispatcher } from './dispatcher.ts';
import { encodeFields, encodePlain, encodeUsualError, type Bound } from './encode/fields.ts';
import { isError, isPlain, readMember } from './encode/read.ts';
import { flat, quote, quoteContent } from './encode/text.ts';
import type { ActiveSpan, Layout } from './layout.ts';
import type { LevelNode } from './levels/node.ts';
import type { Level } from './levels/vocabulary.ts';
import { visibleError } from './hidden-error.ts';
import { redacted, type Rule } from './redact.ts';
import { serialize, type Serializers } from './serializers.ts';
import { findSource } from './source.ts';
import { applyFormat, markedMessage, toFormatInfo, toInfo, type RecordFormat } from './winston-record.ts';

/** What one logger adds to its records. */
export interface Origin {
  readonly bound: Bound;
  readonly node: LevelNode;
  readonly serializers: Serializers | undefined;
}

export interface RecorderOptions {
  readonly dispatcher: Dispatcher;
  readonly layout: Layout;
  readonly format: RecordFormat | undefined;
  readonly activeSpan: (() => ActiveSpan | undefined) | undefined;
  readonly source: boolean;
  /** Takes the fields of `context.run` into records. */
  readonly context: boolean;
}

/** The fields of one record, behind those of its logger. */
interface Encoded {
  readonly bound: Bound;
  readonly text: string;
  readonly fields: object | undefined;
}

// Longer ones are hardly written in the code, and would be kept in memory.
const repeatableMessage = 200;

/** Writes records for a family of loggers. */
export class Recorder {
  readonly dispatcher: Dispatcher;
  readonly layout: Layout;
  /** A winston format that takes the place of our encoder. */
  format: RecordFormat | undefined;
  /** winston's switch for everything. */
  isSilent = false;
  /** Records written so far. */
  records = 0;
  /** Formats and other things of the application that threw. */
  failures = 0;
  readonly #activeSpan: (() => ActiveSpan | undefined) | undefined;
  // Source and error layouts add fields, so the usual calls cannot be taken as they are.
  readonly #addsFields: boolean;
  readonly #wantsSource: boolean;
  readonly #wantsContext: boolean;
  readonly #end: string;
  readonly #lineEnd: string;
  #start = '';
  #startTime = '';
  #startLevel: Level | undefined;
  // The latest message that has no place for an object: not looked through again.
  #simpleMessage = '';
  #lastMessage = '';
  #lastContent = '';
  #headStart = '';
  #headMessage = '';
  #head = '';
  #isHeadFlat = false;

  constructor({ dispatcher, layout, format, activeSpan, source, context }: RecorderOptions) {
    this.dispatcher = dispatcher;
    this.layout = layout;
    this.format = format;
    this.#activeSpan = activeSpan;
    this.#wantsSource = source;
    this.#wantsContext = context;
    this.#end = flat(`${layout.endOfFields}}`);
    this.#lineEnd = flat(`${this.#end}\n`);
    this.#addsFields = source || layout.errorFields !== undefined;
  }

  /** Writes what a level method was called with. Never throws. */
  record(origin: Origin, level: Level, first: unknown, second: unknown, rest: readonly unknown[]): void {
    if (this.isSilent || (level.severity < origin.node.threshold && !this.dispatcher.wants(level.severity))) return;
    const { serializers } = origin;
    const isUsual = rest.length === 0 && !this.format && !this.#addsFields && !serializers;
    if (isUsual) {
      // The usual calls need no reading.
      if (typeof first === 'string') {
        if (second === undefined) return this.#write(origin, level, first, undefined);
        if (isPlain(second) && (first === this.#simpleMessage || this.#isSimple(first)))
          return this.#writePlain(origin, level, first, second);
      } else if (typeof second === 'string' && isPlain(first)) {
        return this.#writePlain(origin, level, second, first);
      }
    }
    const { rule } = origin.bound.redaction;
    if (isUsual && !rule && typeof second === 'string' && isError(first)) {
      return this.#writeError(origin, level, second, first);
    }
    const call = hideMessage(readCall(first, second, rest), rule?.child('err'));
    const given = serializers && call.fields ? serialize(call.fields, serializers) : call.fields;
    const fields = this.#addsFields ? this.#addFields(given, rule?.child('err')) : given;
    if (this.format) this.#writeFormatted(origin, level, { ...call, fields }, this.format);
    else this.#write(origin, level, call.message, fields);
  }

  #writeError(origin: Origin, level: Level, message: string, error: Error): void {
    const bound = this.#wantsContext ? withContext(origin.bound) : origin.bound;
    const text = this.dispatcher.lanes.length > 0 ? undefined : encodeUsualError(bound, error);
    if (text === undefined) this.#write(origin, level, message, { err: error });
    else this.#deliver(origin, level, message, { bound, text, fields: undefined });
  }

  #writePlain(origin: Origin, level: Level, message: string, fields: Record<string, unknown>): void {
    const bound = this.#wantsContext ? withContext(origin.bound, fields) : origin.bound;
    this.#deliver(origin, level, message, { bound, text: encodePlain(bound, fields), fields });
  }

  #write(origin: Origin, level: Level, message: string, fields: object | undefined): void {
    const bound = this.#wantsContext ? withContext(origin.bound) : origin.bound;
    const text = fields === undefined ? bound.text : encodeFields(bound, fields);
    this.#deliver(origin, level, message, { bound, text, fields });
  }

  #deliver(origin: Origin, level: Level, message: string, { bound, text, fields }: Encoded): void {
    const head = this.#headOf(level, message);
    const span = this.#activeSpan && this.#readSpan(this.#activeSpan);
    this.records += 1;
    const isLetThrough = level.severity >= origin.node.threshold;
    const { dispatcher } = this;
    if (dispatcher.lanes.length === 0 && !span) {
      if (isLetThrough) dispatcher.deliver(head + text + this.#lineEnd, level);
      return;
    }
    const json = head + text + (span ? this.#endWith(span) : this.#end);
    if (dispatcher.lanes.length > 0) {
      const info = toInfo({ json, level, message, logger: origin.node.name, bound, fields, span });
      dispatcher.deliverInfo(info, json.length, level, isLetThrough);
    }
    if (isLetThrough) dispatcher.deliver(`${json}\n`, level);
  }

  #isSimple(message: string): boolean {
    if (takesObject(message)) return false;
    if (message.length <= repeatableMessage) this.#simpleMessage = message;
    return true;
  }

  // What records of one millisecond, level and message begin with.
  #headOf(level: Level, message: string): string {
    const start = this.#startOf(level);
    if (message === this.#headMessage && start === this.#headStart) {
      if (!this.#isHeadFlat) this.#head = flat(this.#head);
      this.#isHeadFlat = true;
      return this.#head;
    }
    const head = start + this.#contentOf(message);
    if (message.length > repeatableMessage) return head;
    this.#headStart = start;
    this.#headMessage = message;
    this.#head = head;
    this.#isHeadFlat = false;
    return head;
  }

  // Most messages are written in the code, and come again and again.
  #contentOf(message: string): string {
    if (message === this.#lastMessage) return this.#lastContent;
    if (message.length > repeatableMessage) return quoteContent(message);
    this.#lastMessage = message;
    this.#lastContent = quoteContent(message);
    return this.#lastContent;
  }

  // Records of one millisecond and level start alike.
  #startOf(level: Level): string {
    const time = isoNow();
    if (time === this.#startTime && level === this.#startLevel) return this.#start;
    this.#startTime = time;
    this.#startLevel = level;
    this.#start = flat(this.layout.start(level, time, latestMs()));
    return this.#start;
  }

  #endWith(span: ActiveSpan): string {
    return `${this.layout.endOfFields}${this.layout.trace(span)}}`;
  }

  #readSpan(activeSpan: () => ActiveSpan | undefined): ActiveSpan | undefined {
    try {
      return activeSpan();
    } catch {
      this.failures += 1;
      return undefined;
    }
  }

  #addFields(fields: object | undefined, rule: Rule | undefined): object | undefined {
    const source = this.#wantsSource ? { source: findSource() } : undefined;
    try {
      const error = fields === undefined ? undefined : readMember(fields, 'err');
      const { errorFields } = this.layout;
      if (!errorFields || rule?.hides === true || !(error instanceof Error)) return { ...fields, ...source };
      const { err: _err, ...others } = fields as { err?: unknown };
      const added = errorFields(visibleError(error, rule));
      return { ...others, ...added, ...('err' in added && { err: error }), ...source };
    } catch {
      // Members that cannot be read are so noted where the fields are written.
      return fields;
    }
  }

  #writeFormatted(origin: Origin, level: Level, call: Call, format: RecordFormat): void {
    // A sink asks for the time of the latest record.
    isoNow();
    const info = toFormatInfo(level, call, this.#wantsContext ? withContext(origin.bound) : origin.bound);
    const formatted = applyFormat(format, info, () => (this.failures += 1));
    if (!formatted) return;
    this.records += 1;
    const isLetThrough = level.severity >= origin.node.threshold;
    const line = markedMessage(formatted) ?? quote(call.message);
    this.dispatcher.deliverInfo(formatted, line.length, level, isLetThrough);
    if (isLetThrough) this.dispatcher.deliver(`${line}\n`, level);
  }
}

// The message of a record about an error is that of the error, unless the call has one of its own.
function hideMessage(call: Call, rule: Rule | undefined): Call {
  if (!rule || !call.error) return call;
  const isHidden = rule.hides || rule.child('message')?.hides === true;
  return isHidden && call.message === readMember(call.error, 'message') ? { ...call, message: redacted } : call;
}
