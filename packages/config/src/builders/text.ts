import { closest } from '../suggest.ts';
import { leaf, type Leaf, type Parsed } from '../leaf.ts';
import { expectList, expectOptions } from '../options.ts';

export interface StringOptions {
  /** @default 0 */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: RegExp;
}

/** Any text. */
export function string(options: StringOptions = {}): Leaf<string> {
  expectOptions<StringOptions>(options, { minLength: true, maxLength: true, pattern: true });
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = options;
  const expected = describeString(options);
  const fits = (raw: string): boolean =>
    raw.length >= minLength && raw.length <= maxLength && (pattern === undefined || raw.search(pattern) !== -1);
  return leaf({
    expected,
    json: () => ({
      type: 'string',
      ...(options.minLength === undefined ? {} : { minLength }),
      ...(options.maxLength === undefined ? {} : { maxLength }),
      ...(pattern === undefined || !isPortable(pattern) ? {} : { pattern: pattern.source }),
    }),
    parse: (raw) => (typeof raw === 'string' && fits(raw) ? { value: raw } : { expected }),
  });
}

/** JSON Schema and web forms have no flags, and read a pattern as Unicode. */
function isPortable({ source, flags }: RegExp): boolean {
  if (/[^duvgy]/.test(flags)) return false;
  try {
    return new RegExp(source, 'u').unicode;
  } catch {
    return false;
  }
}

function describeString({ minLength, maxLength, pattern }: StringOptions): string {
  const parts = ['a string'];
  if (minLength !== undefined) parts.push(`of at least ${minLength} characters`);
  if (maxLength !== undefined) parts.push(`of at most ${maxLength} characters`);
  if (pattern !== undefined) parts.push(`matching ${String(pattern)}`);
  return parts.join(' ');
}

export interface UrlOptions {
  /** Allowed protocols without the colon, such as `https`. Any by default. */
  readonly protocols?: readonly string[];
}

/** An absolute URL, kept as the text that was given. */
export function url(options: UrlOptions = {}): Leaf<string> {
  expectOptions<UrlOptions>(options, { protocols: true });
  const { protocols } = options;
  expectList('protocols', protocols);
  const expected =
    protocols === undefined
      ? 'an absolute URL, such as https://example.com'
      : `an absolute URL starting with ${protocols.map((protocol) => `${protocol}:`).join(' or ')}`;
  return leaf({
    expected,
    json: () => ({ type: 'string', format: 'uri' }),
    parse: (raw) => (typeof raw === 'string' && isUrl(raw, protocols) ? { value: raw } : { expected }),
  });
}

function isUrl(text: string, protocols: readonly string[] | undefined): boolean {
  if (!URL.canParse(text)) return false;
  return protocols === undefined || protocols.includes(new URL(text).protocol.slice(0, -1));
}

/** One of the listed words. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]): Leaf<Choice> {
  expectList('choices', choices ?? null);
  const expected = `one of ${choices.join(', ')}`;
  const parse = (raw: unknown): Parsed<Choice> => {
    const found = choices.find((choice) => choice === raw);
    if (found !== undefined) return { value: found };
    const meant = typeof raw === 'string' ? closest(raw, choices) : undefined;
    return meant === undefined ? { expected } : { expected, suggestion: `Did you mean "${meant}"?` };
  };
  return leaf({ expected, json: () => ({ enum: choices }), parse });
}
