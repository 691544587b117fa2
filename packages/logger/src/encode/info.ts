import { fieldsText, type Bound } from './fields.ts';
import { ownFields, readMember } from './read.ts';
import { Action, type Shape } from './shape.ts';
import { encodeHidden, encodeValue, startWalk, type Walk } from './value.ts';

/** What winston hands to a transport; the symbols of winston carry the level and the finished text. */
export type Info = Record<PropertyKey, unknown>;

/** Bound fields as plain data. */
export function readMembers(bound: Bound): Info {
  return JSON.parse(`{${fieldsText(bound).slice(1)}}`) as Info;
}

/** Adds the fields of one record as plain data: what a reader of the line would get. */
export function addMembers(info: Info, bound: Bound, fields: object): void {
  const source = ownFields(fields);
  let { shape } = bound;
  let walk: Walk | undefined;
  for (const key in source) {
    shape = shape.lastKey === key ? shape.lastNext : shape.next(key);
    if (shape.action === Action.leaveOut) break;
    const value = readMember(source, key);
    if (isSimple(value) && !shape.rule) info[shape.writtenKey] = value;
    else addEncoded(info, shape, value, (walk ??= startWalk(bound.redaction)));
  }
}

function isSimple(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'string' && value.length < 1024) || Number.isFinite(value);
}

function addEncoded(info: Info, shape: Shape, value: unknown, walk: Walk): void {
  const text = shape.rule?.hides ? encodeHidden(value, shape, walk) : encodeValue(value, shape, walk);
  if (text === undefined) return;
  const plain: unknown = JSON.parse(text);
  // Not an assignment: a key named `__proto__` would change the prototype.
  Object.defineProperty(info, shape.writtenKey, { value: plain, enumerable: true, writable: true, configurable: true });
}
