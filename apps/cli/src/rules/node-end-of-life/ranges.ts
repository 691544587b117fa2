/** The highest major version that a semver range allows; undefined when it has no upper end or cannot be read. */
export function highestMajor(range: string): number | undefined {
  const highest = range.split('||').map((alternative) => highestOf(alternative.trim()));
  return highest.some((major) => major === undefined) ? undefined : Math.max(...highest.map(Number));
}

function highestOf(alternative: string): number | undefined {
  const [, before, rest = ''] = /<\s*v?(\d+)((?:\.[\dx*]+)*)/.exec(alternative) ?? [];
  // `<21` and `<21.0.0` end with 20, `<21.5` and `<=21` with 21.
  if (before !== undefined) return /^(\.0)*$/.test(rest) ? Number(before) - 1 : Number(before);
  const [, upTo] = /(?:<=|\s-)\s*v?(\d+)/.exec(alternative) ?? [];
  if (upTo !== undefined) return Number(upTo);
  const [, only] = /^[\^~=v]*(\d+)(?:\.[\dx*]+)*$/.exec(alternative) ?? [];
  return only === undefined ? undefined : Number(only);
}
