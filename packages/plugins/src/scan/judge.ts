import type { PluginManifest } from '../manifest.ts';
import type { Fact, ScanRule } from './facts.ts';
import { packageName } from './package.ts';

/** What the code of a plugin may do. What is not allowed is found. */
export interface ImportPolicy {
  /** Modules of Node: `node:path`, `node:fs/*`, or `*` for all. @default none */
  readonly builtins?: readonly string[];
  /** Packages beside the plugin's own: `lodash`, `@acme/*`, or `*` for all. @default none */
  readonly packages?: readonly string[];
  /** Findings of these kinds do not count. @default none */
  readonly allow?: readonly ScanRule[];
}

/** Something in the code of a plugin that the policy does not allow. */
export interface ScanFinding extends Omit<Fact, 'rule'> {
  readonly rule: ScanRule;
}

/** Holds what was seen against a policy, and against what the manifest says the plugin imports. */
export function judge(facts: readonly Fact[], policy: ImportPolicy, manifest: PluginManifest): readonly ScanFinding[] {
  const allowed = new Set(policy.allow);
  const declared = manifest.permissions?.imports ?? [];
  const needed = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));
  return facts.flatMap((fact): readonly ScanFinding[] => {
    if (allowed.has(fact.rule)) return [];
    if (fact.rule !== 'builtin' && fact.rule !== 'package') return [fact];
    const listed = fact.rule === 'builtin' ? policy.builtins : policy.packages;
    if (!isListed(fact.detail, listed ?? [])) return [fact];
    const isDeclared = isListed(fact.detail, declared) || needed.has(packageName(fact.detail));
    return isDeclared || allowed.has('undeclared') ? [] : [{ ...fact, rule: 'undeclared' }];
  });
}

/** One line for people: `dist/a.js:3:7 imports node:fs (builtin)`. */
export function describeFinding({ rule, detail, file, line, column }: ScanFinding): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place} ${sentences[rule]}: ${detail} (${rule})`;
}

const sentences: Readonly<Record<ScanRule, string>> = {
  builtin: 'imports a module of Node',
  package: 'imports another package',
  undeclared: 'imports what permissions.imports does not name',
  outside: 'imports from outside of its package',
  'dynamic-import': 'imports what is known only when it runs',
  'import-meta': 'finds modules by import.meta',
  require: 'loads what is known only when it runs',
  'create-require': 'makes a require function',
  'native-addon': 'brings machine code',
  eval: 'makes code out of text',
  'process-internals': 'reaches into Node',
  'computed-global': 'reaches global objects by computed names',
  unreadable: 'cannot be read',
};

function isListed(specifier: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const wanted =
      specifier.startsWith('node:') && !pattern.startsWith('node:') && pattern !== '*' ? `node:${pattern}` : pattern;
    if (wanted.endsWith('*')) return specifier.startsWith(wanted.slice(0, -1));
    return specifier === wanted || (!specifier.startsWith('node:') && packageName(specifier) === wanted);
  });
}
