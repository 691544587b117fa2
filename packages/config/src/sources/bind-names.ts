import type { Problem } from '../problems.ts';
import { looseName, type CompiledShape } from '../shape.ts';
import { closest } from '../suggest.ts';
import type { Candidate, Reading } from './source.ts';

/** Text with a loose name: a variable, a flag or a mounted file. */
export interface NamedText {
  /** The name without prefix, as the user wrote it. */
  readonly name: string;
  readonly text: string | readonly string[];
  readonly source: () => string;
}

/**
 * What happens to a name that binds to no key: `refuse` it, refuse it only when it is close to a known one (`typos`),
 * or `ignore` it.
 */
export type UnknownNames = 'refuse' | 'typos' | 'ignore';

export interface BindNamesOptions {
  readonly unknown: UnknownNames;
  /** How the source writes a key, for suggestions. */
  readonly spell: (key: string) => string;
}

/** Matches loose names against the shape: case and separators do not count. */
export function bindNames(texts: Iterable<NamedText>, shape: CompiledShape, options: BindNamesOptions): Reading {
  const values = new Map<string, Candidate>();
  const problems: Problem[] = [];
  for (const { name, text, source } of texts) {
    const entry = shape.byName.get(looseName(name));
    if (entry === undefined) {
      problems.push(...unknownName(name, source, shape, options));
      continue;
    }
    const other = values.get(entry.key);
    if (other !== undefined && other.raw !== text) {
      problems.push({
        key: entry.key,
        source: source(),
        message: `set twice, with another value by ${other.source()}.`,
      });
    }
    values.set(entry.key, { raw: text, text: true, source });
  }
  return { values, problems };
}

function unknownName(
  name: string,
  source: () => string,
  shape: CompiledShape,
  { unknown, spell }: BindNamesOptions,
): readonly Problem[] {
  if (unknown === 'ignore') return [];
  const near = closest(looseName(name), shape.byName.keys());
  const meant = near === undefined ? undefined : shape.byName.get(near)?.key;
  if (meant === undefined) {
    return unknown === 'typos' ? [] : [{ key: '', source: source(), message: 'binds to no configuration key.' }];
  }
  const suggestion = `Did you mean ${spell(meant)}?`;
  return [{ key: '', source: source(), message: 'binds to no configuration key.', suggestion }];
}
