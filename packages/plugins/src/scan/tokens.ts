// Tells code from text and comments. Whether a slash begins a regular expression depends on what came before it, and in some
// places only a parser knows: there the answer is marked as unclear, and the caller looks at the whole text instead.

import { isDigit, isLineEnd, isNamePart, isNameStart, isSpace, isUncommon, plainMarks } from './characters.ts';

export type TokenKind = 'name' | 'text' | 'mark' | 'number' | 'regex';

export interface Token {
  readonly kind: TokenKind;
  /** A name or a text without its escapes; a mark as it stands there. Templates with holes have no value. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface Tokens {
  readonly tokens: readonly Token[];
  /** Where the text could be read in two ways, or not at all, if there is such a place. */
  readonly unclear?: {
    readonly offset: number;
    readonly why: string;
    /** It cannot be read at all. */
    readonly isBroken: boolean;
  };
}

/** Splits a source into tokens. Never throws; what cannot be read is unclear. */
export function tokenize(source: string): Tokens {
  return new Tokenizer(source).run();
}

const nameStart = /[\p{ID_Start}$_\\#]/u;
const name = /#?(?:[\p{ID_Continue}$\u200c\u200d]|\\u[\da-fA-F]{4}|\\u\{[\da-fA-F]+\})+/uy;
const number = /(?:0[xXoObB][\da-fA-F_]+|\d[\d_]*\.?[\d_]*(?:[eE][+-]?[\d_]+)?|\.\d[\d_]*(?:[eE][+-]?[\d_]+)?)n?/y;
const lineEnd = /[\n\r\u2028\u2029]/g;

/** After these a value begins, so a slash begins a regular expression. */
const beforeValue = new Set(
  'return typeof case do else in instanceof new void delete throw if while for with default extends'.split(' '),
);
/** Names in some code and keywords in other. */
const either = new Set(['yield', 'await', 'of']);
const headed = new Set(['if', 'while', 'for', 'with']);

interface Open {
  readonly mark: '(' | '[' | '{' | '${';
  /** Whether a value follows on the closing bracket, as it does on `if (…)`. */
  readonly isHead: boolean;
}

class Tokenizer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  readonly #open: Open[] = [];
  #at = 0;
  #afterValue = false;
  #afterBrace = false;
  #hasNewline = false;
  #unclear: Tokens['unclear'];

  constructor(source: string) {
    this.#source = source;
  }

  run(): Tokens {
    if (this.#source.startsWith('#!')) this.#at = this.#endOfLine(0);
    while (this.#at < this.#source.length) this.#next();
    if (this.#open.length > 0) this.#doubt('it ends inside of a bracket');
    return { tokens: this.#tokens, ...(this.#unclear && { unclear: this.#unclear }) };
  }

  #next(): void {
    const character = this.#source[this.#at] ?? '';
    if (this.#skip(character)) return;
    if (isNameStart(character)) this.#name();
    else if (character === '"' || character === "'") this.#text(character);
    else if (character === '`') this.#template();
    else if (character === '/') this.#slash();
    else if (isDigit(character) || (character === '.' && isDigit(this.#source[this.#at + 1] ?? ''))) this.#number();
    else if (!plainMarks.has(character) && nameStart.test(this.#whole())) this.#name();
    else this.#mark(character);
  }

  /** Space and comments. */
  #skip(character: string): boolean {
    if (isSpace(character)) {
      if (isLineEnd(character)) this.#hasNewline = true;
      this.#at += 1;
      return true;
    }
    const next = character === '/' ? this.#source[this.#at + 1] : undefined;
    if (next !== '/' && next !== '*') return false;
    const end = next === '/' ? this.#endOfLine(this.#at) : this.#source.indexOf('*/', this.#at + 2);
    if (end === -1) this.#doubt('it ends inside of a comment');
    const to = end === -1 ? this.#source.length : end + (next === '/' ? 0 : 2);
    if (next === '*' && this.#source.slice(this.#at, to).search(lineEnd) !== -1) this.#hasNewline = true;
    this.#at = to;
    return true;
  }

  #text(quote: string): void {
    const start = this.#at;
    let at = start + 1;
    for (; at < this.#source.length; at += 1) {
      const character = this.#source[at];
      if (character === quote) break;
      if (character === '\\') at += this.#source.startsWith('\r\n', at + 1) ? 2 : 1;
      else if (character === '\n' || character === '\r') break;
    }
    if (this.#source[at] !== quote) this.#doubt('a text has no end');
    this.#at = at + 1;
    this.#push('text', unescaped(this.#source.slice(start + 1, at)), start, true);
  }

  /** From a backtick, or from the end of a hole, to the next hole or the end. */
  #template(): void {
    const start = this.#at;
    const isWhole = this.#source[start] === '`';
    let at = start + 1;
    while (at < this.#source.length && this.#source[at] !== '`' && !this.#source.startsWith('${', at)) {
      at += this.#source[at] === '\\' ? 2 : 1;
    }
    const hasHole = this.#source.startsWith('${', at);
    if (at >= this.#source.length) this.#doubt('a template has no end');
    this.#at = at + (hasHole ? 2 : 1);
    const value = isWhole && !hasHole ? unescaped(this.#source.slice(start + 1, at)) : '';
    this.#push(isWhole && !hasHole ? 'text' : 'mark', value === '' ? '`' : value, start, !hasHole);
    if (hasHole) this.#open.push({ mark: '${', isHead: false });
  }

  #slash(): void {
    const before = this.#tokens.at(-1);
    if (this.#afterBrace) this.#doubt('a slash follows on a brace', false);
    if (before?.kind === 'name' && either.has(before.value)) this.#doubt(`a slash follows on ${before.value}`, false);
    if (this.#afterValue) this.#mark('/');
    else this.#regex();
  }

  #regex(): void {
    const start = this.#at;
    let at = start + 1;
    let inClass = false;
    for (; at < this.#source.length; at += 1) {
      const character = this.#source[at] ?? '';
      if (isLineEnd(character) || (character === '/' && !inClass)) break;
      if (character === '\\') at += 1;
      else if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
    }
    if (this.#source[at] !== '/') this.#doubt('a regular expression has no end');
    this.#at = at + 1;
    this.#match(name);
    this.#push('regex', '', start, true);
  }

  #number(): void {
    const start = this.#at;
    this.#match(number);
    this.#at = Math.max(this.#at, start + 1);
    this.#push('number', this.#source.slice(start, this.#at), start, true);
  }

  #name(): void {
    const start = this.#at;
    while (isNamePart(this.#source[this.#at] ?? '')) this.#at += 1;
    // Most names are plain; what is not begins with, or goes on with, a letter of another alphabet or an escape.
    if (this.#at === start || isUncommon(this.#source[this.#at] ?? '')) {
      this.#at = start;
      this.#match(name);
      if (this.#at === start) return this.#mark(this.#whole());
    }
    const value = unescaped(this.#source.slice(start, this.#at));
    const isProperty = isDot(this.#tokens.at(-1));
    this.#push('name', value, start, isProperty || !beforeValue.has(value));
  }

  #mark(character: string): void {
    const start = this.#at;
    const next = this.#source[start + 1];
    const isStep = (character === '+' || character === '-') && next === character;
    const value = isStep ? character + character : character === '?' && next === '.' ? '?.' : character;
    if (this.#isHtml(character)) this.#doubt('it has a comment of HTML');
    if (this.#close(value)) return;
    this.#at = start + value.length;
    // A step after a value belongs to it, unless a new line stands between them.
    const isAfterValue = isStep ? this.#afterValue && !this.#hasNewline : false;
    if (value === '(' || value === '[' || value === '{') this.#open.push({ mark: value, isHead: this.#isHead() });
    this.#push('mark', value, start, isAfterValue);
  }

  #isHtml(character: string): boolean {
    if (character === '<') return this.#source.startsWith('<!--', this.#at);
    return character === '-' && this.#hasNewline && this.#source.startsWith('-->', this.#at);
  }

  /** Closing brackets; the end of a hole goes on with its template. */
  #close(value: string): boolean {
    if (value !== ')' && value !== ']' && value !== '}') return false;
    const open = this.#open.pop();
    if (open?.mark === '${' && value === '}') {
      this.#template();
      return true;
    }
    if (open === undefined || pairs[open.mark] !== value) this.#doubt('its brackets do not match');
    const start = this.#at;
    this.#at += 1;
    this.#push('mark', value, start, value === ')' ? open?.isHead !== true : value === ']');
    this.#afterBrace = value === '}';
    return true;
  }

  #isHead(): boolean {
    const [first, second, third] = [this.#tokens.at(-1), this.#tokens.at(-2), this.#tokens.at(-3)];
    if (first?.kind !== 'name') return false;
    if (headed.has(first.value)) return !isDot(second);
    return first.value === 'await' && second?.kind === 'name' && second.value === 'for' && !isDot(third);
  }

  #push(kind: TokenKind, value: string, start: number, afterValue: boolean): void {
    this.#tokens.push({ kind, value, start, end: this.#at });
    this.#afterValue = afterValue;
    this.#afterBrace = false;
    this.#hasNewline = false;
  }

  #match(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (pattern.test(this.#source)) this.#at = pattern.lastIndex;
  }

  #whole(): string {
    return String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
  }

  #endOfLine(from: number): number {
    lineEnd.lastIndex = from;
    return lineEnd.exec(this.#source)?.index ?? this.#source.length;
  }

  /** The first place counts; a broken one counts more. */
  #doubt(why: string, isBroken = true): void {
    if (this.#unclear && (this.#unclear.isBroken || !isBroken)) return;
    this.#unclear = { offset: Math.min(this.#at, this.#source.length), why, isBroken };
  }
}

const pairs: Readonly<Record<Open['mark'], string>> = { '(': ')', '[': ']', '{': '}', '${': '}' };

/** Whether the name after it is that of a property. */
export function isDot(token: Token | undefined): boolean {
  return token?.kind === 'mark' && (token.value === '.' || token.value === '?.');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v', '0': '\0' };

/** What a text or a name means, without its escapes. */
function unescaped(raw: string): string {
  if (!raw.includes('\\')) return raw;
  return raw.replaceAll(
    /\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|([0-3]?[0-7]{1,2})|(\r\n|[^]))/g,
    (_, braced?: string, four?: string, two?: string, octal?: string, other = '') => {
      const hex = braced ?? four ?? two;
      if (hex !== undefined) return fromCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return fromCode(Number.parseInt(octal, 8));
      return isLineEnd(other[0] ?? '') ? '' : (escapes[other] ?? other);
    },
  );
}

function fromCode(code: number): string {
  return code <= 0x10_ff_ff ? String.fromCodePoint(code) : '';
}
