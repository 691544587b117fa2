import validRange from 'semver/ranges/valid.js';
import { PluginErrors } from '../errors.ts';
import { isTierName, tierNames, type TierName } from '../isolation/tier.ts';
import type { ScanRule } from '../scan/facts.ts';
import type { ImportPolicy } from '../scan/judge.ts';
import { isRecord } from '../manifest-values.ts';
import { quoted } from './refuse-archive.ts';

/** What was proved about a plugin, from least to most. */
export type TrustLevel = 'unsigned' | 'registry' | 'publisher';

/** What a host asks of plugins before it loads them. A JSON file, or an object. */
export interface TrustPolicy {
  /** `warn` loads all the same, as `unsigned`, and tells. @default 'required' */
  readonly mode: 'required' | 'warn';
  /** Plugins below this level are refused. @default 'publisher' */
  readonly minimum: TrustLevel;
  /** Plugin ids, or the beginning of ids and a star, to the ids of the keys that may publish them. The longest match counts. */
  readonly publishers: Readonly<Record<string, readonly string[]>>;
  /** How many of those keys have to have signed. @default 1 */
  readonly threshold: number;
  /** Whether the registry has to have signed as well. @default 'optional' */
  readonly registry: 'required' | 'optional';
  /** The range that the API range of a plugin has to lie in. */
  readonly api?: string;
  /** The least strict tier for each level. @default { unsigned: 'wasm', registry: 'process', publisher: 'inline' } */
  readonly isolation: Readonly<Record<TrustLevel, TierName>>;
  /** What the code of plugins may do; `mode` is that of the policy unless it has its own. */
  readonly imports: ImportPolicy & { readonly mode?: 'required' | 'warn' };
}

/** As it is written: what has a default may be left out. */
export type TrustPolicyInput = Partial<Omit<TrustPolicy, 'isolation'>> & {
  readonly isolation?: Partial<TrustPolicy['isolation']>;
};

/** Reads a policy from JSON text or from an object, and fills in what is left out. @throws POLICY_INVALID with all problems */
export function parseTrustPolicy(input: string | TrustPolicyInput): TrustPolicy {
  const value: unknown = typeof input === 'string' ? parseText(input) : input;
  const problems = policyProblems(value);
  if (problems.length > 0) throw invalid(problems);
  const policy = value as TrustPolicyInput;
  const { mode = 'required', minimum = 'publisher', publishers = {}, threshold = 1, registry = 'optional' } = policy;
  return {
    mode,
    minimum,
    publishers,
    threshold,
    registry,
    ...(policy.api !== undefined && { api: policy.api }),
    isolation: { unsigned: 'wasm', registry: 'process', publisher: 'inline', ...policy.isolation },
    imports: policy.imports ?? {},
  };
}

/** The ids of the keys that may publish a plugin; none if no name matches. */
export function publishersOf(id: string, { publishers }: TrustPolicy): readonly string[] {
  if (Object.hasOwn(publishers, id)) return publishers[id] ?? [];
  const matches = Object.keys(publishers).filter((name) => name.endsWith('*') && id.startsWith(name.slice(0, -1)));
  const longest = matches.toSorted((one, other) => other.length - one.length)[0];
  return longest === undefined ? [] : (publishers[longest] ?? []);
}

const levels: readonly TrustLevel[] = ['unsigned', 'registry', 'publisher'];
/** Whether what was proved is as much as is asked for. */
export function isEnough(proved: TrustLevel, minimum: TrustLevel): boolean {
  return levels.indexOf(proved) >= levels.indexOf(minimum);
}

const modes = ['required', 'warn'];
const names = ['mode', 'minimum', 'publishers', 'threshold', 'registry', 'api', 'isolation', 'imports'];
const rules: readonly ScanRule[] = [
  'builtin',
  'package',
  'undeclared',
  'outside',
  'dynamic-import',
  'import-meta',
  'require',
  'create-require',
  'native-addon',
  'eval',
  'process-internals',
  'computed-global',
  'unreadable',
];

