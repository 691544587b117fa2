// Turns any value into JSON text. Nothing that a value does can make it throw: getters, proxies, `toJSON` and iterators
// are all read under guard, and depth, width and the number of values have limits.
import { types } from 'node:util';
import { redacted, type Redaction } from '../redact.ts';
import { errorMembers, usualText } from './error-members.ts';
import { ownFields, readMember, unreadable } from './read.ts';
import { Action, mostKeys, pathOf, type Shape } from './shape.ts';
import { numberText, quote } from './text.ts';

const deepest = 12;
const mostValues = 10_000;
const mostText = 4 * 1024 * 1024;
const longText = 1024;

/** One pass over the fields of one record. */
export interface Walk {
  readonly redaction: Redaction;
  readonly ancestors: object[];
  valuesLeft: number;
  textLeft: number;
}

export function startWalk(redaction: Redaction): Walk {
  return { redaction, ancestors: [], valuesLeft: mostValues, textLeft: mostText };
}

/** The JSON text of a value at a place, or `undefined` where JSON has none, such as for a function. */
export function encodeValue(value: unknown, at: Shape, walk: Walk): string | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > longText ? encodeLong(value, walk) : quote(value);
    case 'number':
      return numberText(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}"`;
    case 'object':
      return value === null ? 'null' : encodeObject(value, at, walk);
    default:
      return undefined;
  }
}

/** The text that stands for a hidden value. */
export function encodeHidden(value: unknown, at: Shape, walk: Walk): string | undefined {
  if (walk.redaction.remove) return undefined;
  try {
    return encodeValue(walk.redaction.censor(value, pathOf(at)), at.members(undefined), walk);
  } catch {
    return quote(redacted);
  }
}

const tooMuchText = '"[too much text]"';

function encodeLong(text: string, walk: Walk): string {
  walk.textLeft -= text.length;
  return walk.textLeft < 0 ? tooMuchText : quote(text);
}

function inBudget(json: string, walk: Walk): string {
  walk.textLeft -= json.length;
  return walk.textLeft < 0 ? tooMuchText : json;
}

function encodeObject(value: object, at: Shape, walk: Walk): string | undefined {
  walk.valuesLeft -= 1;
  if (walk.valuesLeft < 0) return '"[too many values]"';
  const { ancestors } = walk;
  const depth = ancestors.length;
  if (depth > 0 && ancestors.includes(value)) return '"[circular]"';
  if (depth >= deepest) return '"[too deep]"';
  ancestors.push(value);
  const text = encodeGuarded(value, at, walk);
  ancestors.length = depth;
  return text;
}

function encodeGuarded(value: object, at: Shape, walk: Walk): string | undefined {
  try {
    return encodeByKind(value, at, walk);
  } catch (error) {
    return quote(unreadable(error));
  }
}

function encodeByKind(value: object, at: Shape, walk: Walk): string | undefined {
  if (Array.isArray(value)) return encodeItems(value, at, walk);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    if (value instanceof Error || types.isNativeError(value)) return encodeError(value, at, walk);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : quote(value.toISOString());
    if (ArrayBuffer.isView(value)) return quote(`[${value.constructor.name} of ${value.byteLength} bytes]`);
    if (value instanceof Map) return encodeMembers(mapMembers(value), at, walk);
    if (value instanceof Set) return encodeItems(value, at, walk);
  }
  if (isSecret(value)) return quote(redacted);
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== 'function') return encodeMembers(value, at, walk);
  const plain: unknown = toJSON.call(value, at.key);
  return plain === value ? encodeMembers(value, at, walk) : encodeValue(plain, at, walk);
}

const secretMark: unique symbol = Symbol.for('seaworthy.secret') as never;

/** True for a value that must not be shown, by the mark or by a `reveal` method. */
export function isSecret(value: object): boolean {
  const candidate = value as { readonly [secretMark]?: unknown; readonly reveal?: unknown };
  return typeof candidate.reveal === 'function' || candidate[secretMark] === true;
}

// A path such as `err.token` also means the place where the property of an error is written.
function encodeError(error: Error, at: Shape, walk: Walk): string {
  const usual = at.rule ? undefined : usualText(error, walk.ancestors.length);
  if (usual !== undefined) return inBudget(usual, walk);
  return encodeMembers(errorMembers(error, at.rule), at, walk, at.members(at.rule?.ofError));
}

function encodeMembers(value: object, at: Shape, walk: Walk, start: Shape = at.ownMembers()): string {
  const source = ownFields(value);
  let shape = start;
  let text = '';
  for (const key in source) {
    shape = shape.lastKey === key ? shape.lastNext : shape.next(key);
    if (shape.action === Action.leaveOut || walk.valuesLeft < 0)
      return `${text === '' ? '{' : `${text},`}"...":"more keys"}`;
    const member = readMember(source, key);
    const encoded =
      shape.action === Action.hide
        ? (walk.redaction.text ?? encodeHidden(member, shape, walk))
        : encodeValue(member, shape, walk);
    if (encoded !== undefined) text = text === '' ? shape.firstPrefix + encoded : text + shape.prefix + encoded;
  }
  return text === '' ? '{}' : `${text}}`;
}

function encodeItems(items: Iterable<unknown>, at: Shape, walk: Walk): string {
  const texts: string[] = [];
  for (const item of items) {
    walk.valuesLeft -= 1;
    if (walk.valuesLeft < 0) {
      texts.push('"[more items]"');
      break;
    }
    const rule = at.rule?.child(String(texts.length));
    const shape = at.members(rule);
    texts.push((rule?.hides ? encodeHidden(item, shape, walk) : encodeValue(item, shape, walk)) ?? 'null');
  }
  return `[${texts.join()}]`;
}

function keyText(key: unknown): string {
  if (typeof key === 'symbol' || typeof key === 'number' || typeof key === 'bigint') return key.toString();
  return typeof key === 'object' || typeof key === 'function' ? `[${typeof key}]` : `${key as boolean | undefined}`;
}

function mapMembers(map: Map<unknown, unknown>): object {
  const members: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  let left = mostKeys + 1;
  for (const [key, member] of map) {
    members[typeof key === 'string' ? key : keyText(key)] = member;
    left -= 1;
    if (left === 0) break;
  }
  return members;
}
