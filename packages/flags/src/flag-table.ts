import type { CompiledFlag } from './compile/flag.ts';

/**
 * The flags of one document by key, each compiled when it is first asked for.
 *
 * Of thousands of flags a program uses some; the others cost nothing but their place in the document.
 */
export class FlagTable {
  readonly #definitions: Readonly<Record<string, unknown>>;
  readonly #compile: (key: string) => CompiledFlag;
  // An object, not a `Map`: a look into it is faster, and takes as long for every key. Without a prototype, names such as
  // `constructor` and `__proto__` are names like any other.
  readonly #compiled: Record<string, CompiledFlag | undefined> = Object.create(null);
  #keys: readonly string[] | undefined;
  #looks = 0;
  #favourite: CompiledFlag | undefined;
  #favouriteKey: string | undefined;

  /** @param known Flags that do not come from the definition of their key. */
  constructor(
    definitions: Readonly<Record<string, unknown>>,
    compile: (key: string) => CompiledFlag,
    known: ReadonlyMap<string, CompiledFlag> = new Map(),
  ) {
    this.#definitions = definitions;
    this.#compile = compile;
    for (const [key, flag] of known) this.#compiled[key] = flag;
  }

  get keys(): readonly string[] {
    return (this.#keys ??= Object.keys(this.#definitions));
  }

  /** Undefined for a key that is not in the document. */
  get(key: string): CompiledFlag | undefined {
    // A loop over subjects asks for one flag again and again, and need not look it up. One look in 256 chooses that flag:
    // to note each would cost programs that ask for many flags more than it gives.
    if (key === this.#favouriteKey) return this.#favourite;
    const flag = this.#compiled[key] ?? this.#add(key);
    this.#looks = (this.#looks + 1) & 255;
    if (this.#looks === 0 && flag) this.#choose(flag);
    return flag;
  }

  #choose(flag: CompiledFlag): void {
    this.#favourite = flag;
    this.#favouriteKey = flag.key;
  }

  /** What the flag is made of; undefined if it is absent or broken. Compiles nothing. */
  definition(key: string): unknown {
    const compiled = this.#compiled[key];
    return compiled ? compiled.definition : this.#own(key);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#definitions, key);
  }

  all(): readonly CompiledFlag[] {
    return this.keys.flatMap((key) => this.get(key) ?? []);
  }

  #add(key: string): CompiledFlag | undefined {
    if (!this.has(key)) return undefined;
    const flag = this.#compile(key);
    this.#compiled[key] = flag;
    return flag;
  }

  #own(key: string): unknown {
    return this.has(key) ? this.#definitions[key] : undefined;
  }
}
