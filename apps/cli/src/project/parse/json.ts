// JSON as people write it in configuration: comments and trailing commas are allowed, and every value knows its place.
import type { JsonFile, Position } from '../../rules/contract.ts';
import type { Parsed } from './parsed.ts';

const maxDepth = 500;

/** A value with the offset at which it starts. */
interface Located {
  readonly offset: number;
  readonly value: unknown;
  readonly children?: ReadonlyMap<string | number, Located>;
}

interface Syntax {
  readonly reason: string;
  readonly offset: number;
}

/** Parses JSON with comments. */
export function parseJson(text: string, position: (offset: number) => Position): Parsed<JsonFile> {
  const cursor = new Cursor(text);
  const root = cursor.document();
  if (root === undefined) return { ok: false, ...cursor.failure };
  return { ok: true, value: { value: root.value, locate: (path) => position(find(root, path)) } };
}

function find(root: Located, path: readonly (string | number)[]): number {
  let at: Located | undefined = root;
  for (const key of path) at = at?.children?.get(key);
  return at?.offset ?? 0;
}

const literals: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class Cursor {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #failure: Syntax | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  get failure(): Syntax {
    return this.#failure ?? { reason: 'It is not JSON.', offset: 0 };
  }

  document(): Located | undefined {
    const root = this.#value();
    if (root === undefined) return undefined;
    this.#blank();
    return this.#at < this.#text.length ? this.#fail('Expected the end of the file.') : root;
  }

  #value(): Located | undefined {
    this.#blank();
    const offset = this.#at;
    const char = this.#text[offset];
    if (char === '{') return this.#nested(() => this.#object(offset));
    if (char === '[') return this.#nested(() => this.#array(offset));
    if (char === '"') return this.#scalar(offset, this.#string());
    for (const [word, value] of literals) {
      if (this.#text.startsWith(word, offset)) {
        this.#at += word.length;
        return { offset, value };
      }
    }
    return this.#scalar(offset, this.#number());
  }

  #scalar(offset: number, value: string | number | undefined): Located | undefined {
    return value === undefined ? undefined : { offset, value };
  }

  #nested(read: () => Located | undefined): Located | undefined {
    if (this.#depth >= maxDepth) return this.#fail('It nests too deeply to be looked at.');
    this.#depth += 1;
    this.#at += 1;
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(offset: number): Located | undefined {
    const value: Record<string, unknown> = {};
    const children = new Map<string, Located>();
    for (;;) {
      this.#blank();
      if (this.#eat('}')) return { offset, value, children };
      if (this.#text[this.#at] !== '"') return this.#fail('Expected a property name in double quotes, or `}`.');
      const key = this.#string();
      if (key === undefined) return undefined;
      this.#blank();
      if (!this.#eat(':')) return this.#fail('Expected `:` after a property name.');
      const child = this.#value();
      if (child === undefined) return undefined;
      define(value, key, child.value);
      children.set(key, child);
      if (!this.#separated('}')) return this.#fail('Expected `,` or `}`.');
    }
  }

  #array(offset: number): Located | undefined {
    const value: unknown[] = [];
    const children = new Map<number, Located>();
    for (;;) {
      this.#blank();
      if (this.#eat(']')) return { offset, value, children };
      const child = this.#value();
      if (child === undefined) return undefined;
      children.set(value.push(child.value) - 1, child);
      if (!this.#separated(']')) return this.#fail('Expected `,` or `]`.');
    }
  }

  #separated(close: string): boolean {
    this.#blank();
    return this.#eat(',') || this.#text[this.#at] === close;
  }

  #string(): string | undefined {
    stringPattern.lastIndex = this.#at;
    const [raw] = stringPattern.exec(this.#text) ?? [];
    const value = raw === undefined ? undefined : unescape(raw);
    if (raw === undefined || value === undefined)
      return this.#fail('A string does not end, or holds what must be escaped.');
    this.#at += raw.length;
    return value;
  }

  #number(): number | undefined {
    numberPattern.lastIndex = this.#at;
    const [raw] = numberPattern.exec(this.#text) ?? [];
    if (raw === undefined) return this.#fail('Expected a value.');
    this.#at += raw.length;
    return Number(raw);
  }

  #eat(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #blank(): void {
    blankPattern.lastIndex = this.#at;
    this.#at += blankPattern.exec(this.#text)?.[0].length ?? 0;
  }

  #fail(reason: string): undefined {
    this.#failure ??= { reason, offset: this.#at };
    return undefined;
  }
}

const stringPattern = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"/y;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const blankPattern = /(?:[ \t\r\n]+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;

function unescape(raw: string): string | undefined {
  try {
    return String(JSON.parse(raw));
  } catch {
    return undefined;
  }
}

/** `__proto__` is a name like any other here, and must not become a prototype. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
