import type { Redaction } from '../redact.ts';
import { ownFields, readMember, unreadable } from './read.ts';
import { Action, createShape, type Shape } from './shape.ts';
import { quote } from './text.ts';
import { encodeHidden, encodeValue, startWalk, type Walk } from './value.ts';

/** The logger's name and its fields, encoded once. */
export interface Bound {
  /** The logger's name as the layout writes it, such as `,"logger":"name"`. */
  readonly label: string;
  /** The label, then each field as `,"key":value`. */
  readonly text: string;
  /** The keys in the text, and where the next one comes. */
  readonly shape: Shape;
  /** Where the first key comes. */
  readonly start: Shape;
  readonly redaction: Redaction;
  /** The fields read back, made when a transport first asks. */
  members: Record<PropertyKey, unknown> | undefined;
}

/** No fields yet. */
export function createBound(redaction: Redaction, reserved: readonly string[]): Bound {
  const start = createShape(redaction.rule, reserved);
  return { label: '', text: '', shape: start, start, redaction, members: undefined };
}

/** The same fields behind another label. */
export function relabel(bound: Bound, label: string): Bound {
  return { ...bound, label, text: label + fieldsText(bound), members: undefined };
}

/** The text of bound fields without the label. */
export function fieldsText(bound: Bound): string {
  return bound.text.slice(bound.label.length);
}

/** The text of bound fields followed by those of one record; the record's win. Never throws. */
export function encodeFields(bound: Bound, fields: object): string {
  try {
    return append(bound, fields) ?? bindAgain(bound, fields).text;
  } catch (error) {
    return `${bound.text},"fields":${quote(unreadable(error))}`;
  }
}

/** Adds fields to bound ones; where a key is bound already, the new value takes its place. Never throws. */
export function bind(bound: Bound, fields: object): Bound {
  try {
    const text = append(bound, fields);
    return text === undefined ? bindAgain(bound, fields) : { ...bound, text, shape: reached, members: undefined };
  } catch (error) {
    return bind(bound, { fields: unreadable(error) });
  }
}

// Where `append` got to: a second result that costs no object.
let reached: Shape;

/** The longer text, or `undefined` when a key is bound already. */
function append(bound: Bound, fields: object): string | undefined {
  const source = ownFields(fields);
  let { text, shape } = bound;
  let walk: Walk | undefined;
  for (const key in source) {
    shape = shape.lastKey === key && shape.lastNext ? shape.lastNext : shape.next(key);
    const value = readMember(source, key);
    if (shape.action !== Action.write) {
      if (shape.action === Action.repeat) return undefined;
      if (shape.action === Action.leaveOut) break;
      const hidden = encodeHidden(value, shape, (walk ??= startWalk(bound.redaction)));
      if (hidden !== undefined) text += shape.prefix + hidden;
    } else if (typeof value === 'string' && value.length < 1024) {
      text += shape.prefix + quote(value);
    } else if (typeof value === 'number') {
      text += shape.prefix + (Number.isFinite(value) ? String(value) : 'null');
    } else if (typeof value === 'boolean') {
      text += shape.prefix + (value ? 'true' : 'false');
    } else {
      const encoded = encodeValue(value, shape, (walk ??= startWalk(bound.redaction)));
      if (encoded !== undefined) text += shape.prefix + encoded;
    }
  }
  reached = shape;
  return text;
}

function bindAgain(bound: Bound, fields: object): Bound {
  const members = new Map<string, string>();
  const added = encodeMembers(bound, fields);
  const before = JSON.parse(`{${fieldsText(bound).slice(1)}}`) as Record<string, unknown>;
  for (const [key, value] of Object.entries(before)) {
    if (!added.has(key)) members.set(key, JSON.stringify(value));
  }
  for (const [key, text] of added) members.set(key, text);
  let shape = bound.start;
  let { label: text } = bound;
  for (const [key, value] of members) {
    shape = shape.next(key);
    text += `,${quote(key)}:${value}`;
  }
  return { ...bound, text, shape, members: undefined };
}

function encodeMembers(bound: Bound, fields: object): ReadonlyMap<string, string> {
  const walk = startWalk(bound.redaction);
  const members = new Map<string, string>();
  let { shape } = bound;
  for (const key of Object.keys(fields)) {
    shape = shape.next(key);
    if (shape.action === Action.leaveOut) break;
    const value = readMember(fields, key);
    const encoded = shape.rule?.hides ? encodeHidden(value, shape, walk) : encodeValue(value, shape, walk);
    if (encoded !== undefined) members.set(shape.writtenKey, encoded);
  }
  return members;
}

/** True when a field of that name is among the bound ones. */
export function isBound(bound: Bound, key: string): boolean {
  return bound.shape.next(key).action === Action.repeat;
}
