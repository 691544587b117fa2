// The same flags in the format of each side, and the same subjects.

/** What a flag of the benchmark decides by. */
export type Kind = 'plain' | 'one rule' | 'ten rules' | 'fractional';

export interface Named {
  readonly key: string;
  readonly kind: Kind;
}

/** A subject, as each side wants to see it. */
export interface Subject {
  readonly id: string;
  readonly email: string;
  readonly country: string;
}

export const kinds: readonly Kind[] = ['plain', 'one rule', 'ten rules', 'fractional'];

const countries = ['NO', 'SE', 'DK', 'FI', 'IS', 'DE', 'NL', 'BE', 'FR', 'ES'];
const elsewhere = ['BR', 'JP', 'KE', 'NZ', 'US', 'CA'];
const ending = '@example.com';

export const subjects: readonly Subject[] = Array.from({ length: 64 }, (_, index) => ({
  id: `user-${index * 7919}`,
  email: `user-${index}${index % 2 === 0 ? ending : '@elsewhere.org'}`,
  country: [...countries, ...elsewhere][index % 16] ?? 'NO',
}));

/** So many flags; two in four are plain, as most flags of a program are. */
export function namedFlags(count: number): readonly Named[] {
  const mix: readonly Kind[] = ['plain', 'one rule', 'plain', 'fractional'];
  return Array.from({ length: count }, (_, index) => ({
    key: `flag-${index}`,
    kind: mix[index % mix.length] ?? 'plain',
  }));
}

/** One flag of each kind, under the name of its kind. */
export const oneOfEach: readonly Named[] = kinds.map((kind) => ({ key: kind, kind }));

export function flagdDocument(flags: readonly Named[]): string {
  return JSON.stringify({ flags: Object.fromEntries(flags.map(({ key, kind }) => [key, flagdFlag(kind)])) });
}

function flagdFlag(kind: Kind): object {
  const base = {
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: kind === 'plain' ? 'on' : 'off',
  };
  const isIn = (country: string): object => ({ '==': [{ var: 'country' }, country] });
  const targeting = {
    plain: undefined,
    'one rule': { if: [{ ends_with: [{ var: 'email' }, ending] }, 'on', 'off'] },
    'ten rules': { if: [...countries.flatMap((country, index) => [isIn(country), index % 2 ? 'off' : 'on']), 'off'] },
    fractional: {
      fractional: [
        ['on', 50],
        ['off', 50],
      ],
    },
  }[kind];
  return targeting ? { ...base, targeting } : base;
}

export function unleashState(flags: readonly Named[]): string {
  return JSON.stringify({ version: 2, features: flags.map(unleashFeature) });
}

/** With every property that the server sends. */
function unleashFeature({ key, kind }: Named): object {
  const strategy = (name: string, parameters: object, constraints: readonly object[]): object => ({
    name,
    constraints,
    parameters,
    variants: [],
  });
  const constraint = (contextName: string, operator: string, value: string): object => ({
    contextName,
    operator,
    values: [value],
    caseInsensitive: false,
    inverted: false,
  });
  const strategies = {
    plain: [strategy('default', {}, [])],
    'one rule': [strategy('default', {}, [constraint('email', 'STR_ENDS_WITH', ending)])],
    'ten rules': countries.map((country) => strategy('default', {}, [constraint('country', 'IN', country)])),
    fractional: [strategy('flexibleRollout', { groupId: key, rollout: '50', stickiness: 'userId' }, [])],
  }[kind];
  const described = { description: null, project: 'default', type: 'release' };
  return { strategies, impressionData: false, enabled: true, name: key, ...described, stale: false, variants: [] };
}

export function growthbookFeatures(flags: readonly Named[]): string {
  return JSON.stringify(Object.fromEntries(flags.map(({ key, kind }) => [key, growthbookFeature(key, kind)])));
}

function growthbookFeature(key: string, kind: Kind): object {
  const rules = {
    plain: [],
    'one rule': [{ condition: { email: { $regex: '@example\\.com$' } }, force: true }],
    'ten rules': countries.map((country, index) => ({ condition: { country }, force: index % 2 === 0 })),
    fractional: [{ force: true, coverage: 0.5, hashAttribute: 'id', seed: key }],
  }[kind];
  return { defaultValue: kind === 'plain', rules };
}

export function launchdarklyData(flags: readonly Named[]): string {
  return JSON.stringify({
    flags: Object.fromEntries(flags.map(({ key, kind }) => [key, launchdarklyFlag(key, kind)])),
  });
}

function launchdarklyFlag(key: string, kind: Kind): object {
  const rule = (attribute: string, op: string, value: string, index: number): object => ({
    id: `rule-${index}`,
    variation: index % 2,
    clauses: [{ attribute, op, values: [value], negate: false }],
  });
  const rules = {
    plain: [],
    'one rule': [rule('email', 'endsWith', ending, 0)],
    'ten rules': countries.map((country, index) => rule('country', 'in', country, index)),
    fractional: [],
  }[kind];
  const halves = {
    variations: [
      { variation: 0, weight: 50_000 },
      { variation: 1, weight: 50_000 },
    ],
  };
  const fallthrough = kind === 'fractional' ? { rollout: halves } : { variation: kind === 'plain' ? 0 : 1 };
  const more = { version: 1, offVariation: 1, salt: key, targets: [], prerequisites: [] };
  return { key, on: true, variations: [true, false], rules, fallthrough, ...more };
}

/** What OpenFeature's in-memory provider takes: a rule is a function of the program. */
export function openfeatureFlags(flags: readonly Named[]): Record<string, OpenFeatureFlag> {
  return Object.fromEntries(flags.map(({ key, kind }) => [key, openfeatureFlag(kind)]));
}

export interface OpenFeatureFlag {
  readonly variants: { readonly on: boolean; readonly off: boolean };
  readonly defaultVariant: 'on' | 'off';
  readonly disabled: boolean;
  readonly contextEvaluator?: (context: Readonly<Record<string, unknown>>) => 'on' | 'off';
}

function openfeatureFlag(kind: Kind): OpenFeatureFlag {
  const base = { variants: { on: true, off: false }, disabled: false } as const;
  if (kind === 'plain' || kind === 'fractional') return { ...base, defaultVariant: 'on' };
  const isOn = (context: Readonly<Record<string, unknown>>): boolean => {
    const { email, country } = context;
    if (kind === 'one rule') return typeof email === 'string' && email.endsWith(ending);
    return typeof country === 'string' && countries.indexOf(country) % 2 === 0;
  };
  return { ...base, defaultVariant: 'off', contextEvaluator: (context) => (isOn(context) ? 'on' : 'off') };
}
