/** A map that forgets what was not used for longest: a Map keeps the order of insertion, and use inserts again. */
export class LeastRecent<T> {
  readonly #max: number;
  readonly #items = new Map<string, T>();

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#items.size;
  }

  get(key: string): T | undefined {
    const item = this.#items.get(key);
    if (item !== undefined) this.set(key, item);
    return item;
  }

  set(key: string, item: T): void {
    this.#items.delete(key);
    this.#items.set(key, item);
    const [oldest] = this.#items.size > this.#max ? this.#items.keys() : [];
    if (oldest !== undefined) this.#items.delete(oldest);
  }

  delete(key: string): void {
    this.#items.delete(key);
  }

  clear(): void {
    this.#items.clear();
  }
}
