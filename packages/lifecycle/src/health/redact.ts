// What a check says is shown to whoever may ask for health, so what drivers put into messages must not go along.
const longestError = 500;
const secretName = '[\\w-]*(?:pass(?:word|wd|phrase)?|secret|token|api[-_]?key|access[-_]?key|signature|credential)s?';

const rules: readonly (readonly [RegExp, string])[] = [
  // postgres://user:password@host, and user information without a password, which often is a token.
  [/\b([a-z][a-z\d+.-]*:\/\/)[^\s/?#]*@/gi, '$1[redacted]@'],
  [/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]'],
  // password=…, "token": "…", ?api_key=…
  [new RegExp(`\\b(${secretName})(["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s&,;]+)`, 'gi'), '$1$2[redacted]'],
];

/** Takes what looks like a secret out of a message and shortens it to 500 characters. */
export function withoutSecrets(text: string): string {
  // Cut first: a driver's message may hold a whole answer, and only what is shown has to be searched.
  const start = text.length > longestError * 4 ? text.slice(0, longestError * 4) : text;
  const clean = rules.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), start);
  return clean.length > longestError ? `${clean.slice(0, longestError)}…` : clean;
}

/** A URL without user information, query and fragment. */
export function publicUrl(url: string): string {
  if (!URL.canParse(url)) return withoutSecrets(url);
  const { origin, protocol, host, pathname } = new URL(url);
  return `${origin === 'null' ? `${protocol}//${host}` : origin}${pathname}`;
}
