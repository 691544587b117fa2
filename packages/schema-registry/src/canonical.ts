import { createHash } from 'node:crypto';
import { SchemaErrors } from './errors.ts';

type Step = { readonly text: string } | { readonly value: unknown; readonly path: string } | { readonly leave: object };

/**
 * The canonical JSON of a value by RFC 8785: the same data is the same text, on every machine.
 *
 * Any depth is written. A member whose value is undefined is left out, as `JSON.stringify` does.
 *
 * @throws NOT_JSON for a value that JSON does not have, half of a surrogate pair, or an object that holds itself.
 */
export function canonicalJson(value: unknown): string {
  return write(value, true);
}

/** A text that two values share when JSON Schema calls them equal; unlike canonical JSON it takes broken surrogates. */
export function equalityKey(value: unknown): string {
  return typeof value === 'object' && value !== null ? write(value, false) : JSON.stringify(writeNumberAs(value));
}

/** The sha-256 of a value's canonical JSON, as 64 hexadecimal digits. @throws NOT_JSON */
export function fingerprintOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function write(value: unknown, isStrict: boolean): string {
  let text = '';
  const open = new Set<object>();
  const steps: Step[] = [{ value, path: '' }];
  for (let step = steps.pop(); step; step = steps.pop()) {
    if ('text' in step) text += step.text;
    else if ('leave' in step) open.delete(step.leave);
    else if (typeof step.value !== 'object' || step.value === null) text += scalar(step.value, step.path, isStrict);
    else enter(step.value, step.path, { steps, open, isStrict });
  }
  return text;
}

interface Writing {
  readonly steps: Step[];
  readonly open: Set<object>;
  readonly isStrict: boolean;
}

/** The steps are taken from the end, so they are laid down from the last to the first. */
function enter(value: object, path: string, { steps, open, isStrict }: Writing): void {
  if (open.has(value)) throw new SchemaErrors.NOT_JSON({ path: path || '/', received: 'an object that holds itself' });
  if (isStrict) expectPlain(value, path);
  open.add(value);
  const [start, parts, end] = Array.isArray(value) ? listParts(value, path) : recordParts(value, path, isStrict);
  steps.push({ text: end }, { leave: value });
  for (let index = parts.length - 1; index >= 0; index -= 1) {
    const [label, item, itemPath] = parts[index] as Part;
    steps.push({ value: item, path: itemPath }, { text: (index > 0 ? ',' : '') + label });
  }
  steps.push({ text: start });
}

/** A date or a map would be written as an empty object, and so be equal to any other. */
function expectPlain(value: object, path: string): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value) || prototype === Object.prototype || prototype === null) return;
  throw new SchemaErrors.NOT_JSON({ path: path || '/', received: `a ${value.constructor?.name ?? 'foreign object'}` });
}

type Part = readonly [label: string, item: unknown, path: string];

function listParts(value: readonly unknown[], path: string): [string, Part[], string] {
  return ['[', Array.from(value, (item, index): Part => ['', item, `${path}/${index}`]), ']'];
}

function recordParts(value: object, path: string, isStrict: boolean): [string, Part[], string] {
  const names = Object.keys(value).filter((name) => read(value, name) !== undefined);
  // The default order of texts is the order of their UTF-16 units, which the RFC asks for.
  const parts = names.toSorted().map((name): Part => {
    return [`${textOf(name, path, isStrict)}:`, read(value, name), `${path}/${name}`];
  });
  return ['{', parts, '}'];
}

function read(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}

function scalar(value: unknown, path: string, isStrict: boolean): string {
  if (typeof value === 'string') return textOf(value, path, isStrict);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (!isStrict) return JSON.stringify(writeNumberAs(value)) ?? 'undefined';
  throw new SchemaErrors.NOT_JSON({ path: path || '/', received: describe(value) });
}

function textOf(text: string, path: string, isStrict: boolean): string {
  if (isStrict && !text.isWellFormed()) {
    throw new SchemaErrors.NOT_JSON({ path: path || '/', received: 'half of a surrogate pair' });
  }
  return JSON.stringify(text);
}

/** What JSON has no word for gets one of its own, which no text of JSON equals. */
function writeNumberAs(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' || value === null) {
    return Number.isFinite(value) || typeof value !== 'number' ? value : { number: String(value) };
  }
  return { [typeof value]: typeof value === 'bigint' ? value.toString() : typeof value };
}

function describe(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : `a ${typeof value}`;
}
