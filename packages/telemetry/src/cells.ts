// (1) There are never more series than the limit; what does not fit goes to one overflow series, so totals stay exact.
// (2) A value that cannot be counted (NaN, infinite, below 0 for a counter) changes no series and is itself counted.
// (3) Two series never have the same labels, whatever was given as attributes.
// (4) An attribute that its definition does not allow makes no series: it counts in the overflow series.
import { escapeLabel, labelName } from './names.ts';
import { Texts, type Numbers } from './texts.ts';

/** Attribute values by name, before anything is known of them. */
export type Given = Readonly<Record<string, unknown>>;
/** What a series keeps of an attribute; `undefined` is one that was left out. */
export type Kept = string | number | boolean | undefined;
/** Whether a definition allows a value. */
export type Allows = (value: unknown) => boolean;

/** A measurement that happened inside a sampled span. */
export interface Exemplar {
  readonly value: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Until this changes the exemplar stays. */
  readonly round: number;
}

/** One series. Made by the thousand, so a class. */
export class Cell {
  /** Attribute values in the order of the definition. */
  readonly values: readonly Kept[];
  // Half a number, so that V8 stores it as a double from the start and adds in place.
  value = 0.5;
  count = 0;
  /** Measurements in each bucket and, last, above all bounds. */
  readonly buckets: number[] | undefined;
  /** By bucket; of other types there is one. */
  exemplars: (Exemplar | undefined)[] | undefined;

  constructor(values: readonly Kept[], buckets: number) {
    this.values = values;
    // A plain array is a third of the size of a typed one of this length.
    this.buckets = buckets === 0 ? undefined : Array.from({ length: buckets + 1 }, () => 0);
    this.exemplars = undefined;
    this.value = 0;
  }
}

export interface CellsOptions {
  readonly names: readonly string[];
  /** Number of finite bounds of a histogram, else 0. */
  readonly buckets: number;
  /** One for each name. @default everything is allowed */
  readonly allows?: readonly Allows[];
}

/** Places that a table may have for each series: more would be empty memory. */
const placesForEach = 16;
const smallestTable = 1_024;

/**
 * The series of one family. Each value of an attribute has a number, and the numbers of its values are a series' place in a
 * table: one look for each attribute, none of which waits for another, and one in the table.
 */
export class Cells {
  readonly names: readonly string[];
  /** By attribute: the number of each value, as it was given and as text. Emptied by `clear`, and never other maps. */
  readonly numbers: readonly Map<unknown, number>[];
  /** By attribute: where its number begins in a place. */
  readonly shifts: number[];
  /** By attribute: what its texts add to a place, sooner than by their numbers. */
  readonly texts: readonly Texts[];
  isDense = true;
  table: (Cell | undefined)[] = [undefined];
  /** Instead of a table that would be nearly empty; by place, or by the numbers as text when they are too long for one. */
  readonly sparse: Map<number | string, Cell> = new Map();
  readonly #labelNames: readonly string[];
  readonly #buckets: number;
  readonly #allows: readonly Allows[];
  /** By attribute: how many values it has, and how many bits their numbers take. */
  readonly #values: number[];
  readonly #bits: number[];
  /** `route="/a"` for each value of each attribute: what series have in common is kept once. */
  readonly #parts: readonly Map<Kept, string>[];
  #list: Cell[] = [];
  #others = 0;
  #overflow: Cell | undefined;
  rejected = 0;
  /** Measurements whose attributes the definition does not allow. */
  misfits = 0;

  constructor({ names, buckets, allows = [] }: CellsOptions) {
    this.names = names;
    this.numbers = names.map(() => new Map());
    this.shifts = names.map(() => 0);
    this.texts = names.map(() => new Texts());
    this.#labelNames = names.map(labelName);
    this.#values = names.map(() => 0);
    this.#bits = names.map(() => 0);
    this.#parts = names.map(() => new Map());
    this.#buckets = buckets;
    this.#allows = allows;
  }

  /** The series of these attributes, made if there is room for it. */
  find(given: Given | undefined, limit: number): Cell {
    let place = 0;
    for (let index = 0; index < this.names.length; index += 1) {
      const number = this.numbers[index]?.get(given?.[this.names[index] as string]);
      if (number === undefined) return this.add(given, limit);
      place |= number << (this.shifts[index] as number);
    }
    return (this.isDense ? this.table[place] : this.sparse.get(place)) ?? this.add(given, limit);
  }

  get list(): readonly Cell[] {
    return this.#list;
  }

  get overflow(): Cell | undefined {
    return this.#overflow;
  }

