/** Finds the text of a file; undefined where there is none. */
export type SourceOf = (file: string) => string | undefined;

const sources = new WeakMap<object, string | SourceOf>();

/** A collected error keeps its source texts for the terminal, outside of what JSON and consoles see. */
export function rememberSource(error: object, source: string | SourceOf): void {
  sources.set(error, source);
}

/** The text of a file by a caller's function, else by what the error remembers; a throwing function finds nothing. */
export function textOf(error: unknown, file: string, source: string | SourceOf | undefined): string | undefined {
  const known = source ?? (typeof error === 'object' && error !== null ? sources.get(error) : undefined);
  if (typeof known !== 'function') return known;
  try {
    return known(file);
  } catch {
    return undefined;
  }
}
