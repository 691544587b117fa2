import type { Fuel } from './fuel.ts';
import type { Atom } from './goal.ts';
import { findText } from './language.ts';

/** Texts to try. When `isEmpty`, there is none that fulfils the atoms. */
export interface TextCandidates {
  readonly values: readonly string[];
  readonly isEmpty: boolean;
}

/** Texts that some format or expression likes. */
const stock: readonly string[] = [
  ['', 'a', 'A', '0', ' ', 'aa', 'é', 'name', 'x-y', '12:00:00Z', '2026-01-02', '2026-01-02T12:00:00Z', 'P1D'],
  ['a@example.com', 'example.com', '127.0.0.1', '::1', 'https://example.com/a?b#c', '/a', 'a/b', '{a}', '0#', '[a]'],
  ['123e4567-e89b-42d3-a456-426614174000', 'not of that format', '%', '"', '\n', 'true', '{}', 'YQ=='],
].flat();

export function findTexts(atoms: readonly Atom[], fuel: Fuel): TextCandidates {
  if (contradicts(atoms)) return { values: [], isEmpty: true };
  const text = findText(rulesOf(atoms), fuel);
  // Rules that could not be asked only make it harder: no text without them is no text with them.
  if (text === undefined) return { values: [], isEmpty: true };
  return { values: [text, ...stock, ...stock.map((known) => known + text)], isEmpty: false };
}

function rulesOf(atoms: readonly Atom[]): Parameters<typeof findText>[0] {
  const patterns = atoms.filter((atom) => atom.is === 'pattern');
  const excluded = atoms.flatMap((atom) => (atom.is === 'notIn' ? atom.values : []));
  return {
    minLength: Math.max(0, ...atoms.map((atom) => (atom.is === 'minSize' ? atom.size : 0))),
    maxLength: Math.min(...atoms.map((atom) => (atom.is === 'maxSize' ? atom.size : Infinity)), Infinity),
    patterns,
    excluded: excluded.filter((value) => typeof value === 'string'),
  };
}

/** The same expression, or the same format, both held and refused. */
function contradicts(atoms: readonly Atom[]): boolean {
  const known = new Map<string, boolean>();
  return atoms.some((atom) => {
    if (atom.is !== 'pattern' && atom.is !== 'format') return false;
    const key = atom.is === 'pattern' ? `/${atom.pattern.source}` : atom.format;
    const before = known.get(key);
    known.set(key, atom.isHeld);
    return before !== undefined && before !== atom.isHeld;
  });
}