  clear(): void {
    for (const maps of [this.numbers, this.#parts, this.texts]) for (const map of maps) map.clear();
    for (const counts of [this.shifts, this.#values, this.#bits]) counts.fill(0);
    this.isDense = true;
    this.table = [undefined];
    this.sparse.clear();
    this.#list = [];
    this.#others = 0;
    this.#overflow = undefined;
    this.rejected = 0;
    this.misfits = 0;
  }

  /** The same, for attributes that a look into the table has not found. */
  add(given: Given | undefined, limit: number): Cell {
    const raw = this.names.map((name) => given?.[name]);
    for (const [index, allows] of this.#allows.entries()) {
      if (allows(raw[index])) continue;
      this.misfits += 1;
      return this.#spill();
    }
    const values = raw.map(kept);
    // The text tells series apart: 200 and "200" are one label on a page.
    const texts = values.map((value) => (value === undefined ? undefined : String(value)));
    let cell = this.#known(texts);
    if (cell === undefined) {
      if (this.#list.length >= limit) return this.#spill();
      cell = new Cell(values, this.#buckets);
      this.#list.push(cell);
      this.#keep(cell, texts);
    }
    this.#keepOthers(raw, texts, limit);
    return cell;
  }

  #known(texts: readonly (string | undefined)[]): Cell | undefined {
    const numbers: number[] = [];
    for (const [index, text] of texts.entries()) {
      const number = this.numbers[index]?.get(text);
      if (number === undefined) return undefined;
      numbers.push(number);
    }
    const place = this.#placeOf(numbers);
    return this.isDense ? this.table[place as number] : this.sparse.get(place);
  }

  #placeOf(numbers: readonly number[]): number | string {
    if (sum(this.#bits) > 30) return numbers.join(' ');
    return numbers.reduce((place, number, index) => place | (number << (this.shifts[index] as number)), 0);
  }

  #keep(cell: Cell, texts: readonly (string | undefined)[]): void {
    let isWider = false;
    const numbers = texts.map((text, index) => {
      const known = this.numbers[index]?.get(text);
      if (known !== undefined) return known;
      const number = this.#values[index] as number;
      this.#values[index] = number + 1;
      this.numbers[index]?.set(text, number);
      if (number >= 2 ** (this.#bits[index] as number)) {
        this.#bits[index] = (this.#bits[index] as number) + 1;
        isWider = true;
      } else if (text !== undefined) {
        this.texts[index]?.add(text, this.numbers[index] as Numbers, this.shifts[index] as number);
      }
      return number;
    });
    const { length } = this.#list;
    // What is sparse may be so no longer when there are twice as many.
    if (isWider || (!this.isDense && (length & (length - 1)) === 0)) this.#arrange();
    else this.#put(cell, numbers);
  }

  #put(cell: Cell, numbers: readonly number[]): void {
    const place = this.#placeOf(numbers);
    if (this.isDense) this.table[place as number] = cell;
    else this.sparse.set(place, cell);
  }

  /** Gives every series its place anew; as seldom as a number needs one bit more. */
  #arrange(): void {
    let bits = 0;
    for (const [index, own] of this.#bits.entries()) {
      this.shifts[index] = bits;
      this.texts[index]?.fill(this.numbers[index] as Numbers, bits);
      bits += own;
    }
    this.isDense = 2 ** bits <= Math.max(smallestTable, placesForEach * this.#list.length);
    this.table = this.isDense ? Array.from({ length: 2 ** bits }, () => undefined) : [];
    this.sparse.clear();
    for (const cell of this.#list) {
      const numbers = cell.values.map((value, index) =>
        this.numbers[index]?.get(value === undefined ? undefined : String(value)),
      );
      this.#put(cell, numbers as number[]);
    }
  }

  /** Numbers and booleans are found sooner as they were given; never so many of them that they fill the memory. */
  #keepOthers(raw: readonly unknown[], texts: readonly (string | undefined)[], limit: number): void {
    for (const [index, value] of raw.entries()) {
      const numbers = this.numbers[index];
      if (value === texts[index] || !isPlain(value) || this.#others >= 4 * limit || numbers?.has(value)) continue;
      numbers?.set(value, numbers.get(texts[index]) as number);
      this.#others += 1;
    }
  }

  /** The labels of a series as on a Prometheus page, without braces. */
  labels(cell: Cell): string {
    if (cell === this.#overflow) return 'otel_metric_overflow="true"';
    const { values } = cell;
    let text = '';
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index];
      if (value === undefined) continue;
      const part = this.#parts[index]?.get(value) ?? this.#part(index, value);
      text = text === '' ? part : `${text},${part}`;
    }
    return text;
  }

  #part(index: number, value: Kept): string {
    const part = `${this.#labelNames[index] as string}="${escapeLabel(String(value))}"`;
    this.#parts[index]?.set(value, part);
    return part;
  }

  #spill(): Cell {
    this.#overflow ??= new Cell([], this.#buckets);
    return this.#overflow;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

// Types allow text, numbers and booleans; whatever else comes must not throw into the program that records.
function kept(value: unknown): Kept {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // Half of a surrogate pair has no UTF-8: it would be another series here and the same on the page.
  if (typeof value === 'string') return value.toWellFormed();
  if (value === undefined || value === null) return undefined;
  return typeof value === 'bigint' ? String(value) : '[object]';
}

function isPlain(value: unknown): boolean {
  return value === undefined || (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol');
}
