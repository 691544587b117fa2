const longestHeader = 1_000;

/** The wanted locales, best first, each followed by its parents: `de-AT, fr;q=0.5` gives `de-AT`, `de`, `fr`. */
export function localesOf(wanted: string): readonly string[] {
  const entries = wanted.slice(0, longestHeader).split(',').map(entryOf);
  const accepted = entries.filter((entry) => entry.quality > 0).toSorted((a, b) => b.quality - a.quality);
  return [...new Set(accepted.flatMap((entry) => withParents(entry.tag)))];
}

function entryOf(entry: string): { readonly tag: string; readonly quality: number } {
  const [tag = '', ...parameters] = entry.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { tag: canonical(tag), quality: tagged(tag) ? Number(quality ?? 1) || 0 : 0 };
}

function tagged(tag: string): boolean {
  return /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/.test(tag);
}

function canonical(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? tag;
  } catch {
    return tag;
  }
}

function withParents(tag: string): readonly string[] {
  const parts = tag.split('-');
  return parts.map((_part, index) => parts.slice(0, parts.length - index).join('-'));
}
