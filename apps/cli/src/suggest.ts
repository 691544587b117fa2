/** The candidate that a mistyped word probably meant: the one that shares most pairs of letters with it, half of them at least. */
export function closest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let most = 0.5;
  for (const candidate of candidates) {
    const share = similarity(word.toLowerCase(), candidate.toLowerCase());
    if (share > most) [best, most] = [candidate, share];
  }
  return best;
}

/** The share of letter pairs that two words have in common (Sørensen and Dice): 1 for the same word, 0 for none. */
function similarity(a: string, b: string): number {
  const pairs = pairsOf(a);
  const others = pairsOf(b);
  const total = pairs.length + others.length;
  let common = 0;
  for (const pair of pairs) {
    const at = others.indexOf(pair);
    if (at === -1) continue;
    common += 1;
    others.splice(at, 1);
  }
  return (2 * common) / total;
}

function pairsOf(word: string): string[] {
  return Array.from({ length: word.length + 1 }, (_, index) => ` ${word} `.slice(index, index + 2));
}
