import { parseSync, type OxcError, type ParseResult, type ParserOptions } from 'oxc-parser';
import type { Script } from '../../rules/contract.ts';
import { tooDeepAt } from './depth.ts';
import { isLeafType, NodeIndex } from './node-index.ts';
import type { Parsed } from './parsed.ts';

type SourceType = NonNullable<ParserOptions['sourceType']>;

/** Parses JavaScript or TypeScript; the extension of the path decides which. */
export function parseScript(path: string, text: string): Parsed<Script> {
  return refuseDeep(text) ?? conclude(path, text, parseSync(path, text, optionsOf(path, sourceTypesOf(path)[0])));
}

function refuseDeep(text: string): Parsed<Script> | undefined {
  const offset = tooDeepAt(text);
  return offset === undefined ? undefined : { ok: false, reason: 'It nests too deeply to be looked at.', offset };
}

/** A file that is broken one way may be right another way; if not, the first way says what is wrong. */
function conclude(path: string, text: string, first: ParseResult): Parsed<Script> {
  const [error] = errorsOf(first);
  if (error === undefined) return { ok: true, value: toScript(first, text) };
  const [, other] = sourceTypesOf(path);
  if (other !== undefined) {
    const second = parseSync(path, text, optionsOf(path, other));
    if (errorsOf(second).length === 0) return { ok: true, value: toScript(second, text) };
  }
  return { ok: false, reason: error.message, offset: error.labels[0]?.start ?? 0 };
}

function optionsOf(path: string, sourceType: SourceType): ParserOptions {
  return { lang: languageOf(path), sourceType, preserveParens: false };
}

function languageOf(path: string): NonNullable<ParserOptions['lang']> {
  if (/\.d\.[cm]?ts$/.test(path)) return 'dts';
  if (path.endsWith('.tsx')) return 'tsx';
  // JSX in a .js file is common, and no valid JavaScript means something else as JSX.
  return /\.[cm]?ts$/.test(path) ? 'ts' : 'jsx';
}

/** A .js file is a module or not, and a .cts file may be written with `import`: the second is tried when the first fails. */
function sourceTypesOf(path: string): readonly [SourceType, SourceType?] {
  if (/\.m[jt]s$/.test(path)) return ['module'];
  return /\.c[jt]s$/.test(path) ? ['commonjs', 'module'] : ['module', 'commonjs'];
}

function errorsOf(result: ParseResult): readonly OxcError[] {
  return result.errors.filter(isError);
}

function isError({ severity }: { readonly severity: string }): boolean {
  return severity === 'Error';
}

/** The tree is made when a rule asks for it: most files only have to parse. */
function toScript(result: ParseResult, text: string): Script {
  let index: NodeIndex | undefined;
  let whole: NodeIndex | undefined;
  return {
    get program() {
      return result.program;
    },
    get comments() {
      // The parser gives `#!` as a comment, too.
      return text.startsWith('#!') ? result.comments.filter(({ start }) => start > 0) : result.comments;
    },
    visit(visitors) {
      if (Object.keys(visitors).some(isLeafType))
        (whole ??= new NodeIndex(result.program, { withLeaves: true })).visit(visitors);
      else (index ??= new NodeIndex(result.program)).visit(visitors);
    },
  };
}
