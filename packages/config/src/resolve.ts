import { isLocal, type Environment } from './environment.ts';
import { failureName } from './failure.ts';
import type { LeafDefinition, Parsed } from './leaf.ts';
import { longestTimerMs } from './options.ts';
import { show, type Problem } from './problems.ts';
import type { Layers } from './read.ts';
import type { CompiledShape, Entry } from './shape.ts';
import type { Candidate, Source } from './sources/source.ts';

/** The value of one key, with the candidates that lost against it. */
export interface Resolved {
  readonly value: unknown;
  /** What gives the value when it is read again, where that is something else. */
  readonly input?: unknown;
  readonly source: () => string;
  /** Lost candidates, the strongest first. */
  readonly overridden: readonly Candidate[];
  /** True when no source gave the value. */
  readonly isDefault: boolean;
}

/** What gives the value when it is read again; nothing where a schema gives it for nothing. */
export function inputOf(resolved: Resolved): unknown {
  return 'input' in resolved ? resolved.input : resolved.value;
}

/** The values of all keys, by key. */
export type Values = ReadonlyMap<string, Resolved>;

/** The values of all keys, and everything that is wrong with them. */
export interface Resolution {
  readonly values: Values;
  readonly problems: readonly Problem[];
}

/** What the values depend on besides the layers. */
export interface Surroundings {
  readonly sources: readonly Source[];
  readonly cwd: string;
  /** Gives up on a check of a value after this long. */
  readonly timeoutMs: number;
  readonly environment: Environment;
  readonly defaults: KnownDefaults;
}

/** The defaults that were read already and are no objects: most keys have one, and it is the same at each reading. */
export type KnownDefaults = Map<Entry, { readonly cwd: string; readonly resolved: Resolved }>;

/** Validates the winner of each key; a promise only if a key needs one. */
export function resolveLayers(
  shape: CompiledShape,
  layers: Pick<Layers, 'candidates' | 'problems'>,
  surroundings: Surroundings,
): Resolution | Promise<Resolution> {
  const values = new Map<string, Resolved>();
  const problems = [...layers.problems];
  const take = (key: string, result: Result): void => {
    if ('message' in result) problems.push(result);
    else values.set(key, result);
  };
  const late: LateResult[] = [];
  for (const entry of shape.entries.values()) {
    const { key } = entry;
    const candidates = layers.candidates.get(key);
    const result =
      candidates === undefined ? resolveUntouched(entry, surroundings) : resolveEntry(entry, candidates, surroundings);
    // Nearly all keys are settled without waiting; the others wait side by side.
    if (result instanceof Promise) late.push({ key, result });
    else take(key, result);
  }
  if (late.length === 0) return { values, problems };
  const taken = Promise.all(late.map(async ({ key, result }) => take(key, await result)));
  return taken.then(() => ({ values, problems: inOrder(problems, shape) }));
}

interface LateResult {
  readonly key: string;
  readonly result: Promise<Result>;
}

const none: readonly Candidate[] = [];

/** Problems of keys in the order of the shape, after those of the sources. */
function inOrder(problems: readonly Problem[], { entries }: CompiledShape): readonly Problem[] {
  const places = new Map(Array.from(entries.keys(), (key, index) => [key, index]));
  const placeOf = ({ key }: Problem): number => places.get(key) ?? -1;
  return problems.toSorted((a, b) => placeOf(a) - placeOf(b));
}

export type Result = Resolved | Problem;

/** A key that no source says anything of. */
function resolveUntouched(entry: Entry, surroundings: Surroundings): Result | Promise<Result> {
  const { defaults, cwd } = surroundings;
  const known = defaults.get(entry);
  if (known !== undefined && known.cwd === cwd) return known.resolved;
  const result = resolveEntry(entry, none, surroundings);
  // A default for development is none elsewhere, and what is checked may have changed.
  const isFixed = entry.leaf.developmentOnly !== true && !(result instanceof Promise) && 'value' in result;
  if (isFixed && typeof result.value !== 'object') defaults.set(entry, { cwd, resolved: result });
  return result;
}

function resolveEntry(
  entry: Entry,
  candidates: readonly Candidate[],
  surroundings: Omit<Surroundings, 'defaults'>,
): Result | Promise<Result> {
  const { leaf } = entry;
  const given = candidates.at(-1);
  // A Standard Schema may mean something by null; for any other leaf it takes back what lower layers said.
  const isTakenBack = given?.raw === null && leaf.acceptsMissing !== true;
  if (given !== undefined && !isTakenBack) {
    return resolveValue(entry, given, surroundings, {
      overridden: lost(entry, candidates.slice(0, -1)),
      isDefault: false,
    });
  }
  const overridden = candidates.length === 0 ? none : candidates.toReversed();
  if (leaf.fallback === undefined || (leaf.developmentOnly === true && !isLocal(surroundings.environment))) {
    return resolveMissing(entry, overridden, surroundings);
  }
  return resolveValue(entry, defaultCandidate(leaf.fallback.raw), surroundings, { overridden, isDefault: true });
}

