/** A place in a text, both numbers from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The positions of the names and values of a JSON text. */
export interface JsonPositions {
  /** By `JSON.stringify(path)`: where the value starts. */
  readonly values: ReadonlyMap<string, number>;
  /** By `JSON.stringify(path)`: where the quoted name starts. */
  readonly names: ReadonlyMap<string, number>;
}

/** Where and why a text is not JSON; it never quotes the text, which may hold secrets. */
export interface JsonMistake {
  readonly offset: number;
  readonly expected: string;
}

export interface JsonDocument extends JsonPositions {
  readonly value: unknown;
}

export interface JsonOptions {
  /** Allows comments and commas before a closing bracket. @default false */
  readonly comments?: boolean;
}

const maxDepth = 200;
// oxlint-disable-next-line no-control-regex -- JSON forbids control characters in strings
const stringToken = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const literalToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const space = /[\t\n\r ]*/y;
const spaceAndComments = /(?:[\t\n\r ]+|\/\/[^\n\r]*|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*/y;

/** Reads JSON, optionally with comments, and remembers where everything stands. */
export function parseJson(text: string, options: JsonOptions = {}): JsonDocument | JsonMistake {
  const reader = new JsonReader(text, options.comments === true);
  try {
    return reader.document();
  } catch (error) {
    if (error instanceof Mistake) return { offset: error.offset, expected: error.expected };
    throw error;
  }
}

/** Line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split(/\r\n|\n|\r/);
  return { line: line.length, column: (line.at(-1) ?? '').length + 1 };
}

class Mistake extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

class JsonReader {
  readonly #text: string;
  readonly #comments: boolean;
  readonly #values = new Map<string, number>();
  readonly #names = new Map<string, number>();
  readonly #path: (string | number)[] = [];
  #at = 0;

  constructor(text: string, comments: boolean) {
    this.#text = text;
    this.#comments = comments;
  }

  document(): JsonDocument {
    if (this.#text.startsWith('\uFEFF')) this.#at = 1;
    const value = this.#value();
    this.#skip();
    if (this.#at < this.#text.length) throw this.#mistake('the end of the text');
    return { value, values: this.#values, names: this.#names };
  }

  #value(): unknown {
    this.#skip();
    if (this.#path.length > maxDepth) throw this.#mistake(`at most ${maxDepth} levels`);
    this.#values.set(JSON.stringify(this.#path), this.#at);
    if (this.#take('{')) return this.#object();
    if (this.#take('[')) return this.#array();
    const token = this.#match(stringToken) ?? this.#match(literalToken);
    if (token === undefined) throw this.#mistake('a value');
    return JSON.parse(token);
  }

  #object(): Record<string, unknown> {
    const members: [string, unknown][] = [];
    const seen = new Set<string>();
    while (!this.#closes('}', members.length)) {
      const start = this.#at;
      const token = this.#match(stringToken);
      if (token === undefined) throw this.#mistake('a name in double quotes');
      const name = String(JSON.parse(token));
      if (seen.has(name)) throw new Mistake(start, 'a name that is not there already');
      seen.add(name);
      this.#path.push(name);
      this.#names.set(JSON.stringify(this.#path), start);
      this.#skip();
      if (!this.#take(':')) throw this.#mistake('a colon');
      members.push([name, this.#value()]);
      this.#path.pop();
    }
    return Object.fromEntries(members);
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    while (!this.#closes(']', items.length)) {
      this.#path.push(items.length);
      items.push(this.#value());
      this.#path.pop();
    }
    return items;
  }

  /** Moves to the next member, or past the closing bracket. */
  #closes(bracket: string, count: number): boolean {
    this.#skip();
    if (this.#take(bracket)) return true;
    if (count === 0) return false;
    if (!this.#take(',')) throw this.#mistake(`a comma or ${bracket}`);
    this.#skip();
    if (this.#comments && this.#take(bracket)) return true;
    return false;
  }

  #skip(): void {
    this.#match(this.#comments ? spaceAndComments : space);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #mistake(expected: string): Mistake {
    return new Mistake(this.#at, expected);
  }
}
