// Regular expressions of JavaScript as automata, where they are regular in the sense of the theory: what looks around,
// looks back or asks for words' ends is not, and is told as unsupported.
import {
  anyButLineEnd,
  complement,
  digits,
  lastCodePoint,
  spaces,
  union,
  wordCharacters,
  type CharSet,
} from './char-set.ts';

/** What an expression consists of. */
export type Part =
  | { readonly kind: 'set'; readonly set: CharSet }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly parts: readonly Part[] }
  | Repeat;

export interface Repeat {
  readonly kind: 'repeat';
  readonly part: Part;
  readonly min: number;
  readonly max: number;
}

interface Reader {
  readonly text: readonly string[];
  readonly isUnicode: boolean;
  at: number;
}

class Unsupported extends Error {}

/** The parts of an expression, or undefined when it is not regular. */
export function parseRegex(source: string, isUnicode: boolean): Part | undefined {
  const reader: Reader = { text: Array.from(source), isUnicode, at: 0 };
  try {
    const part = readChoice(reader);
    return reader.at === reader.text.length ? part : undefined;
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
}

function readChoice(reader: Reader): Part {
  const parts = [readSequence(reader)];
  while (take(reader, '|')) parts.push(readSequence(reader));
  return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
}

function readSequence(reader: Reader): Part {
  const parts: Part[] = [];
  for (let next = peek(reader); next !== undefined && next !== '|' && next !== ')'; next = peek(reader)) {
    parts.push(readRepeated(reader));
  }
  return { kind: 'sequence', parts };
}

function readRepeated(reader: Reader): Part {
  let part = readAtom(reader);
  for (let range = readRange(reader); range; range = readRange(reader)) {
    take(reader, '?');
    part = { kind: 'repeat', part, min: range[0], max: range[1] };
  }
  return part;
}

function readRange(reader: Reader): readonly [number, number] | undefined {
  if (take(reader, '*')) return [0, Infinity];
  if (take(reader, '+')) return [1, Infinity];
  if (take(reader, '?')) return [0, 1];
  const [text, low = '', comma, high = ''] = /^\{(\d+)(,?)(\d*)\}/.exec(reader.text.slice(reader.at).join('')) ?? [];
  if (text === undefined) return undefined;
  reader.at += text.length;
  return [Number(low), comma === '' ? Number(low) : high === '' ? Infinity : Number(high)];
}

function readAtom(reader: Reader): Part {
  const character = reader.text[reader.at] as string;
  reader.at += 1;
  if (character === '^') return { kind: 'start' };
  if (character === '$') return { kind: 'end' };
  if (character === '(') return readGroup(reader);
  if (character === '.') return setOf(anyButLineEnd, reader, true);
  if (character === '[') return readClass(reader);
  if (character !== '\\') return setOf(single(character), reader);
  return readEscape(reader);
}

function readGroup(reader: Reader): Part {
  if (take(reader, '?')) {
    const rest = reader.text.slice(reader.at).join('');
    const [opening] = /^(?::|<[A-Za-z_$][\w$]*>)/.exec(rest) ?? [];
    if (opening === undefined) throw new Unsupported();
    reader.at += opening.length;
  }
  const part = readChoice(reader);
  if (!take(reader, ')')) throw new Unsupported();
  return part;
}

/** Without the flag `u` a set that was taken as all but some would match half a character. */
function setOf(set: CharSet, { isUnicode }: Reader, isWide = false): Part {
  if (!isUnicode && (isWide || set.some(([, high]) => high > 0xd7_ff))) throw new Unsupported();
  return { kind: 'set', set };
}

function readEscape(reader: Reader): Part {
  const character = reader.text[reader.at] ?? '';
  if (/[1-9bBkpP]/.test(character)) throw new Unsupported();
  const { set, isWide } = escaped(reader);
  return setOf(set, reader, isWide);
}

const classes: ReadonlyMap<string, CharSet> = new Map([
  ['d', digits],
  ['w', wordCharacters],
  ['s', spaces],
]);
const controls: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['0', '\0'],
]);

function escaped(reader: Reader): { readonly set: CharSet; readonly isWide: boolean } {
  const character = reader.text[reader.at] ?? '';
  reader.at += 1;
  const known = classes.get(character.toLowerCase());
  if (known) {
    const isWide = character !== character.toLowerCase();
    return { set: isWide ? complement(known) : known, isWide: isWide };
  }
  return { set: single(escapedCharacter(character, reader)), isWide: false };
}

function escapedCharacter(character: string, reader: Reader): string {
  const control = controls.get(character);
  if (control !== undefined) return control;
  const rest = reader.text.slice(reader.at, reader.at + 8).join('');
  const shape = { x: /^([\da-f]{2})/i, u: /^(?:\{([\da-f]+)\}|([\da-f]{4}))/i, c: /^([A-Za-z])/ }[character];
  if (!shape) return character;
  const [text, first, second] = shape.exec(rest) ?? [];
  if (text === undefined) throw new Unsupported();
  reader.at += text.length;
  if (character === 'c') return String.fromCodePoint((first ?? '').charCodeAt(0) % 32);
  const point = Number.parseInt(first ?? second ?? '', 16);
  // Two escapes may be the halves of one character, which is more than this reads.
  if (point > lastCodePoint || (point >= 0xd8_00 && point <= 0xdf_ff)) throw new Unsupported();
  return String.fromCodePoint(point);
}

function readClass(reader: Reader): Part {
  const isNegated = take(reader, '^');
  const sets: CharSet[] = [];
  let isWide = isNegated;
  while (!take(reader, ']')) {
    const low = readMember(reader);
    isWide ||= low.isWide;
    const isRange = peek(reader) === '-' && reader.text[reader.at + 1] !== ']' && isSingle(low.set);
    if (!isRange) {
      sets.push(low.set);
      continue;
    }
    reader.at += 1;
    sets.push(range(low.set, readMember(reader).set));
  }
  const set = union(...sets);
  return setOf(isNegated ? complement(set) : set, reader, isWide);
}

function readMember(reader: Reader): { readonly set: CharSet; readonly isWide: boolean } {
  const character = peek(reader);
  if (character === undefined) throw new Unsupported();
  reader.at += 1;
  if (character !== '\\') return { set: single(character), isWide: false };
  const next = peek(reader) ?? '';
  if (/[1-9BkpP]/.test(next)) throw new Unsupported();
  if (next !== 'b') return escaped(reader);
  reader.at += 1;
  return { set: single('\b'), isWide: false };
}

function range(low: CharSet, high: CharSet): CharSet {
  const [first, last] = [low[0]?.[0], high[0]?.[0]];
  if (first === undefined || last === undefined || !isSingle(high) || first > last) throw new Unsupported();
  return [[first, last]];
}

function isSingle(set: CharSet): boolean {
  return set.length === 1 && set[0]?.[0] === set[0]?.[1];
}

function single(character: string): CharSet {
  const point = character.codePointAt(0) ?? 0;
  return [[point, point]];
}

function peek(reader: Reader): string | undefined {
  return reader.text[reader.at];
}

function take(reader: Reader, character: string): boolean {
  if (reader.text[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}
