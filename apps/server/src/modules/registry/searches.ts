// (1) A result is made of one state of all packages: whatever changes one drops every result.
// (2) What was read before a change and arrives after it is not kept, and nobody who asks after the change waits for it.
import { createByteCache } from './byte-cache.ts';
import type { Query } from './query.ts';
import type { SearchResult } from './store-search.ts';

export interface Searches {
  /** The same query is read once, for all who ask until a package changes. */
  find(query: Query): Promise<SearchResult>;
  /** To be called after each change of a package. */
  dropAll(): void;
}

/**
 * @param limitBytes How much memory results may take.
 * @param mayKeep Whether it would be told if another instance changed a package.
 */
export function createSearches(
  read: (query: Query) => Promise<SearchResult>,
  limitBytes: number,
  mayKeep: () => boolean = () => true,
): Searches {
  const kept = createByteCache<SearchResult>(limitBytes);
  let reading = new Map<string, Promise<SearchResult>>();

  const load = async (key: string, query: Query): Promise<SearchResult> => {
    const mine = reading;
    try {
      const result = await read(query);
      if (mine === reading && mayKeep()) kept.set(key, result, bytesOf(key, result));
      return result;
    } finally {
      mine.delete(key);
    }
  };
  return {
    find(query) {
      const key = keyOf(query);
      const known = kept.get(key);
      if (known !== undefined) return Promise.resolve(known);
      const begun = reading.get(key) ?? load(key, query);
      if (mayKeep()) reading.set(key, begun);
      return begun;
    },
    dropAll() {
      reading = new Map();
      kept.clear();
    },
  };
}

function keyOf({ match, exact, size, from, accountId }: Query): string {
  return JSON.stringify([match, exact, size, from, accountId]);
}

function bytesOf(key: string, { found }: SearchResult): number {
  return found.reduce((sum, { summary }) => sum + summary.length + 50, key.length);
}
