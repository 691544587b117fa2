import { isBuiltin } from 'node:module';
import { ImportType, init, parse, type ImportSpecifier } from 'es-module-lexer';
import type { Fact, Found } from './facts.ts';
import { isDot, tokenize, type Tokens } from './tokens.ts';
import { findWords, findWordsAnywhere } from './words.ts';

/** Makes the lexer ready; once for all modules. */
export async function prepareLexer(): Promise<void> {
  await init;
}

/** What one module imports and does. Never throws: what cannot be read is a fact of its own. */
export function scanModule(file: string, source: string): readonly Fact[] {
  const imports = readImports(source);
  const words = tokenize(source);
  const found = [
    ...importsFound(imports, source),
    ...wordsFound(words, source),
    ...missedImports(words, imports, source),
  ];
  if (found.length === 0) return [];
  const placeOf = places(source);
  return found
    .toSorted((one, other) => one.offset - other.offset)
    .map(({ rule, detail, offset }) => ({ rule, detail, file, ...placeOf(offset) }));
}

/** What the lexer sees, or where it gave up. */
function readImports(source: string): readonly ImportSpecifier[] | number {
  try {
    return parse(source)[0];
  } catch (error) {
    return Math.min(offsetOf(error), source.length);
  }
}

function importsFound(imports: readonly ImportSpecifier[] | number, source: string): readonly Found[] {
  if (typeof imports !== 'number') return imports.flatMap((each) => importFound(each, source));
  return [{ rule: 'unreadable', detail: 'its imports cannot be read', offset: imports }];
}

function importFound(
  { t: type, n: specifier, ss: offset, se: end }: ImportSpecifier,
  source: string,
): readonly Found[] {
  if (type === ImportType.ImportMeta) return metaFound(offset, source.slice(end, end + 40));
  if (specifier !== undefined) return [{ rule: 'package', detail: specifier, offset }];
  return [{ rule: 'dynamic-import', detail: 'import of something computed', offset }];
}

/** Where the module lies is harmless; the rest of `import.meta` finds or loads modules. */
function metaFound(offset: number, after: string): readonly Found[] {
  const [, member] = /^\s*\??\.\s*([\w$]+)/.exec(after) ?? [];
  if (member === 'url' || member === 'dirname' || member === 'filename') return [];
  return [{ rule: 'import-meta', detail: `import.meta${member === undefined ? '' : `.${member}`}`, offset }];
}

function wordsFound({ tokens, unclear }: Tokens, source: string): readonly Found[] {
  if (unclear === undefined) return findWords(tokens);
  const broken: Found = { rule: 'unreadable', detail: unclear.why, offset: unclear.offset };
  return [...(unclear.isBroken ? [broken] : []), ...findWordsAnywhere(source)];
}

/** An `import` that only one of two readers sees stands where the other one was led astray. */
function missedImports(
  { tokens, unclear }: Tokens,
  imports: readonly ImportSpecifier[] | number,
  source: string,
): readonly Found[] {
  if (typeof imports === 'number' || unclear !== undefined) return [];
  // Of a dynamic import the lexer says where the word stands, and of a static one where the statement does.
  const seen = new Set(imports.flatMap(({ ss, d }) => (d >= 0 ? [ss, d] : [ss])));
  const missed = tokens.filter(
    ({ kind, value, start }, index) =>
      kind === 'name' && value === 'import' && !seen.has(start) && !isDot(tokens[index - 1]) && isImport(start, source),
  );
  return missed.map(({ start }) => ({
    rule: 'unreadable',
    detail: 'an import that cannot be followed',
    offset: start,
  }));
}

/** A property of that name is none. */
function isImport(start: number, source: string): boolean {
  return !/^import\s*:/.test(source.slice(start, start + 20));
}

/** Line and column of an offset. */
function places(source: string): (offset: number) => { readonly line: number; readonly column: number } {
  const starts = [
    0,
    ...[...source.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map(({ 0: end, index }) => index + end.length),
  ];
  return (offset) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

function offsetOf(error: unknown): number {
  return error instanceof Error && 'idx' in error && typeof error.idx === 'number' ? error.idx : 0;
}

/** What an import asks for. */
export function kindOf(specifier: string): 'builtin' | 'relative' | 'mapped' | 'package' | 'outside' {
  if (isBuiltin(specifier)) return 'builtin';
  if (/^\.\.?(?:\/|$)/.test(specifier)) return 'relative';
  if (specifier.startsWith('#')) return 'mapped';
  return /^(?:@[\w.~-]+\/)?[\w.~-]+(?:\/|$)/.test(specifier) && !specifier.includes('\\') ? 'package' : 'outside';
}
