// The globs of `ignore` and of .gitignore: `*` and `?` stop at a slash, `**` does not, `[a-z]`, `{a,b}` (not in .gitignore).

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

function translate(glob: string, braces: boolean): string {
  let out = '';
  let at = 0;
  while (at < glob.length) {
    const [text, next] = token(glob, at, braces);
    out += text;
    at = next;
  }
  return out;
}

function token(glob: string, at: number, braces: boolean): readonly [string, number] {
  const char = glob[at]!;
  if (char === '*') return stars(glob, at);
  if (char === '?') return ['[^/]', at + 1];
  if (char === '[') return characterClass(glob, at);
  if (char === '{' && braces) return alternatives(glob, at);
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

function alternatives(glob: string, at: number): readonly [string, number] {
  const end = glob.indexOf('}', at);
  if (end === -1) return [escape('{'), at + 1];
  const choices = glob.slice(at + 1, end).split(',');
  return [`(?:${choices.map((choice) => translate(choice, false)).join('|')})`, end + 1];
}

function escape(char: string): string {
  return special.test(char) || char === '*' || char === '?' || char === '/' ? `\\${char}` : char;
}
