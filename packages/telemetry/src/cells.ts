// (1) There are never more series than the limit; what does not fit goes to one overflow series, so totals stay exact.
// (2) A value that cannot be counted (NaN, infinite, below 0 for a counter) changes no series and is itself counted.

type Attributes = Readonly<Record<string, unknown>>;
type Branch = Map<unknown, Branch | Cell>;

/** One series. Made by the thousand, so a class. */
export class Cell {
  /** Attribute values in the order of the definition; `undefined` is an attribute that was left out. */
  readonly values: readonly (string | undefined)[];
  value = 0;
  count = 0;
  readonly buckets: Float64Array | undefined;

  constructor(values: readonly (string | undefined)[], buckets: number) {
    this.values = values;
    this.buckets = buckets === 0 ? undefined : new Float64Array(buckets + 1);
  }
}

export interface CellsOptions {
  readonly names: readonly string[];
  /** Number of finite bounds of a histogram, else 0. */
  readonly buckets: number;
}

/** The series of one family, found by walking a tree whose levels are the attributes. */
export class Cells {
  readonly #names: readonly string[];
  readonly #buckets: number;
  #root: Branch = new Map();
  #list: Cell[] = [];
  #overflow: Cell | undefined;
  rejected = 0;

  constructor({ names, buckets }: CellsOptions) {
    this.#names = names;
    this.#buckets = buckets;
  }

  get list(): readonly Cell[] {
    return this.#list;
  }

  get overflow(): Cell | undefined {
    return this.#overflow;
  }

  find(attributes: Readonly<Record<string, unknown>> | undefined, limit: number): Cell {
    let branch = this.#root;
    const last = this.#names.length - 1;
    for (let level = 0; level < last; level += 1) {
      const value = attributes?.[this.#names[level] as string];
      let next = branch.get(value) as Branch | undefined;
      if (next === undefined) {
        if (this.#list.length >= limit) return this.#spill();
        next = new Map();
        branch.set(value, next);
      }
      branch = next;
    }
    const key = last < 0 ? undefined : attributes?.[this.#names[last] as string];
    return (branch.get(key) as Cell | undefined) ?? this.#add(branch, key, attributes, limit);
  }

  clear(): void {
    this.#root = new Map();
    this.#list = [];
    this.#overflow = undefined;
    this.rejected = 0;
  }

  #add(branch: Branch, key: unknown, attributes: Attributes | undefined, limit: number): Cell {
    if (this.#list.length >= limit) return this.#spill();
    const values = this.#names.map((name) => label(attributes?.[name]));
    const cell = new Cell(values, this.#buckets);
    branch.set(key, cell);
    this.#list.push(cell);
    return cell;
  }

  #spill(): Cell {
    this.#overflow ??= new Cell([], this.#buckets);
    return this.#overflow;
  }
}

// Types allow text, numbers and booleans; whatever else comes must not throw into the program that records.
function label(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : '[object]';
}
