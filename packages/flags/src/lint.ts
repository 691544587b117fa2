import { isList, isRecord } from './json.ts';
import { validateFlags } from './validate/document.ts';
import { prerequisitesIn } from './validate/prerequisites.ts';
import { at } from './validate/problem.ts';

/** One thing to look at in a document. */
export interface FlagFinding {
  readonly rule:
    'invalid' | 'no-owner' | 'no-expiry' | 'expired' | 'never-evaluated' | 'one-variant' | 'unreachable' | 'weights';
  readonly path: string;
  readonly message: string;
  /** Undefined for what concerns the whole document. */
  readonly flag?: string;
}

export interface StaleOptions {
  /** What "expired" is measured by. @default now */
  readonly now?: Date;
  /** The keys that were evaluated; without it, no flag is called unused. */
  readonly evaluated?: ReadonlySet<string>;
}

/** Kinds of flags that are meant to stay. */
const lasting: ReadonlySet<unknown> = new Set(['permanent', 'kill-switch', 'operational', 'permission']);

/**
 * What is wrong or careless in a parsed document: every problem of `validateFlags`, flags without `owner` or `expiry` in
 * their metadata, branches that no context reaches, and written weights that do not add up to 100 or to a power of ten above.
 */
export function lintFlags(document: unknown): readonly FlagFinding[] {
  const invalid = validateFlags(document).map(({ path, message, flag }): FlagFinding => ({
    rule: 'invalid',
    path,
    message,
    ...(flag !== undefined && { flag }),
  }));
  return [...invalid, ...eachFlag(document, lintFlag)];
}

/** Flags to remove: past their `expiry`, with one variant for everybody, or neither evaluated nor asked for by a rule. */
export function staleFlags(document: unknown, options: StaleOptions = {}): readonly FlagFinding[] {
  const { now = new Date(), evaluated } = options;
  const asked = new Set(prerequisitesIn(document, '').map(({ key }) => key));
  return eachFlag(document, (flag, tell) => {
    const { expiry, kind } = metadataOf(flag);
    const expiresAt = typeof expiry === 'string' ? Date.parse(expiry) : Number.NaN;
    if (expiresAt <= now.getTime()) tell('expired', 'metadata.expiry', `was to be removed by ${String(expiry)}`);
    if (lasting.has(kind)) return;
    const only = onlyVariant(flag);
    if (only !== undefined) tell('one-variant', 'targeting', `gives everybody ${JSON.stringify(only)}`);
    if (evaluated && !evaluated.has(tell.key) && !asked.has(tell.key)) tell('never-evaluated', '', 'was not evaluated');
  });
}

interface Tell {
  (rule: FlagFinding['rule'], part: string, message: string): void;
  readonly key: string;
}

type Flag = Readonly<Record<string, unknown>>;

function eachFlag(document: unknown, look: (flag: Flag, tell: Tell) => void): readonly FlagFinding[] {
  const findings: FlagFinding[] = [];
  const flags = isRecord(document) ? document['flags'] : undefined;
  if (!isRecord(flags)) return findings;
  for (const [key, flag] of Object.entries(flags)) {
    if (!isRecord(flag)) continue;
    const path = at('flags', key);
    const note = (rule: FlagFinding['rule'], part: string, message: string): void =>
      void findings.push({ rule, path: part === '' ? path : `${path}.${part}`, message, flag: key });
    look(flag, Object.assign(note, { key }));
  }
  return findings;
}

function lintFlag(flag: Flag, tell: Tell): void {
  const { owner, expiry, kind } = metadataOf(flag);
  if (typeof owner !== 'string' || owner === '')
    tell('no-owner', 'metadata.owner', 'is missing; name who decides about it');
  if (!lasting.has(kind) && (typeof expiry !== 'string' || Number.isNaN(Date.parse(expiry)))) {
    tell(
      'no-expiry',
      'metadata.expiry',
      `is no date; write one, or "kind": ${[...lasting].map((name) => JSON.stringify(name)).join(' or ')}`,
    );
  }
  lintRule(flag['targeting'], 'targeting', tell);
}

function lintRule(rule: unknown, path: string, tell: Tell): void {
  if (isList(rule)) {
    for (const [index, part] of rule.entries()) lintRule(part, at(path, index), tell);
  } else if (isRecord(rule)) {
    for (const [name, args] of Object.entries(rule)) {
      if (name === 'if' && isList(args)) lintBranches(args, at(path, name), tell);
      if (name === 'fractional' && isList(args)) lintWeights(args, at(path, name), tell);
      lintRule(args, at(path, name), tell);
    }
  }
}

function lintBranches(args: readonly unknown[], path: string, tell: Tell): void {
  for (let index = 0; index + 1 < args.length; index += 2) {
    const condition = args[index];
    if (typeof condition === 'object' && condition !== null) continue;
    if (!condition) tell('unreachable', at(path, index + 1), 'is never reached: its condition is never true');
    else if (index + 2 < args.length) {
      tell('unreachable', at(path, index + 2), 'is never reached: the condition before it is always true');
      return;
    }
  }
}

function lintWeights(args: readonly unknown[], path: string, tell: Tell): void {
  const weights = args.filter(isList).map((bucket) => bucket[1]);
  if (weights.length < 2 || !weights.every((weight) => typeof weight === 'number')) return;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isUsual = total === 100 || (total > 100 && /^10*$/.test(String(total)));
  if (!isUsual) tell('weights', path, `has weights of ${total} in all, not 100: its numbers are no percentages`);
}

/** The variant that everybody gets, if that can be seen without a context. */
function onlyVariant({ state, targeting, defaultVariant }: Flag): unknown {
  if (state === 'DISABLED' || typeof defaultVariant !== 'string') return undefined;
  if (targeting === undefined || (isRecord(targeting) && Object.keys(targeting).length === 0)) return defaultVariant;
  const outcomes = outcomesOf(targeting);
  const [first] = outcomes;
  return outcomes.every((outcome) => (outcome ?? defaultVariant) === (first ?? defaultVariant))
    ? (first ?? defaultVariant)
    : undefined;
}

const computed = Symbol('computed');

function outcomesOf(rule: unknown): readonly unknown[] {
  if (rule === null || typeof rule === 'string') return [rule];
  if (!isRecord(rule)) return [computed, null];
  const { if: branches, fractional: buckets } = rule;
  if (isList(branches)) {
    const results = branches.filter(
      (_, index) => index % 2 === 1 || (index === branches.length - 1 && index % 2 === 0),
    );
    return [...results.flatMap(outcomesOf), ...(branches.length % 2 === 0 ? [null] : [])];
  }
  if (isList(buckets)) {
    return buckets.filter(isList).flatMap(([variant, weight]) => (weight === 0 ? [] : outcomesOf(variant)));
  }
  return [computed, null];
}

function metadataOf({ metadata }: Flag): Flag {
  return isRecord(metadata) ? metadata : {};
}
