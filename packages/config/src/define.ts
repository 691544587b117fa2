import { findEntry, type Config } from './config.ts';
import { createDocuments, type ConfigDocuments } from './docs.ts';
import { detectEnvironment, type Environment } from './environment.ts';
import { loadConfig, type LoadOptions } from './load.ts';
import { checkNodeVersion } from './node-version.ts';
import { expectFunction, expectList, expectObject, expectOptions, expectSources, expectText } from './options.ts';
import type { KnownDefaults } from './resolve.ts';
import type { AnyRule, Rule } from './rules.ts';
import { compileShape, type KeyOf, type Shape } from './shape.ts';
import type { SnapshotPlan } from './snapshot.ts';
import type { Source } from './sources/source.ts';

export interface DefineOptions<S extends Shape = Shape> {
  /** Where the program runs. @default detectEnvironment() when the configuration loads */
  readonly env?: Environment;
  /** The Node versions that may run this, such as `>=22.18` or `>=22.18 <25 || >=26`. */
  readonly node?: string;
  /** By environment name, the keys that must be set there: a default does not count. */
  readonly require?: Readonly<Record<string, readonly KeyOf<S>[]>>;
  /** What must hold between keys, at every load, reload, update and rollback. */
  readonly rules?: readonly Rule<NoInfer<S>>[];
}

/** A configuration that is described, but not read yet. */
export interface Definition<S extends Shape = Shape> extends ConfigDocuments {
  /**
   * Reads the sources, the strongest last, and validates everything.
   * @throws seaworthy.config.INVALID with all problems; its exit code is 78 (EX_CONFIG).
   */
  load(sources: readonly Source[], options?: LoadOptions): Promise<Config<S>>;
}

/**
 * Describes a configuration: leaves and groups of leaves, by name.
 *
 * @throws seaworthy.config.BAD_SHAPE when two keys cannot be told apart in a variable; UNKNOWN_KEY; BAD_OPTION.
 */
export function defineConfig<const S extends Shape>(shape: S, options: DefineOptions<S> = {}): Definition<S> {
  expectOptions<DefineOptions<S>>(options, { env: true, node: true, require: true, rules: true });
  const compiled = compileShape(shape);
  const { node } = options;
  const { rules: given = [], require = {} } = options;
  expectList('rules', given);
  for (const rule of given) expectFunction('rules', rule ?? null);
  const rules = untyped(given);
  if (node !== undefined) {
    expectText('node', node);
    checkNodeVersion('0.0.0', node);
  }
  expectObject('require', require);
  for (const [name, keys] of Object.entries(require)) expectList(`require.${name}`, keys);
  const required = new Map<string, readonly string[]>(Object.entries(require));
  for (const key of [...required.values()].flat()) findEntry(compiled, key);
  const documents = createDocuments(compiled);
  const defaults: KnownDefaults = new Map();
  const planOf = (
    sources: readonly Source[],
    { timeoutMs = 10_000, cwd = process.cwd() }: LoadOptions,
  ): SnapshotPlan => {
    expectSources(sources);
    const environment = options.env ?? detectEnvironment();
    const requiredHere = required.get(environment.name) ?? [];
    return { shape: compiled, sources, environment, cwd, timeoutMs, node, required: requiredHere, defaults, rules };
  };
  return {
    ...documents,
    load: (sources, loadOptions = {}) => loadConfig<S>(() => planOf(sources, loadOptions), documents, loadOptions),
  };
}

// They are asked with the keys and values of the compiled form of this very shape.
function untyped<S extends Shape>(rules: readonly Rule<S>[]): readonly AnyRule[];
function untyped(rules: readonly unknown[]): readonly unknown[] {
  return rules;
}
