// Finds what belongs to a text without its hash: by its length and one or two characters that tell it from the others, and
// then by comparing it. A map walks from one entry to the next until one fits, which no processor foresees.
// (1) What is found belongs to that very text, whichever characters were chosen: they decide only what is found here.

/** By value: its number. */
export type Numbers = ReadonlyMap<unknown, number>;

/** Texts of one attribute that are kept here; the others are found in the map. */
const mostTexts = 128;
const smallest = 16;
const slotsForEach = 4;
/** Characters that may be chosen, from the start and from the end. */
const mostCharacters = 48;

/** The texts of one attribute. What it has is read by the code in `record.ts`. */
export class Texts {
  /** By slot; '' where there is none, which is never found here. */
  texts: string[] = [''];
  /** By slot: the part of a place that belongs to the text, below 0 where there is none. */
  places: number[] = [-1];
  /** Slots less one. */
  mask = 0;
  /** The character from the start, and the one from the end; below 0 when the first one is enough. */
  from = 0;
  back = -1;
  #known = 0;
  /** How many of them have a slot. */
  #found = 0;
  /** How many texts the characters were chosen for. */
  #chosenFor = 0;

  slotOf(text: string): number {
    const { length } = text;
    let slot = length + text.charCodeAt(this.from < length ? this.from : length - 1);
    if (this.back >= 0) slot += 37 * text.charCodeAt(this.back < length ? length - 1 - this.back : 0);
    return slot & this.mask;
  }

  /** Takes one text more, of these numbers. */
  add(text: string, numbers: Numbers, shift: number): void {
    if (text === '' || this.#known >= mostTexts) return;
    this.#known += 1;
    this.#put(text, numbers, shift);
    if (this.#found < this.#known && this.#isWorthChoosing()) this.fill(numbers, shift);
  }

  /** Takes all texts of these numbers anew. */
  fill(numbers: Numbers, shift: number): void {
    const texts: string[] = [];
    for (const value of numbers.keys()) {
      if (texts.length === mostTexts) break;
      if (typeof value === 'string' && value !== '') texts.push(value);
    }
    this.#known = texts.length;
    this.#found = 0;
    if (this.#isWorthChoosing()) this.#choose(texts);
    this.texts = Array.from({ length: this.mask + 1 }, () => '');
    this.places = Array.from({ length: this.mask + 1 }, () => -1);
    for (const text of texts) this.#put(text, numbers, shift);
  }

  clear(): void {
    this.texts = [''];
    this.places = [-1];
    this.mask = 0;
    this.#known = 0;
    this.#found = 0;
    this.#chosenFor = 0;
  }

  #put(text: string, numbers: Numbers, shift: number): void {
    const slot = this.slotOf(text);
    if ((this.places[slot] as number) >= 0) return;
    this.texts[slot] = text;
    this.places[slot] = (numbers.get(text) as number) << shift;
    this.#found += 1;
  }

  // With half as many more each time, so that texts that never come apart cost little.
  #isWorthChoosing(): boolean {
    return 2 * this.#known > 3 * this.#chosenFor;
  }

  #choose(texts: readonly string[]): void {
    this.#chosenFor = texts.length;
    this.mask = Math.max(smallest, 2 ** Math.ceil(Math.log2(slotsForEach * texts.length))) - 1;
    const longest = texts.reduce((most, { length }) => Math.max(most, length), 0);
    const last = Math.min(longest, mostCharacters) - 1;
    this.back = -1;
    this.from = this.#best(last, (from) => ((this.from = from), this.#apart(texts)));
    if (this.#apart(texts) === texts.length) return;
    this.back = this.#best(last, (back) => ((this.back = back), this.#apart(texts)));
  }

  /** The first of the numbers up to this one with the highest score. */
  #best(last: number, score: (candidate: number) => number): number {
    let best = 0;
    let highest = -1;
    for (let candidate = 0; candidate <= last; candidate += 1) {
      const reached = score(candidate);
      if (reached > highest) [best, highest] = [candidate, reached];
    }
    return best;
  }

  /** How many texts would have a slot. */
  #apart(texts: readonly string[]): number {
    const taken = new Uint8Array(this.mask + 1);
    let count = 0;
    for (const text of texts) {
      const slot = this.slotOf(text);
      if (taken[slot] === 0) count += 1;
      taken[slot] = 1;
    }
    return count;
  }
}
