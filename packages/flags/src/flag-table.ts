import type { CompiledFlag } from './compile/flag.ts';

/**
 * The flags of one document by key, each compiled when it is first asked for.
 *
 * Of thousands of flags a program uses some; the others cost nothing but their place in the document.
 */
export class FlagTable {
  readonly #definitions: Readonly<Record<string, unknown>>;
  readonly #compile: (key: string) => CompiledFlag;
  readonly #compiled: Map<string, CompiledFlag>;
  #keys: readonly string[] | undefined;

  /** @param known Flags that do not come from the definition of their key. */
  constructor(
    definitions: Readonly<Record<string, unknown>>,
    compile: (key: string) => CompiledFlag,
    known: ReadonlyMap<string, CompiledFlag> = new Map(),
  ) {
    this.#definitions = definitions;
    this.#compile = compile;
    this.#compiled = new Map(known);
  }

  get keys(): readonly string[] {
    return (this.#keys ??= Object.keys(this.#definitions));
  }

  /** Undefined for a key that is not in the document. */
  get(key: string): CompiledFlag | undefined {
    return this.#compiled.get(key) ?? this.#add(key);
  }

  /** What the flag is made of; undefined if it is absent or broken. Compiles nothing. */
  definition(key: string): unknown {
    const compiled = this.#compiled.get(key);
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
    this.#compiled.set(key, flag);
    return flag;
  }

  #own(key: string): unknown {
    return this.has(key) ? this.#definitions[key] : undefined;
  }
}
