// Versions by the rules of semver.org 2.0.0, without build metadata: it does not tell versions apart.
const number = String.raw`(?:0|[1-9]\d{0,15})`;
const word = String.raw`(?:0|[1-9]\d{0,15}|\d*[A-Za-z-][\dA-Za-z-]*)`;
const shape = new RegExp(String.raw`^(${number})\.(${number})\.(${number})(?:-(${word}(?:\.${word})*))?$`);

export function isVersion(text: string): boolean {
  return text.length <= 128 && shape.test(text);
}

/** Negative when the first is older. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [shape.exec(left) ?? [], shape.exec(right) ?? []];
  for (const index of [1, 2, 3]) {
    const difference = Number(a[index]) - Number(b[index]);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(a[4], b[4]);
}

/** The newest one; one that is no pre-release, if there is any. */
export function newestVersion(versions: readonly string[]): string | undefined {
  const sorted = versions.toSorted(compareVersions);
  return sorted.findLast((version) => !version.includes('-')) ?? sorted.at(-1);
}

function comparePrereleases(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
  const [a, b] = [left.split('.'), right.split('.')];
  for (let index = 0; index < Math.min(a.length, b.length); index += 1) {
    const difference = compareWords(a[index] as string, b[index] as string);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Numbers come before words. */
function compareWords(left: string, right: string): number {
  const [a, b] = [/^\d+$/.test(left), /^\d+$/.test(right)];
  if (a && b) return Number(left) - Number(right);
  if (a !== b) return a ? -1 : 1;
  return left < right ? -1 : Number(left > right);
}
