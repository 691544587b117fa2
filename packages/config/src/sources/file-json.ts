import { parseJson, positionAt, type JsonOptions } from '../json.ts';
import { bindTree, type Locate } from './bind-tree.ts';
import { failedReading, type ReadContext, type Reading } from './source.ts';

/** Binds the values of a JSON text; a mistake is told with line and column. */
export function readJson(text: string, name: string, options: JsonOptions, { shape }: ReadContext): Reading {
  const fast = options.comments === true ? undefined : parseFast(text);
  if (fast !== undefined) return bindTree(fast.value, shape, locateLater(text, name, options));
  const document = parseJson(text, options);
  if ('offset' in document) {
    return failedReading(place(text, name, document.offset), `not valid JSON: expected ${document.expected} here.`);
  }
  return bindTree(document.value, shape, locateLater(text, name, options));
}

const spaces = [' ', '\n', '\r', '\t'];

/** Node's own parser, which is faster, but cannot tell where values stand, and drops a name that stands there twice. */
function parseFast(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return hasAllNames(text, value) ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** A colon in a text value may look like the end of a name: then the answer is no, and the slower parser decides. */
function hasAllNames(text: string, value: unknown): boolean {
  let ends = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', at + 1)) {
    let before = at - 1;
    while (spaces.includes(text.charAt(before))) before -= 1;
    if (text[before] === '"') ends += 1;
  }
  return ends === countNames(value);
}

function countNames(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value);
  return inner.reduce((sum: number, each) => sum + countNames(each), Array.isArray(value) ? 0 : inner.length);
}

function locateLater(text: string, name: string, options: JsonOptions): Locate {
  let document: ReturnType<typeof parseJson> | undefined;
  return (path, part) => {
    document ??= parseJson(text, options);
    if ('offset' in document) return name;
    const offset = (part === 'name' ? document.names : document.values).get(JSON.stringify(path));
    return offset === undefined ? name : place(text, name, offset);
  };
}

function place(text: string, name: string, offset: number): string {
  const { line, column } = positionAt(text, offset);
  return `${name}:${line}:${column}`;
}
