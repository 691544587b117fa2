import type { Found } from './facts.ts';
import { isDot, type Token } from './tokens.ts';

/** Objects whose members are looked at by name; a computed name could be any of them. */
const globals = new Set(['globalThis', 'global', 'window', 'self', 'process', 'module', 'require', 'Reflect']);
/** Other names for the object that has everything. */
const everything = new Set(['globalThis', 'global']);
/** Ways into the inside of Node, whoever has them. */
const internals = new Set([
  'getBuiltinModule',
  '_linkedBinding',
  'dlopen',
  'mainModule',
  '_load',
  '_compile',
  '_extensions',
  'registerHooks',
  'execve',
  'loadEnvFile',
  'writeReport',
]);

/** Looks for words that make code out of text, or that reach modules without an import. */
export function findWords(tokens: readonly Token[]): readonly Found[] {
  return tokens.flatMap((token, index) => {
    const around: Around = { before: tokens[index - 1], after: tokens[index + 1], at: (step) => tokens[index + step] };
    if (token.kind === 'name') return findName(token, around);
    return token.kind === 'text' && isMember(around) ? findMember(token.value, token.start, around) : [];
  });
}

interface Around {
  readonly before: Token | undefined;
  readonly after: Token | undefined;
  at(step: number): Token | undefined;
}

function findName(token: Token, around: Around): readonly Found[] {
  const { value, start } = token;
  if (isDot(around.before)) return findMember(value, start, around);
  const found = (rule: Found['rule'], detail = value): readonly Found[] => [{ rule, detail, offset: start }];
  if (value === 'eval') return found('eval');
  if (value === 'Function') return isHarmless(around) ? [] : found('eval');
  if (value === 'createRequire') return found('create-require');
  if (internals.has(value)) return found('process-internals');
  if (value === 'require') return findRequire(start, around);
  return [...findComputed(token, around), ...findAlias(token, around)];
}

/** `a.name`, `a?.name` and `a['name']` are one. */
function findMember(value: string, offset: number, around: Around): readonly Found[] {
  if (value === 'eval' || value === 'Function') return [{ rule: 'eval', detail: value, offset }];
  if (value === 'constructor' && makesCode(around)) return [{ rule: 'eval', detail: 'constructor', offset }];
  if (value === 'createRequire') return [{ rule: 'create-require', detail: value, offset }];
  if (internals.has(value)) return [{ rule: 'process-internals', detail: value, offset }];
  if (value === 'binding' && isCall(around, value)) return [{ rule: 'process-internals', detail: value, offset }];
  if (value === 'require' && isCall(around, value)) return [{ rule: 'require', detail: value, offset }];
  return [];
}

/** `[ 'name' ]` after a value: the bracket closes at once. */
function isMember({ before, after, at }: Around): boolean {
  if (!isMark(before, '[') || !isMark(after, ']')) return false;
  const owner = at(-2);
  return owner !== undefined && (owner.kind !== 'mark' || [')', ']', '}', '?.'].includes(owner.value));
}

/** `x.constructor(…)`, `x.constructor.constructor`, `(() => {}).constructor`: the constructor of functions. */
function makesCode(around: Around): boolean {
  const { before, after, at } = around;
  if (isMark(before, '[')) return true;
  if (isMark(after, '(') || isMark(after, '`') || after?.kind === 'text') return true;
  if (isDot(after) && at(2)?.value === 'constructor') return true;
  return isMark(at(-2), ')') || isMark(at(-2), '}');
}

function isCall({ before, after, at }: Around, value: string): boolean {
  const next = isMark(before, '[') ? at(2) : after;
  return isMark(next, '(') || isMark(next, '?.') || (value !== '' && isMark(before, '['));
}

/** `instanceof Function` and `Function.prototype` make nothing. */
function isHarmless({ before, after, at }: Around): boolean {
  if (before?.kind === 'name' && before.value === 'instanceof') return true;
  return isDot(after) && at(2)?.value === 'prototype';
}

function findRequire(offset: number, { before, after, at }: Around): readonly Found[] {
  if (before?.kind === 'name' && before.value === 'typeof') return [];
  const [argument, end] = [at(2), at(3)];
  if (isMark(after, '(') && argument?.kind === 'text' && isMark(end, ')')) {
    return [{ rule: 'package', detail: argument.value, offset }];
  }
  if (isMark(after, ':') || isMark(after, '[')) return [{ rule: 'require', detail: 'require', offset }];
  return [{ rule: 'require', detail: isMark(after, '(') ? 'require of something computed' : 'require', offset }];
}

function findComputed({ value, start }: Token, { after, at }: Around): readonly Found[] {
  const step = isMark(after, '?.') ? 2 : 1;
  if (!globals.has(value) || !isMark(at(step), '[')) return [];
  if (at(step + 1)?.kind === 'text' && isMark(at(step + 2), ']')) return [];
  return [{ rule: 'computed-global', detail: `${value}[…]`, offset: start }];
}

/** Whoever hands the object on can read any name from it elsewhere. */
function findAlias({ value, start }: Token, { before, after, at }: Around): readonly Found[] {
  if (!everything.has(value) || isDot(after) || isMark(after, '[') || isMark(after, ':')) return [];
  if (before?.kind === 'name' && before.value === 'typeof') return [];
  if (value === 'global' && isMark(at(1), '=')) return [];
  return [{ rule: 'computed-global', detail: `${value} as a value`, offset: start }];
}

function isMark(token: Token | undefined, value: string): boolean {
  return token?.kind === 'mark' && token.value === value;
}

const decisive =
  /\b(eval|Function|createRequire|require|getBuiltinModule|_linkedBinding|dlopen|mainModule|_load|_compile|globalThis)\b/g;

/** The words anywhere in a text, comments and texts included: for what could be read in two ways. */
export function findWordsAnywhere(source: string): readonly Found[] {
  return [...source.matchAll(decisive)].map(({ 0: word, index }) => ({
    rule: ruleOf(word),
    detail: word,
    offset: index,
  }));
}

function ruleOf(word: string): Found['rule'] {
  if (word === 'eval' || word === 'Function') return 'eval';
  if (word === 'createRequire') return 'create-require';
  if (word === 'globalThis') return 'computed-global';
  return word === 'require' ? 'require' : 'process-internals';
}
