import { compareText } from '../project/problem.ts';
import type { Edit } from '../rules/contract.ts';
import type { Fix } from './fixes.ts';

export type RefusalReason = 'overlap' | 'changed' | 'unparsable' | 'not-ours';

/** A fix that was not made. */
export interface Refusal {
  readonly fix: Fix;
  readonly reason: RefusalReason;
}

/** The fixes of one file that go together. */
export interface Merged {
  /** In the order of the text, none of which touches another. */
  readonly edits: readonly Edit[];
  readonly made: readonly Fix[];
  readonly refused: readonly Refusal[];
}

/**
 * Takes the fixes of one file that can be made at once, the first in the text before later ones. One that overlaps, or that was
 * meant for another text, is refused as a whole.
 */
export function mergeFixes(text: string, fixes: readonly Fix[]): Merged {
  const edits: Edit[] = [];
  const made: Fix[] = [];
  const refused: Refusal[] = [];
  for (const fix of fixes.toSorted(compareFixes)) {
    const reason = reasonAgainst(fix, text, edits);
    if (reason === undefined) {
      made.push(fix);
      edits.push(...fix.edits);
    } else refused.push({ fix, reason });
  }
  return { edits: edits.toSorted((a, b) => a.start - b.start), made, refused };
}

/** The text with these edits in it. */
export function applyEdits(text: string, edits: Merged['edits']): string {
  const parts = edits.map((edit, index) => text.slice(edits[index - 1]?.end ?? 0, edit.start) + edit.text);
  return parts.join('') + text.slice(edits.at(-1)?.end ?? 0);
}

function compareFixes(a: Fix, b: Fix): number {
  return a.edits[0].start - b.edits[0].start || compareText(a.rule, b.rule);
}

function reasonAgainst({ edits }: Fix, text: string, taken: readonly Edit[]): RefusalReason | undefined {
  if (edits.some(({ start, end, replaces }) => text.slice(start, end) !== replaces)) return 'changed';
  const others = [...taken];
  for (const edit of edits) {
    if (others.some((other) => touches(edit, other))) return 'overlap';
    others.push(edit);
  }
  return undefined;
}

/** Two insertions at one place touch: nobody can tell which comes first. */
function touches(a: Edit, b: Edit): boolean {
  return a.start === b.start || (a.start < b.end && b.start < a.end);
}
