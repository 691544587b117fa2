/** A search, as the store is asked. */
export interface Query {
  /** In the language of FTS5, of quoted words only; empty for all packages. */
  readonly match: string;
  /** The whole text: a package of this name comes first. */
  readonly exact: string;
  readonly size: number;
  readonly from: number;
  /** Who asks: restricted packages are found by their owners. */
  readonly accountId?: number | undefined;
}

const columns: Readonly<Record<string, string>> = {
  keywords: 'keywords',
  author: 'author',
  maintainer: 'author',
  scope: 'name',
};

/** The most words that are looked for; the rest of a long text says nothing more. */
const mostWords = 12;

/** Reads `text` of `/-/v1/search`: words, and `keywords:`, `author:`, `maintainer:` and `scope:`. */
export function matchOf(text: string): string {
  const terms = text.slice(0, 500).split(/\s+/).filter(Boolean).slice(0, mostWords);
  return terms.flatMap(termOf).join(' AND ');
}

function termOf(term: string): readonly string[] {
  const [, key = '', value = ''] = /^(\w+):(.+)$/s.exec(term) ?? [];
  const column = Object.hasOwn(columns, key) ? columns[key] : undefined;
  if (column === undefined) return wordsOf(term).map(prefix);
  const any = value
    .split(',')
    .map((each) => wordsOf(each).map(prefix).join(' AND '))
    .filter(Boolean);
  return any.length === 0 ? [] : [`{${column}} : (${any.map((each) => `(${each})`).join(' OR ')})`];
}

/** As the index splits it; whatever is no letter and no digit means nothing, so nothing of FTS5's language is left. */
function wordsOf(term: string): readonly string[] {
  return term.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}

function prefix(word: string): string {
  return `"${word}" *`;
}
