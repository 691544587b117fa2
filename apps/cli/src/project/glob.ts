// The globs of `ignore` and of .gitignore: `*` and `?` stop at a slash, `**` does not, `[a-z]`, `{a,b}` (not in .gitignore).
// What stands between two stars is taken where it is found first, for good: the second star takes whatever a later place
// would have left to it. A regular expression that tried all places would take time exponential in the number of stars, and
// a .gitignore is a stranger's text.

const special = /[\\^$.|+()[\]{}]/;

/** Compiles a glob over whole paths with forward slashes. `directory/` means everything below it. */
export function globToRegExp(glob: string, options: { readonly braces?: boolean } = {}): RegExp {
  const { braces = true } = options;
  // `**/**/` says no more than `**/`, and would cost time exponential in its length.
  const pattern = (glob.endsWith('/') ? `${glob}**` : glob).replaceAll(/(?:\*\*\/)+/g, '**/');
  return new RegExp(`^${translate(pattern, braces)}$`, 'su');
}

/** True when one of the globs matches the path. A glob without a slash matches the name at any depth. */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs.map((glob) => globToRegExp(anywhere(glob)));
  return (path) => patterns.some((pattern) => pattern.test(path));
}

function anywhere(glob: string): string {
  const plain = glob.startsWith('./') ? glob.slice(2) : glob;
  const name = plain.endsWith('/') ? plain.slice(0, -1) : plain;
  return name.includes('/') ? plain : `**/${plain}`;
}

/** Numbers the groups of one expression. */
interface Groups {
  count: number;
}

function translate(glob: string, braces: boolean, groups: Groups = { count: 0 }): string {
  const parts = glob.split(/(?<=^|\/)\*\*\//);
  return parts
    .map((part, index) => {
      const text = translatePart(part, braces, groups);
      if (index === 0) return text;
      const isBetween = index < parts.length - 1 && !(braces && part.includes('{'));
      return isBetween ? once(`(?:.+?/)??${text}`, groups) : `(?:.+/)?${text}`;
    })
    .join('');
}

/** A part without a `**` but at its end. */
function translatePart(glob: string, braces: boolean, groups: Groups): string {
  let out = '';
  let at = 0;
  while (at < glob.length) {
    const between = glob[at] === '*' ? upToNextStar(glob, at + 1, braces, groups) : undefined;
    if (between !== undefined) {
      out += once(`[^/]*?${between.text}`, groups);
      at = between.end;
      continue;
    }
    const [text, next] = token(glob, at, braces, groups);
    out += text;
    at = next;
  }
  return out;
}

/** What stands between two stars of one name, unless it is a choice: which of them fits may depend on what follows. */
function upToNextStar(glob: string, from: number, braces: boolean, groups: Groups): Between | undefined {
  const ends = braces ? '*/{' : '*/';
  let text = '';
  let at = from;
  while (at < glob.length && !ends.includes(glob[at]!)) {
    const [more, next] = token(glob, at, braces, groups);
    text += more;
    at = next;
  }
  return at > from && glob[at] === '*' ? { text, end: at } : undefined;
}

interface Between {
  readonly text: string;
  /** Where the second star is. */
  readonly end: number;
}

/** Matches in the first way that is found, and never in another: JavaScript's way to write an atomic group. */
function once(text: string, groups: Groups): string {
  const name = `once${(groups.count += 1)}`;
  return `(?=(?<${name}>${text}))\\k<${name}>`;
}

function token(glob: string, at: number, braces: boolean, groups: Groups): readonly [string, number] {
  const char = glob[at]!;
  if (char === '*') return stars(glob, at);
  if (char === '?') return ['[^/]', at + 1];
  if (char === '[') return characterClass(glob, at);
  if (char === '{' && braces) return alternatives(glob, at, groups);
  if (char === '\\' && at + 1 < glob.length) return [escape(glob[at + 1]!), at + 2];
  return [escape(char), at + 1];
}

function stars(glob: string, at: number): readonly [string, number] {
  let end = at;
  while (glob[end] === '*') end += 1;
  const isWhole = end - at >= 2 && (at === 0 || glob[at - 1] === '/') && (end === glob.length || glob[end] === '/');
  if (!isWhole) return ['[^/]*', end];
  return end === glob.length ? ['.+', end] : ['(?:.+/)?', end + 1];
}

function characterClass(glob: string, at: number): readonly [string, number] {
  const end = glob.indexOf(']', at + 2);
  if (end === -1) return [escape('['), at + 1];
  const body = glob.slice(at + 1, end);
  const isNegated = body.startsWith('!') || body.startsWith('^');
  const members = (isNegated ? body.slice(1) : body).replaceAll(/[\\[^]/g, String.raw`\$&`);
  if (!isClass(`[${members}]`)) return [escape('['), at + 1];
  return [isNegated ? `(?!/)[^${members}]` : `(?!/)[${members}]`, end + 1];
}

function isClass(source: string): boolean {
  try {
    return new RegExp(source, 'u').source.length > 2;
  } catch {
    return false;
  }
}

function alternatives(glob: string, at: number, groups: Groups): readonly [string, number] {
  const end = glob.indexOf('}', at);
  if (end === -1) return [escape('{'), at + 1];
  const choices = glob.slice(at + 1, end).split(',');
  return [`(?:${choices.map((choice) => translate(choice, false, groups)).join('|')})`, end + 1];
}

function escape(char: string): string {
  return special.test(char) || char === '*' || char === '?' || char === '/' ? `\\${char}` : char;
}
