/** An item between the one used before it and the one used after it. */
interface Link<T> {
  readonly key: string;
  readonly item: T | undefined;
  readonly size: number;
  older: Link<T>;
  newer: Link<T>;
}

/**
 * A map that forgets what was not used for longest. The order is a ring of its own: a Map keeps one too, but to find its first
 * key it passes the places of all that were deleted before, thousands of them where each new key drops an old one.
 */
export class LeastRecent<T> {
  readonly #max: number;
  readonly #maxSize: number;
  readonly #links = new Map<string, Link<T>>();
  /** Stands between the newest and the oldest. */
  readonly #ends = ring<T>();
  #used = 0;

  /** @param maxSize The most that the sizes of all items may be together. */
  constructor(max: number, maxSize: number = Infinity) {
    this.#max = max;
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#links.size;
  }

  /** The sizes of all items together. */
  get used(): number {
    return this.#used;
  }

  get(key: string): T | undefined {
    const link = this.#links.get(key);
    if (link === undefined) return undefined;
    unchain(link);
    this.#chain(link);
    return link.item;
  }

  /** An item that is too large for all of the room is not kept, and neither is the one before it. */
  set(key: string, item: T, size: number = 0): void {
    this.delete(key);
    if (size > this.#maxSize) return;
    const link: Link<T> = { key, item, size, older: this.#ends, newer: this.#ends };
    this.#links.set(key, link);
    this.#chain(link);
    this.#used += size;
    while (this.#links.size > this.#max || this.#used > this.#maxSize) this.delete(this.#ends.newer.key);
  }

  delete(key: string): void {
    const link = this.#links.get(key);
    if (link === undefined) return;
    this.#links.delete(key);
    unchain(link);
    // Sizes that are no whole numbers leave a rest in a sum: nothing takes nothing.
    this.#used = this.#links.size === 0 ? 0 : this.#used - link.size;
  }

  clear(): void {
    for (const key of this.#links.keys()) this.delete(key);
  }

  #chain(link: Link<T>): void {
    link.newer = this.#ends;
    link.older = this.#ends.older;
    link.older.newer = this.#ends.older = link;
  }
}

function ring<T>(): Link<T> {
  const ends = { key: '', item: undefined, size: 0 } as Link<T>;
  ends.older = ends.newer = ends;
  return ends;
}

function unchain<T>({ older, newer }: Link<T>): void {
  older.newer = newer;
  newer.older = older;
}
