import { redacted } from './template.ts';

/** Every text by which the values of sensitive parameters may be known. */
export type Secrets = Set<string>;

// Shorter values would blank out ordinary text, such as every "1".
const shortest = 4;

// A longer one is known by its beginning, and all that follows it is blanked: looking for megabytes takes seconds.
export const longest = 1_024;

/** No form of a secret is longer: a URL has nine characters for one. */
export const longestForm: number = 9 * longest;

/** Notes a text, and how it looks inside JSON and inside a URL. */
export function noteSecret(whole: string, secrets: Secrets): void {
  const text = whole.slice(0, longest);
  if (text.length < shortest) return;
  secrets.add(text);
  secrets.add(JSON.stringify(text).slice(1, -1));
  // A lone surrogate cannot stand in a URL.
  if (!text.isWellFormed()) return;
  // A part of a path or query, a whole path, and a form, whose spaces are plus signs.
  secrets.add(encodeURIComponent(text));
  secrets.add(encodeURI(text));
  secrets.add(new URLSearchParams([['', text]]).toString().slice(1));
}

/** Blanks the longest first: one secret may be a part of another. */
export function inOrder(secrets: Secrets): readonly string[] {
  return [...secrets].toSorted((a, b) => b.length - a.length);
}

export function scrubText(text: string, secrets: readonly string[]): string {
  return replaced(text, secrets, () => redacted);
}

/** Blanks as many characters as there were, so that lines and columns stay where they are. */
export function maskText(text: string, secrets: readonly string[]): string {
  return replaced(text, secrets, stars);
}

/** By lines: a regular expression would take seconds for megabytes. */
function stars(text: string): string {
  return text
    .split('\n')
    .map((line) => '*'.repeat(line.length))
    .join('\n');
}

function replaced(text: string, secrets: readonly string[], by: (found: string) => string): string {
  let clean = text;
  for (const secret of secrets) {
    const at = clean.indexOf(secret);
    if (at === -1) continue;
    clean = secret.length < longest ? clean.replaceAll(secret, by(secret)) : clean.slice(0, at) + by(clean.slice(at));
  }
  return clean;
}

/** Plain data with every text in it, keys too, without secrets. */
export function scrub<T>(value: T, secrets: readonly string[]): T;
export function scrub(value: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') return scrubText(value, secrets);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => scrub<unknown>(item, secrets));
  const entries = Object.entries(value).map(([key, item]) => [scrubText(key, secrets), scrub<unknown>(item, secrets)]);
  return Object.fromEntries(entries);
}
