import { quote } from './encode/text.ts';
import { LoggerErrors } from './errors.ts';
import { expectOptions, expectType } from './expect-option.ts';

/** What to hide in fields: paths such as `card.number`, `users[*].token`, or patterns of key names at any depth. */
export interface RedactOptions {
  readonly paths: readonly (string | RegExp)[];
  /**
   * The text in place of the value, or a function of the value and the keys that lead to it, where an item of a list is `*`.
   *
   * @default '[redacted]'
   */
  readonly censor?: string | ((value: unknown, path: string[]) => unknown) | undefined;
  /** Leaves the key out altogether. @default false */
  readonly remove?: boolean | undefined;
}

/** How to hide values, and where. */
export interface Redaction {
  readonly rule: Rule | undefined;
  readonly remove: boolean;
  readonly censor: (value: unknown, path: string[]) => unknown;
  /** What stands for every hidden value, as JSON, when that is the same for all. */
  readonly text: string | undefined;
  /** This and more to hide; a censor given with it applies to all. @throws INVALID_REDACT_PATH, INVALID_OPTION, UNKNOWN_OPTION */
  and(more: RedactionOption): Redaction;
}

/** Paths and patterns, or these with how to hide. */
export type RedactionOption = readonly (string | RegExp)[] | RedactOptions;

/** The text shown in place of a hidden value. */
export const redacted = '[redacted]';

const anyKey: unique symbol = Symbol('any key');

type Segment = string | typeof anyKey;
type Path = readonly Segment[];

/** Reads the redaction options once. @throws INVALID_REDACT_PATH, INVALID_OPTION, UNKNOWN_OPTION */
export function compileRedaction(option: RedactionOption | undefined): Redaction {
  const options = readOptions(option);
  const { paths, censor = redacted, remove = false } = options;
  const patterns = paths.filter((path) => path instanceof RegExp).map(withoutMemory);
  const keys = paths.filter((path) => typeof path === 'string').map(parsePath);
  return {
    rule: paths.length > 0 ? new Rule(false, keys, patterns) : undefined,
    remove,
    censor: typeof censor === 'function' ? censor : () => censor,
    text: typeof censor === 'string' && !remove ? quote(censor) : undefined,
    and(more) {
      const added = readOptions(more);
      return compileRedaction({ ...options, ...added, paths: [...paths, ...added.paths] });
    },
  };
}

function readOptions(option: RedactionOption | undefined): RedactOptions {
  if (option === undefined) return { paths: [] };
  const options = isList(option) ? { paths: option } : option;
  expectOptions<RedactOptions>('redact', options, { paths: true, censor: true, remove: true });
  const { paths, censor, remove } = options;
  if (typeof censor !== 'string') expectType('redact.censor', censor, 'function');
  expectType('redact.remove', remove, 'boolean');
  if (Array.isArray(paths) && paths.every((path) => typeof path === 'string' || path instanceof RegExp)) return options;
  throw new LoggerErrors.INVALID_OPTION({
    option: 'redact',
    expected: 'a list of paths and patterns, or { paths, censor, remove }',
    received: Array.isArray(paths) ? 'a list with something else in it' : typeof paths,
  });
}

const cacheLimit = 1000;

/** What applies at one place of a record; `undefined` in its stead means nothing does, there or below. */
export class Rule {
  readonly hides: boolean;
  readonly #paths: readonly Path[];
  readonly #patterns: readonly RegExp[];
  #ofError: Rule | undefined;
  readonly #byKey = new Map<string, Rule | undefined>();
  readonly #byRest = new Map<string, Rule | undefined>();

  constructor(hides: boolean, paths: readonly Path[], patterns: readonly RegExp[]) {
    this.hides = hides;
    this.#paths = paths;
    this.#patterns = patterns;
  }

  /** The rule for the members of an error, whose own properties are written one level further down. */
  get ofError(): Rule {
    const deeper = this.#paths.map((path): Path => ['properties', ...path]);
    this.#ofError ??= new Rule(this.hides, [...this.#paths, ...deeper], this.#patterns);
    return this.#ofError;
  }

  /** The rule one key further down. */
  child(key: string): Rule | undefined {
    if (this.#byKey.has(key)) return this.#byKey.get(key);
    const rule = this.#step(key);
    if (this.#byKey.size < cacheLimit) this.#byKey.set(key, rule);
    return rule;
  }

  // The rules of two keys that match the same paths are one object, so `items[*]` gives one rule for all items.
  #step(key: string): Rule | undefined {
    const matching = this.#paths.filter(([first]) => first === anyKey || first === key);
    const hides = matching.some((path) => path.length === 1) || this.#patterns.some((pattern) => pattern.test(key));
    const signature = `${hides} ${matching.map((path) => this.#paths.indexOf(path)).join()}`;
    if (this.#byRest.has(signature)) return this.#byRest.get(signature);
    const rest = matching.map((path) => path.slice(1));
    const isEmpty = !hides && rest.length === 0 && this.#patterns.length === 0;
    const rule = isEmpty ? undefined : new Rule(hides, rest, this.#patterns);
    this.#byRest.set(signature, rule);
    return rule;
  }
}

const segmentPattern = /(?:^|(?<=.)\.)([^.[\]"'\s]+)|\[(\d+|\*)\]|\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]/gy;

function parsePath(path: string): Path {
  const segments: Segment[] = [];
  let end = 0;
  for (const match of path.matchAll(segmentPattern)) {
    const [whole, name, index, double, single] = match;
    const quoted = double ?? single;
    if (quoted === undefined) segments.push(name === '*' || index === '*' ? anyKey : String(name ?? index));
    else segments.push(quoted.replaceAll(/\\(.)/g, '$1'));
    end = match.index + whole.length;
  }
  if (end === path.length && segments.length > 0) return segments;
  throw new LoggerErrors.INVALID_REDACT_PATH({ received: JSON.stringify(path) });
}

// A global or sticky pattern remembers where it stopped, and would miss every second key.
function withoutMemory(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''));
}

function isList(options: unknown): options is readonly (string | RegExp)[] {
  return Array.isArray(options);
}
