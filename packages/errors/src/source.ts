import { maskText } from './secrets.ts';
import { secretsIn } from './snapshot.ts';

/** Finds the text of a file; undefined where there is none. */
export type SourceOf = (file: string) => string | undefined;

interface Known {
  readonly source: string | SourceOf | undefined;
  readonly secrets: readonly string[];
}

const known = new WeakMap<object, Known>();

/** A collected error keeps its source texts, and what of them is secret, outside of what JSON and consoles see. */
export function rememberSource(error: object, source: string | SourceOf | undefined, secrets: readonly string[]): void {
  known.set(error, { source, secrets });
}

/**
 * The text of a file by a caller's function, else by what the error remembers, with secrets masked, also those of an error
 * around it; a throwing function finds nothing.
 */
export function textOf(
  error: unknown,
  file: string,
  source: string | SourceOf | undefined,
  around: readonly string[] = [],
): string | undefined {
  const remembered = typeof error === 'object' && error !== null ? known.get(error) : undefined;
  const text = find(source ?? remembered?.source, file);
  return text === undefined ? undefined : maskText(text, [...(remembered?.secrets ?? secretsIn(error)), ...around]);
}

function find(source: string | SourceOf | undefined, file: string): string | undefined {
  if (typeof source !== 'function') return typeof source === 'string' ? source : undefined;
  try {
    const text: unknown = source(file);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
