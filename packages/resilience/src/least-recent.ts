/** A map that forgets what was not used for longest: a Map keeps the order of insertion, and use inserts again. */
export class LeastRecent<T> {
  readonly #max: number;
  readonly #maxSize: number;
  readonly #items = new Map<string, { readonly item: T; readonly size: number }>();
  #used = 0;

  /** @param maxSize The most that the sizes of all items may be together. */
  constructor(max: number, maxSize: number = Infinity) {
    this.#max = max;
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#items.size;
  }

  /** The sizes of all items together. */
  get used(): number {
    return this.#used;
  }

  get(key: string): T | undefined {
    const found = this.#items.get(key);
    if (found === undefined) return undefined;
    this.#items.delete(key);
    this.#items.set(key, found);
    return found.item;
  }

  /** An item that is too large for all of the room is not kept, and neither is the one before it. */
  set(key: string, item: T, size: number = 0): void {
    this.delete(key);
    if (size > this.#maxSize) return;
    this.#items.set(key, { item, size });
    this.#used += size;
    for (const oldest of this.#items.keys()) {
      if (this.#items.size <= this.#max && this.#used <= this.#maxSize) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#used -= this.#items.get(key)?.size ?? 0;
    this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
    this.#used = 0;
  }
}
