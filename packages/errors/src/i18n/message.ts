/** A parsed message: texts, parameters and choices between messages. */
export type Message = readonly Part[];

export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'param'; readonly name: string; readonly isNumber: boolean }
  | { readonly kind: 'hash'; readonly name: string }
  | Choice;

export interface Choice {
  readonly kind: 'plural' | 'selectordinal' | 'select';
  readonly name: string;
  readonly cases: ReadonlyMap<string, Message>;
}

type Fail = (reason: string) => never;

interface Cursor {
  readonly text: string;
  readonly fail: Fail;
  at: number;
}

const deepest = 8;

/** Parses the subset of ICU MessageFormat that error messages need: `{x}`, `{x, number}`, plural, selectordinal, select. */
export function parseMessage(text: string, fail: Fail): Message {
  const cursor: Cursor = { text, fail, at: 0 };
  const message = readMessage(cursor, undefined, 0);
  if (cursor.at < text.length) fail(`there is a "}" too many at character ${cursor.at + 1}`);
  return message;
}

/** The parameters that a message uses, without repeats. */
export function paramsOf(message: Message): readonly string[] {
  const names = message.flatMap((part) => {
    if (part.kind === 'text') return [];
    return 'cases' in part ? [part.name, ...[...part.cases.values()].flatMap(paramsOf)] : [part.name];
  });
  return [...new Set(names)];
}

/** Reads up to the end or a closing brace; `plural` is the parameter that a `#` stands for. */
function readMessage(cursor: Cursor, plural: string | undefined, depth: number): Part[] {
  if (depth > deepest) cursor.fail('it is nested too deeply');
  const parts: Part[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  while (cursor.at < cursor.text.length && cursor.text[cursor.at] !== '}') {
    const char = cursor.text[cursor.at];
    if (char === '{') {
      flush();
      parts.push(readArgument(cursor, depth));
    } else if (char === '#' && plural !== undefined) {
      flush();
      parts.push({ kind: 'hash', name: plural });
      cursor.at += 1;
    } else text += char === "'" ? readQuoted(cursor) : readChar(cursor);
  }
  flush();
  return parts;
}

function readChar(cursor: Cursor): string {
  cursor.at += 1;
  return cursor.text[cursor.at - 1] ?? '';
}

/** Two apostrophes are one; an apostrophe before a brace or `#` quotes up to the next; any other is itself. */
function readQuoted(cursor: Cursor): string {
  const next = cursor.text[cursor.at + 1];
  if (next === "'") {
    cursor.at += 2;
    return "'";
  }
  if (next === undefined || !'{}#'.includes(next)) return readChar(cursor);
  const end = cursor.text.indexOf("'", cursor.at + 1);
  const quoted = cursor.text.slice(cursor.at + 1, end === -1 ? undefined : end);
  cursor.at = end === -1 ? cursor.text.length : end + 1;
  return quoted;
}

function readArgument(cursor: Cursor, depth: number): Part {
  cursor.at += 1;
  const name = readWord(cursor, /[A-Za-z_$][\w$]*/y, 'a parameter');
  if (readSign(cursor, '}')) return { kind: 'param', name, isNumber: false };
  expectSign(cursor, ',');
  const kind = readWord(cursor, /plural|selectordinal|select|number/y, 'plural, selectordinal, select or number');
  if (kind === 'number') {
    expectSign(cursor, '}');
    return { kind: 'param', name, isNumber: true };
  }
  expectSign(cursor, ',');
  const cases = readCases(cursor, kind === 'select' ? undefined : name, depth);
  if (!cases.has('other')) cursor.fail(`{${name}, ${kind}} has no case "other"`);
  return { kind: kind === 'plural' || kind === 'selectordinal' ? kind : 'select', name, cases };
}

function readCases(cursor: Cursor, plural: string | undefined, depth: number): ReadonlyMap<string, Message> {
  const cases = new Map<string, Message>();
  while (!readSign(cursor, '}')) {
    const key = readWord(cursor, plural === undefined ? /[\w-]+/y : /=\d+|zero|one|two|few|many|other/y, 'a case');
    expectSign(cursor, '{');
    cases.set(key, readMessage(cursor, plural, depth + 1));
    expectSign(cursor, '}');
  }
  return cases;
}

function readWord(cursor: Cursor, pattern: RegExp, expected: string): string {
  skipSpace(cursor);
  pattern.lastIndex = cursor.at;
  const word = pattern.exec(cursor.text)?.[0];
  if (word === undefined) return cursor.fail(`it needs ${expected} at character ${cursor.at + 1}`);
  cursor.at += word.length;
  return word;
}

function expectSign(cursor: Cursor, sign: string): void {
  if (!readSign(cursor, sign)) cursor.fail(`it needs "${sign}" at character ${cursor.at + 1}`);
}

function readSign(cursor: Cursor, sign: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== sign) return false;
  cursor.at += 1;
  // Space after a closing brace is text; before a case or a name it is none.
  return true;
}

function skipSpace(cursor: Cursor): void {
  while (/\s/.test(cursor.text[cursor.at] ?? '')) cursor.at += 1;
}
