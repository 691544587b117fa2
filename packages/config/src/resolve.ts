import type { LeafDefinition, Parsed } from './leaf.ts';
import { show, type Problem } from './problems.ts';
import type { Layers } from './read.ts';
import type { CompiledShape, Entry } from './shape.ts';
import type { Candidate, Source } from './sources/source.ts';

/** The value of one key, with the candidates that lost against it. */
export interface Resolved {
  readonly value: unknown;
  readonly source: () => string;
  /** Lost candidates, the strongest first. */
  readonly overridden: readonly Candidate[];
  /** True when no source gave the value. */
  readonly isDefault: boolean;
}

/** The values of all keys, by key. */
export type Values = ReadonlyMap<string, Resolved>;

/** The values of all keys, and everything that is wrong with them. */
export interface Resolution {
  readonly values: Values;
  readonly problems: readonly Problem[];
}

/** Validates the winner of each key. */
export async function resolveLayers(
  shape: CompiledShape,
  layers: Layers,
  sources: readonly Source[],
  cwd: string,
): Promise<Resolution> {
  const values = new Map<string, Resolved>();
  const problems = [...layers.problems];
  const entries = [...shape.entries.values()];
  // Nearly all keys are settled without waiting; the others wait side by side.
  const results = entries.map((entry) => resolveEntry(entry, layers.candidates.get(entry.key) ?? [], sources, cwd));
  const settled = results.some((result) => result instanceof Promise)
    ? await Promise.all(results.map(async (result) => result))
    : results;
  for (const [index, entry] of entries.entries()) {
    const result = settled[index];
    if (result === undefined || result instanceof Promise) continue;
    if ('message' in result) problems.push(result);
    else values.set(entry.key, result);
  }
  return { values, problems };
}

type Result = Resolved | Problem;

function resolveEntry(
  entry: Entry,
  candidates: readonly Candidate[],
  sources: readonly Source[],
  cwd: string,
): Result | Promise<Result> {
  const { fallback } = entry.leaf;
  const stacked = fallback === undefined ? candidates : [defaultCandidate(fallback.raw), ...candidates];
  const winner = stacked.at(-1);
  if (winner === undefined) return resolveMissing(entry, sources, cwd);
  const complete = (result: Result): Result =>
    'message' in result
      ? result
      : { ...result, overridden: stacked.slice(0, -1).toReversed(), isDefault: candidates.length === 0 };
  const result = resolveValue(entry, winner, cwd);
  return result instanceof Promise ? result.then(complete) : complete(result);
}

/** Validates one value for one key; a promise only if the leaf needs one. */
export function resolveValue(entry: Entry, candidate: Candidate, cwd: string): Result | Promise<Result> {
  const { leaf } = entry;
  const parsed = leaf.parse(candidate.raw, { text: candidate.text, cwd });
  if (!(parsed instanceof Promise) && leaf.check === undefined) return judge(entry, candidate, parsed);
  return judgeLater(entry, candidate, parsed);
}

async function judgeLater(
  entry: Entry,
  candidate: Candidate,
  parsing: Parsed<unknown> | Promise<Parsed<unknown>>,
): Promise<Result> {
  const parsed = await parsing;
  const unmet = 'value' in parsed ? await entry.leaf.check?.(parsed.value) : undefined;
  return unmet === undefined ? judge(entry, candidate, parsed) : wrongValue(entry, candidate, unmet);
}

function judge(entry: Entry, candidate: Candidate, parsed: Parsed<unknown>): Result {
  if ('value' in parsed) return { value: parsed.value, source: candidate.source, overridden: [], isDefault: false };
  const problem = wrongValue(entry, candidate, parsed.expected);
  // A suggestion may spell out what was given.
  const isQuiet = parsed.suggestion === undefined || entry.leaf.secret;
  return isQuiet ? problem : { ...problem, suggestion: parsed.suggestion };
}

async function resolveMissing(
  { leaf, key }: Entry,
  sources: readonly Source[],
  cwd: string,
): Promise<Resolved | Problem> {
  const missing: Resolved = { value: undefined, source: () => 'default', overridden: [], isDefault: true };
  if (leaf.optional) return missing;
  if (leaf.acceptsMissing === true) {
    const parsed = await leaf.parse(undefined, { text: false, cwd });
    if ('value' in parsed) return { ...missing, value: parsed.value };
  }
  return { key, source: '', message: `expected ${leaf.expected}, got nothing.${howToSet(key, sources)}` };
}

/** ` Set variable APP_DB_URL or flag --db.url.` */
export function howToSet(key: string, sources: readonly Source[]): string {
  const hints = sources.flatMap((source) => source.hint?.(key) ?? []);
  return hints.length === 0 ? '' : ` Set ${hints.join(' or ')}.`;
}

function defaultCandidate(raw: unknown): Candidate {
  return { raw, text: false, source: () => 'default' };
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
