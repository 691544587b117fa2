import type { Level } from '../levels/vocabulary.ts';
import type { Redaction, RedactionOption } from '../redact.ts';
import { usualText } from './error-members.ts';
import { guardedMembers, ownFields, readMember, unreadable } from './read.ts';
import { Action, createShape, type Run, type Shape } from './shape.ts';
import { flat, isShortAndPlain, quote, simpleText } from './text.ts';
import { encodeHidden, encodeValue, startWalk, type Walk } from './value.ts';

/** The logger's name and its fields, encoded once. */
export interface Bound {
  /** The logger's name as the layout writes it, behind the quote that ends the message: `","logger":"name"`. */
  readonly label: string;
  /** The label, then each field as `,"key":value`; in one piece. */
  readonly text: string;
  /** The keys in the text, and where the next one comes. */
  readonly shape: Shape;
  /** Where the first key comes. */
  readonly firstShape: Shape;
  readonly redaction: Redaction;
  /** What a transport's record of the level used last begins with; made when a transport first asks. */
  start: { readonly level: Level; readonly info: Record<PropertyKey, unknown> } | undefined;
}

/** No fields yet. */
export function createBound(redaction: Redaction, reserved: readonly string[]): Bound {
  const shape = createShape(redaction.rule, reserved);
  return { label: '', text: '', shape, firstShape: shape, redaction, start: undefined };
}

/** The same fields behind another label. */
export function relabel(bound: Bound, label: string): Bound {
  return { ...bound, label, text: flat(label + fieldsText(bound)), start: undefined };
}

/** The same fields with more to hide, also among themselves. */
export function redactMore(bound: Bound, more: RedactionOption, reserved: readonly string[]): Bound {
  const { label } = bound;
  const start = relabel(createBound(bound.redaction.and(more), reserved), label);
  return bind(start, JSON.parse(`{${fieldsText(bound).slice(1)}}`) as object);
}

/** The text of bound fields without the label. */
export function fieldsText(bound: Bound): string {
  return bound.text.slice(bound.label.length);
}

/** The text of bound fields followed by those of one record; the record's win. Never throws. */
export function encodeFields(bound: Bound, fields: object): string {
  try {
    return append(bound, ownFields(fields)) ?? bindAgain(bound, fields).text;
  } catch {
    return encodeGuarded(bound, fields);
  }
}

/** The same for fields that were found to be plain: to ask an object twice for its prototype takes longer than a key. */
export function encodePlain(bound: Bound, fields: Record<string, unknown>): string {
  try {
    return append(bound, fields) ?? bindAgain(bound, fields).text;
  } catch {
    return encodeGuarded(bound, fields);
  }
}

/** The text of bound fields followed by an error, or `undefined` where that takes more than the shortest way. */
export function encodeUsualError(bound: Bound, error: Error): string | undefined {
  const { shape } = bound;
  const at = shape.lastKey === 'err' ? shape.lastNext : shape.next('err');
  const text = at.action !== Action.write || at.rule ? undefined : usualText(error, 1);
  return text === undefined ? undefined : bound.text + at.prefix + text;
}

// A getter threw: the members are read anew, each under guard of its own.
function encodeGuarded(bound: Bound, fields: object): string {
  try {
    const members = guardedMembers(fields);
    return append(bound, members) ?? bindAgain(bound, members).text;
  } catch (error) {
    return `${bound.text},"fields":${quote(unreadable(error))}`;
  } finally {
    // What could be read is not what was given.
    isAsGiven = false;
  }
}

/** Adds fields to bound ones; where a key is bound already, the new value takes its place. Never throws. */
export function bind(bound: Bound, fields: object): Bound {
  try {
    return bindUnguarded(bound, fields);
  } catch {
    return bindGuarded(bound, fields);
  }
}

function bindUnguarded(bound: Bound, fields: object): Bound {
  const text = append(bound, ownFields(fields));
  if (text === undefined) return bindAgain(bound, fields);
  return { ...bound, text: flat(text), shape: reached, start: undefined };
}

function bindGuarded(bound: Bound, fields: object): Bound {
  try {
    return bindUnguarded(bound, guardedMembers(fields));
  } catch (error) {
    return bindUnguarded(bound, { fields: unreadable(error) });
  }
}