function policyProblems(value: unknown): readonly string[] {
  if (!isRecord(value)) return [`it is ${show(value)}, and an object is expected`];
  const { mode, minimum, threshold, registry, api, publishers, isolation, imports } = value;
  return [
    ...unknown('', value, names),
    ...oneOf('mode', mode, modes),
    ...oneOf('minimum', minimum, levels),
    ...oneOf('registry', registry, ['required', 'optional']),
    ...expect('threshold', threshold, isCount(threshold), 'a whole number above 0'),
    ...expect('api', api, typeof api === 'string' && validRange(api) !== null, 'a semver range'),
    ...publisherProblems(publishers, isCount(threshold) ? Number(threshold) : 1),
    ...isolationProblems(isolation),
    ...importProblems(imports),
  ];
}

function publisherProblems(publishers: unknown, threshold: number): readonly string[] {
  if (publishers === undefined) return [];
  if (!isRecord(publishers))
    return [`\`publishers\` is ${show(publishers)}, and an object of names to keys is expected`];
  return Object.entries(publishers).flatMap(([name, keys]) => {
    const where = `publishers[${quoted(name)}]`;
    if (!/^[^*]*\*?$/.test(name) || name === '')
      return [`\`${where}\` has a name that is no plugin id, or the beginning of one and a star`];
    if (!isKeyIds(keys))
      return [`\`${where}\` is ${show(keys)}, and a list of key ids (64 hexadecimal digits) is expected`];
    return keys.length < threshold
      ? [`\`${where}\` has ${keys.length} keys, and \`threshold\` asks for ${threshold}`]
      : [];
  });
}

function isolationProblems(isolation: unknown): readonly string[] {
  if (isolation === undefined) return [];
  if (!isRecord(isolation))
    return [`\`isolation\` is ${show(isolation)}, and an object of levels to tiers is expected`];
  const given = levels.filter((level) => Object.hasOwn(isolation, level));
  return [
    ...unknown('isolation.', isolation, levels),
    ...given
      .filter((level) => !isTierName(isolation[level]))
      .map(
        (level) =>
          `\`isolation.${level}\` is ${show(isolation[level])}, and one of ${tierNames.join(', ')} is expected`,
      ),
  ];
}

function importProblems(imports: unknown): readonly string[] {
  if (imports === undefined) return [];
  if (!isRecord(imports)) return [`\`imports\` is ${show(imports)}, and an object is expected`];
  const { mode, builtins, packages, allow } = imports;
  const isRules = isTexts(allow) && allow.every((rule) => rules.some((known) => known === rule));
  return [
    ...unknown('imports.', imports, ['mode', 'builtins', 'packages', 'allow']),
    ...oneOf('imports.mode', mode, modes),
    ...expect('imports.builtins', builtins, isTexts(builtins), 'a list of names'),
    ...expect('imports.packages', packages, isTexts(packages), 'a list of names'),
    ...expect('imports.allow', allow, isRules, `a list of ${rules.join(', ')}`),
  ];
}

function unknown(where: string, value: Readonly<Record<string, unknown>>, known: readonly string[]): readonly string[] {
  const others = Object.keys(value).filter((name) => !known.includes(name));
  return others.map((name) => `\`${where}${name}\` is unknown; it knows ${known.join(', ')}`);
}

function oneOf(where: string, value: unknown, known: readonly string[]): readonly string[] {
  return expect(where, value, typeof value === 'string' && known.includes(value), `one of ${known.join(', ')}`);
}

function expect(where: string, value: unknown, holds: boolean, expected: string): readonly string[] {
  return value === undefined || holds ? [] : [`\`${where}\` is ${show(value)}, and ${expected} is expected`];
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 1;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isKeyIds(value: unknown): value is readonly string[] {
  return isTexts(value) && value.every((each) => /^[0-9a-f]{64}$/.test(each)) && new Set(value).size === value.length;
}

function show(value: unknown): string {
  return quoted(JSON.stringify(value) ?? String(value))
    .slice(1, -1)
    .replaceAll('\\"', '"');
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid([`it is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`], cause);
  }
}

function invalid(problems: readonly string[], cause?: unknown): Error {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  return new PluginErrors.POLICY_INVALID({ count: problems.length, list }, cause === undefined ? {} : { cause });
}
