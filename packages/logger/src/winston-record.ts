import type { Call } from './calls.ts';
import { latestIso } from './clock.ts';
import { encodeFields, fieldsText, wereAsGiven, type Bound } from './encode/fields.ts';
import { addMembers, readMembers, type Info } from './encode/info.ts';
import { ownFields, unreadable } from './encode/read.ts';
import type { ActiveSpan } from './layout.ts';
import type { Level } from './levels/vocabulary.ts';

/** What winston calls a format: it may change the record, finish it, or drop it by a falsy answer. */
export interface RecordFormat {
  transform(info: Info, options?: unknown): unknown;
  readonly options?: unknown;
}

const levelMark: unique symbol = Symbol.for('level') as never;
const messageMark: unique symbol = Symbol.for('message') as never;
const splatMark: unique symbol = Symbol.for('splat') as never;

/** One record, and the JSON it was written as. */
export interface Written {
  readonly json: string;
  readonly level: Level;
  readonly message: string;
  readonly logger: string;
  readonly bound: Bound;
  readonly fields: object | undefined;
  readonly span: ActiveSpan | undefined;
}

/**
 * The record that transports get: plain data in our own layout, and the JSON itself under winston's mark. It is made right
 * after the JSON, of which it takes over what needs no second look.
 */
export function toInfo(written: Written): Info {
  const { json, level, message, bound, fields, span } = written;
  // Most records of a logger begin alike, and a copy is the fastest way to an object with many keys.
  const { start } = bound;
  const info: Info = { ...(start?.level === level ? start.info : startInfo(written)) };
  info['timestamp'] = latestIso();
  info['message'] = message;
  info[messageMark] = json;
  if (fields !== undefined) addFields(info, written, fields);
  if (span) Object.assign(info, { trace_id: span.traceId, span_id: span.spanId });
  const { err } = info as { err?: { stack?: unknown } | null };
  if (typeof err?.stack === 'string') info['stack'] = err.stack;
  return info;
}

function startInfo({ bound, level, logger }: Written): Info {
  const marks = { [levelMark]: level.name, [messageMark]: '' };
  const info: Info = { level: level.name, timestamp: '', message: '', logger, ...marks, ...readMembers(bound) };
  bound.start = { level, info };
  return info;
}

function addFields(info: Info, { json, bound }: Written, fields: object): void {
  try {
    if (!wereAsGiven()) {
      addMembers(info, bound, fields);
      return;
    }
    const source = ownFields(fields);
    for (const key in source) info[key] = source[key];
  } catch {
    // Fields that cannot be gone through: the JSON says why.
    Object.assign(info, JSON.parse(json));
  }
}

/** The record that a format gets: no time, name or process id that the format does not add, as with winston itself. */
export function toFormatInfo(level: Level, { message, fields, error }: Call, bound: Bound): Info {
  const text = fields === undefined ? fieldsText(bound) : encodeFields(bound, fields).slice(bound.label.length);
  const info: Info = { ...(JSON.parse(`{${text.slice(1)}}`) as Info), level: level.name, message };
  info[levelMark] = level.name;
  const { err } = info as { err?: { stack?: unknown } | null };
  // As the fields show it, so that what is hidden there is hidden here.
  if (error && typeof err?.stack === 'string') info['stack'] = err.stack;
  // `splat()` would fill the places of a message that is filled already.
  if (fields !== undefined && !/%[scdjifoO%]/.test(message)) info[splatMark] = [ownMembers(info, fields)];
  return info;
}

/** The fields of the call itself, as they may be shown: formats of applications look for them. */
function ownMembers(info: Info, fields: object): Info {
  const own: Info = {};
  try {
    for (const key of Object.keys(fields)) {
      const written = key !== 'level' && key !== 'message' && Object.hasOwn(info, key) ? key : `${key}_`;
      if (Object.hasOwn(info, written)) own[written] = info[written];
    }
  } catch {
    // Fields that cannot be listed: the record itself says why.
  }
  return own;
}

/** The record as the format leaves it; `undefined` when it drops it. A format that throws costs no record. */
export function applyFormat(format: RecordFormat, info: Info, countFailure: () => void): Info | undefined {
  try {
    const formatted = format.transform(info, format.options);
    return typeof formatted === 'object' && formatted !== null ? (formatted as Info) : undefined;
  } catch (error) {
    countFailure();
    const note: Info = { ...info, formatError: unreadable(error) };
    note[messageMark] = JSON.stringify(note);
    return note;
  }
}

/** Puts winston's marks on a record that was read from its JSON. */
export function markInfo(info: Info, { name }: Level, json: string): Info {
  info['level'] ??= name;
  info[levelMark] = name;
  info[messageMark] = json;
  return info;
}

/** Puts winston's marks on a record of our own: its level, and its text. */
export function markLine(info: Info, level: string): Info {
  return { ...info, [levelMark]: level, [messageMark]: JSON.stringify(info) };
}

/** The finished text of a record, if a format has finished it. */
export function markedMessage(info: Info): string | undefined {
  const text = info[messageMark];
  return typeof text === 'string' ? text : undefined;
}

/** The level name that winston put on a record. */
export function markedLevel(info: Info): unknown {
  return info[levelMark] ?? info['level'];
}