// Where `append` got to, and whether every value stands in the record as it was given: more results that cost no object.
let reached: Shape;
let isAsGiven = false;

/** True when the fields encoded latest are in the record just as they were given: same keys, and simple values. */
export function wereAsGiven(): boolean {
  return isAsGiven;
}

// A longer text may be part of a much longer one, which the engine would keep with it.
const repeatableText = 12;

function remember(shape: Shape, value: unknown): void {
  shape.lastValue = value;
  shape.lastText = undefined;
  shape.run = undefined;
}

// Longer bound fields are not worth keeping with each key that follows them.
const longestStart = 1024;

/** Keeps a text that ends with a value which has come again, once what is before it has come again as well. */
function keepRun(before: Run | string | undefined, shape: Shape, text: string): Run | undefined {
  if (before === undefined) return undefined;
  if (typeof before === 'string' && shape.lastStart !== before) {
    if (before.length <= longestStart) shape.lastStart = before;
    return undefined;
  }
  shape.run = { before, text, isFlat: false };
  return shape.run;
}

function textOfRun(run: Run): string {
  if (!run.isFlat) {
    run.text = flat(run.text);
    run.isFlat = true;
  }
  return run.text;
}

/** The longer text, or `undefined` when a key is bound already. */
function append(bound: Bound, source: Record<string, unknown>): string | undefined {
  let { text, shape } = bound;
  let walk: Walk | undefined;
  // True when the closing quote of the latest text is still to come.
  let isOpen = false;
  // As long as all values repeat, nothing is joined: the text up to each of them was kept, and only that of the last is read.
  let run: Run | string | undefined = text;
  let repeated: Run | undefined;
  for (const key in source) {
    shape = shape.lastKey === key ? shape.lastNext : shape.next(key);
    const value = source[key];
    if (value === shape.lastValue) {
      const known: Run | undefined = shape.run;
      if (known !== undefined && known.before === run) {
        run = known;
        repeated = known;
        continue;
      }
    }
    if (repeated !== undefined) {
      text = textOfRun(repeated);
      repeated = undefined;
    }
    if (shape.action !== Action.write) {
      if (shape.action === Action.repeat) return undefined;
      if (shape.action === Action.leaveOut) break;
      const hidden = bound.redaction.text ?? encodeHidden(value, shape, (walk ??= startWalk(bound.redaction)));
      run = undefined;
      if (hidden === undefined) continue;
      text = text + (isOpen ? shape.prefixAfterText : shape.prefix) + hidden;
      isOpen = false;
    } else if (value === shape.lastValue) {
      const { text: again, textAfterText } = shape.lastText ?? shape.repeat(simpleText(value) ?? 'null');
      text += isOpen ? textAfterText : again;
      isOpen = false;
      run = keepRun(run, shape, text);
    } else if (typeof value === 'string' && isShortAndPlain(value)) {
      run = undefined;
      if (value.length <= repeatableText) remember(shape, value);
      text = text + (isOpen ? shape.textPrefixAfterText : shape.textPrefix) + value;
      isOpen = true;
    } else {
      run = undefined;
      const simple = simpleText(value);
      if (simple !== undefined && typeof value !== 'string') remember(shape, value);
      const encoded = simple ?? encodeValue(value, shape, (walk ??= startWalk(bound.redaction)));
      if (encoded === undefined) continue;
      text = text + (isOpen ? shape.prefixAfterText : shape.prefix) + encoded;
      isOpen = false;
    }
  }
  if (repeated !== undefined) text = textOfRun(repeated);
  reached = shape;
  isAsGiven = walk === undefined && shape.isAsGiven;
  return isOpen ? `${text}"` : text;
}

function bindAgain(bound: Bound, fields: object): Bound {
  isAsGiven = false;
  const members = new Map<string, string>();
  const added = encodeMembers(bound, fields);
  const before = JSON.parse(`{${fieldsText(bound).slice(1)}}`) as Record<string, unknown>;
  for (const [key, value] of Object.entries(before)) {
    if (!added.has(key)) members.set(key, JSON.stringify(value));
  }
  for (const [key, text] of added) members.set(key, text);
  let shape = bound.firstShape;
  let { label: text } = bound;
  for (const [key, value] of members) {
    shape = shape.next(key);
    text += `,${quote(key)}:${value}`;
  }
  return { ...bound, text: flat(text), shape, start: undefined };
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