/** What the winner overrides, the strongest first. */
function lost({ leaf: { fallback } }: Entry, candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length === 0 && fallback === undefined) return none;
  const overridden = candidates.toReversed();
  if (fallback !== undefined) overridden.push(defaultCandidate(fallback.raw));
  return overridden;
}

/** What a single value depends on. */
export type ValueContext = Pick<Surroundings, 'cwd' | 'timeoutMs'>;

type Rank = Pick<Resolved, 'overridden' | 'isDefault'>;
const alone: Rank = { overridden: none, isDefault: false };

/** Validates one value for one key; a promise only if the leaf needs one. */
export function resolveValue(
  entry: Entry,
  candidate: Candidate,
  { cwd, timeoutMs }: ValueContext,
  rank: Rank = alone,
): Result | Promise<Result> {
  const { leaf } = entry;
  const parsed = leaf.parse(candidate.raw, { text: candidate.text, cwd });
  if (!(parsed instanceof Promise) && leaf.check === undefined) return judge(entry, candidate, parsed, rank);
  return inTime(entry, candidate.source, timeoutMs, async () => judgeLater(entry, candidate, parsed, rank));
}

/**
 * What is asked may be foreign code: it may throw, and then its message may quote the value, or hang, and then nothing
 * would start and no later change would get its turn.
 */
async function inTime(
  { key, leaf }: Entry,
  source: () => string,
  timeoutMs: number,
  ask: () => Promise<Result>,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const unchecked = (why: string): Problem => ({
    key,
    source: source(),
    message: `expected ${leaf.expected}, and could not be checked (${why}).`,
  });
  const late = new Promise<Problem>((resolve) => {
    const giveUp = (): void => resolve(unchecked(`no answer within ${timeoutMs} ms`));
    timer = setTimeout(giveUp, Math.min(timeoutMs, longestTimerMs));
  });
  try {
    return await Promise.race([ask().catch((error: unknown) => unchecked(failureName(error))), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function judgeLater(
  entry: Entry,
  candidate: Candidate,
  parsing: Parsed<unknown> | Promise<Parsed<unknown>>,
  rank: Rank,
): Promise<Result> {
  const parsed = await parsing;
  const unmet = 'value' in parsed ? await entry.leaf.check?.(parsed.value) : undefined;
  return unmet === undefined ? judge(entry, candidate, parsed, rank) : wrongValue(entry, candidate, unmet);
}

function judge(entry: Entry, candidate: Candidate, parsed: Parsed<unknown>, rank: Rank): Result {
  if ('value' in parsed) {
    const { overridden, isDefault } = rank;
    const resolved = { value: parsed.value, source: candidate.source, overridden, isDefault };
    return 'input' in parsed ? { ...resolved, input: parsed.input } : resolved;
  }
  const problem = wrongValue(entry, candidate, parsed.expected);
  // A suggestion may spell out what was given.
  const isQuiet = parsed.suggestion === undefined || entry.leaf.secret;
  return isQuiet ? problem : { ...problem, suggestion: parsed.suggestion };
}

/** A key that has no value, and no default of its own. */
export async function resolveMissing(
  entry: Entry,
  overridden: readonly Candidate[],
  { sources, cwd, timeoutMs }: Omit<Surroundings, 'defaults' | 'environment'>,
): Promise<Result> {
  const { leaf, key } = entry;
  const missing: Resolved = { value: undefined, source: fromDefault, overridden, isDefault: true };
  if (leaf.optional) return missing;
  const nothing = { key, source: '', message: `expected ${leaf.expected}, got nothing.${howToSet(key, sources)}` };
  if (leaf.acceptsMissing !== true) return nothing;
  return inTime(entry, fromDefault, timeoutMs, async () => {
    const parsed = await leaf.parse(undefined, { text: false, cwd });
    if (!('value' in parsed)) return nothing;
    const { value } = parsed;
    return 'input' in parsed ? { ...missing, value, input: parsed.input } : { ...missing, value };
  });
}

/** ` Set variable APP_DB_URL or flag --db.url.` */
export function howToSet(key: string, sources: readonly Source[]): string {
  const hints = sources.flatMap((source) => source.hint?.(key) ?? []);
  return hints.length === 0 ? '' : ` Set ${hints.join(' or ')}.`;
}

const fromDefault = (): string => 'default';

function defaultCandidate(raw: unknown): Candidate {
  return { raw, text: false, source: fromDefault };
}

function wrongValue({ key, leaf }: Entry, candidate: Candidate, expected: string): Problem {
  return {
    key,
    source: candidate.source(),
    message: `expected ${expected}, got ${showUnlessSecret(leaf, candidate.raw)}.`,
  };
}

function showUnlessSecret(leaf: LeafDefinition<unknown>, raw: unknown): string {
  return leaf.secret ? '[redacted]' : show(raw);
}
