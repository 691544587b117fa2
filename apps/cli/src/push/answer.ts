import { reasonOf, sentence } from '../project/problem.ts';
import { property } from '../project/record.ts';
import { printable } from '../reporters/text.ts';

/** The JSON of an answer, or undefined for one that has none. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The words of a problem document (RFC 9457): title, detail, and the single errors where there are any. */
export function problemText(body: unknown): string | undefined {
  const words = ['title', 'detail']
    .map((key) => property(body, key))
    .filter((word) => typeof word === 'string' && word !== '');
  const errors = property(body, 'errors');
  const list = Array.isArray(errors) ? errors.slice(0, 10).map((error) => describe(error)) : [];
  const text = [...new Set([...words, ...list])].map((word) => sentence(printable(String(word)))).join(' ');
  return text === '' ? undefined : text;
}

function describe(error: unknown): string {
  if (typeof error === 'string') return error;
  const path = property(error, 'path');
  const message = property(error, 'message') ?? property(error, 'detail');
  return [path, message].filter((part) => typeof part === 'string' && part !== '').join(': ');
}

/** `fetch` says no more than "fetch failed"; its cause says why. */
export function connectionProblem(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return sentence(printable(reasonOf(cause ?? error)));
}
