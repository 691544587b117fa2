// (1) There are never more series than the limit; what does not fit goes to one overflow series, so totals stay exact.
// (2) A value that cannot be counted (NaN, infinite, below 0 for a counter) changes no series and is itself counted.
// (3) Two series never have the same labels, whatever was given as attributes.
// (4) An attribute that its definition does not allow makes no series: it counts in the overflow series.
import { escapeLabel, labelName } from './names.ts';

/** Attribute values by name, before anything is known of them. */
export type Given = Readonly<Record<string, unknown>>;
/** What a series keeps of an attribute; `undefined` is one that was left out. */
export type Kept = string | number | boolean | undefined;
/** Whether a definition allows a value. */
export type Allows = (value: unknown) => boolean;

type Branch = Map<unknown, Branch | Cell>;

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

/** Finds the series of some attributes, and makes it if the limit allows. */
export type Find = (attributes: Given | undefined, limit: number) => Cell;

/** The series of one family, found by walking a tree whose levels are the attributes. */
export class Cells {
  readonly #names: readonly string[];
  readonly #labelNames: readonly string[];
  readonly #buckets: number;
  readonly #allows: readonly Allows[];
  readonly #root: Branch = new Map();
  /** `route="/a"` for each value of each attribute: what series have in common is kept once. */
  readonly #parts: readonly Map<Kept, string>[];
  #list: Cell[] = [];
  #paths = 0;
  #overflow: Cell | undefined;
  readonly find: Find;
  rejected = 0;
  /** Measurements whose attributes the definition does not allow. */
  misfits = 0;

  constructor({ names, buckets, allows = [] }: CellsOptions) {
    this.#names = names;
    this.#labelNames = names.map(labelName);
    this.#parts = names.map(() => new Map());
    this.#buckets = buckets;
    this.#allows = allows;
    this.find = this.#finder();
  }

  get list(): readonly Cell[] {
    return this.#list;
  }

  get overflow(): Cell | undefined {
    return this.#overflow;
  }

  clear(): void {
    this.#root.clear();
    for (const parts of this.#parts) parts.clear();
    this.#list = [];
    this.#paths = 0;
    this.#overflow = undefined;
    this.rejected = 0;
    this.misfits = 0;
  }

  /** Written out for the usual numbers of attributes: a loop over names costs a fifth more. */
  #finder(): Find {
    const root = this.#root;
    const [one = '', two = '', three = ''] = this.#names;
    const add: Find = (attributes, limit) => this.#add(attributes ?? {}, limit);
    if (this.#names.length === 1) {
      return (given, limit) => (root.get(given?.[one]) as Cell | undefined) ?? add(given, limit);
    }
    if (this.#names.length === 2) {
      return (given, limit) => {
        const branch = root.get(given?.[one]) as Branch | undefined;
        return (branch?.get(given?.[two]) as Cell | undefined) ?? add(given, limit);
      };
    }
    if (this.#names.length === 3) {
      return (given, limit) => {
        if (given === undefined) return add(given, limit);
        const first = root.get(given[one]) as Branch | undefined;
        if (first === undefined) return add(given, limit);
        const second = first.get(given[two]) as Branch | undefined;
        if (second === undefined) return add(given, limit);
        return (second.get(given[three]) as Cell | undefined) ?? add(given, limit);
      };
    }
    return (given, limit) => this.#walk(given) ?? add(given, limit);
  }

  #walk(given: Given | undefined): Cell | undefined {
    return this.#at(this.#names.map((name) => given?.[name]));
  }

  #at(path: readonly unknown[]): Cell | undefined {
    if (path.length === 0) return this.#list[0];
    let found: Branch | Cell | undefined = this.#root;
    for (const value of path) {
      if (found === undefined) return undefined;
      found = (found as Branch).get(value);
    }
    return found as Cell | undefined;
  }

  #add(given: Given, limit: number): Cell {
    const raw = this.#names.map((name) => given[name]);
    for (const [index, allows] of this.#allows.entries()) {
      if (allows(raw[index])) continue;
      this.misfits += 1;
      return this.#spill();
    }
    const values = raw.map(kept);
    // Texts are the path of a series; numbers and booleans become a second way to it, which is found sooner.
    const path = values.map((value) => (value === undefined ? undefined : String(value)));
    let cell = this.#list.length === 0 ? undefined : this.#at(path);
    if (cell === undefined) {
      if (this.#list.length >= limit) return this.#spill();
      cell = new Cell(values, this.#buckets);
      this.#list.push(cell);
      this.#keepPath(path, cell);
    }
    // Each way is kept, but never so many that they fill the memory.
    if (this.#paths < 4 * limit && raw.every(isPlain) && raw.some((value, index) => value !== path[index])) {
      this.#keepPath(raw, cell);
    }
    return cell;
  }

  #keepPath(raw: readonly unknown[], cell: Cell): void {
    if (raw.length === 0) return;
    let branch = this.#root;
    for (const value of raw.slice(0, -1)) {
      let next = branch.get(value) as Branch | undefined;
      if (next === undefined) {
        next = new Map();
        branch.set(value, next);
      }
      branch = next;
    }
    branch.set(raw.at(-1), cell);
    this.#paths += 1;
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
