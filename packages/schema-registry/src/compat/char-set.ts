/** Code points as ranges that are in order and do not touch. */
export type CharSet = readonly (readonly [low: number, high: number])[];

export const lastCodePoint = 0x10_ffff;

export function union(...sets: readonly CharSet[]): CharSet {
  const sorted = sets.flat().toSorted(([left], [right]) => left - right);
  const merged: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = merged.at(-1);
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}

export function complement(set: CharSet): CharSet {
  const rest: [number, number][] = [];
  let next = 0;
  for (const [low, high] of set) {
    if (low > next) rest.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= lastCodePoint) rest.push([next, lastCodePoint]);
  return rest;
}

export function has(set: CharSet, point: number): boolean {
  return set.some(([low, high]) => point >= low && point <= high);
}

export const digits: CharSet = [[0x30, 0x39]];
export const wordCharacters: CharSet = union(digits, [
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
export const spaces: CharSet = union(
  [9, 10, 11, 12, 13, 0x20, 0xa0, 0x16_80, 0x20_28, 0x20_29, 0x20_2f, 0x20_5f, 0x30_00, 0xfe_ff].map((point) => [
    point,
    point,
  ]),
  [[0x20_00, 0x20_0a]],
);
const lineEnds: CharSet = union([10, 13, 0x20_28, 0x20_29].map((point) => [point, point]));
export const anyButLineEnd: CharSet = complement(lineEnds);

/** One code point for each group that none of the sets tells apart; readable ones where the group has some. */
export function representatives(sets: readonly CharSet[]): readonly number[] {
  const starts = new Set<number>([0]);
  for (const set of sets) {
    for (const [low, high] of set) {
      starts.add(low);
      if (high < lastCodePoint) starts.add(high + 1);
    }
  }
  const ordered = [...starts].toSorted((left, right) => left - right);
  const points = ordered.map((low, index) => readable(low, (ordered[index + 1] ?? lastCodePoint + 1) - 1));
  return points.toSorted((left, right) => rank(left) - rank(right));
}

const preferred: readonly number[] = Array.from('a0A_ -', (text) => text.codePointAt(0) ?? 0);

function readable(low: number, high: number): number {
  const found = preferred.find((point) => point >= low && point <= high);
  if (found !== undefined) return found;
  if (low < 0x20 && high >= 0x21) return 0x21;
  // Half of a pair is no character of its own.
  return low >= 0xd8_00 && low <= 0xdf_ff && high > 0xdf_ff ? 0xe0_00 : low;
}

function rank(point: number): number {
  const place = preferred.indexOf(point);
  if (place >= 0) return place;
  return point < 0x20 ? point + lastCodePoint : point + preferred.length;
}
