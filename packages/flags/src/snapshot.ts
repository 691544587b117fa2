import { brokenFlag, CompiledFlag, missingFlag } from './compile/flag.ts';
import type { DialectFlag, DialectFlags, Shared } from './dialects/dialect.ts';
import { flagd } from './dialects/flagd.ts';
import type { FlagDefinition } from './document.ts';
import { FlagTable } from './flag-table.ts';
import { FlagErrors } from './errors.ts';
import { isRecord, messageOf } from './json.ts';
import type { Settings } from './options.ts';
import { at, show, type FlagProblem } from './validate/problem.ts';

/** The flags of one document, ready to evaluate; it never changes. */
export interface Snapshot {
  readonly flags: FlagTable;
  /** What is quarantined, and why. */
  readonly problems: readonly FlagProblem[];
  readonly shared: Shared;
}

/** Before the first load. */
export const emptySnapshot: Snapshot = {
  flags: new FlagTable({}, missingFlag),
  problems: [],
  shared: { evaluators: '', metadata: '' },
};

type Table = Readonly<Record<string, unknown>>;

/**
 * Makes flags of a JSON text.
 *
 * @throws NOT_JSON; INVALID_DOCUMENT with every problem; EMPTIED.
 */
export async function buildSnapshot(
  text: string,
  previous: Snapshot | undefined,
  settings: Settings,
): Promise<Snapshot> {
  const { source, onInvalid, allowEmpty } = settings;
  const { dialect = flagd } = source;
  const document = parseJson(text, source.name);
  await dialect.prepare?.(document);
  const problems = Array.from(dialect.validate(document));
  if (!isRecord(document) || problems.some(isFatal)) throw invalid(problems, source.name);
  // An evaluation sees one set of flags: rules that ask for others find them in the same table.
  const findFlag = (key: string): CompiledFlag | undefined => table.get(key);
  const { context, bucketing } = settings;
  const flags = dialect.read(document, { context, bucketing, findFlag });
  const forced = forcedVariants(flags.definitions, settings);
  problems.push(...overrideProblems(flags.definitions, forced));
  if (problems.length > 0 && onInvalid === 'reject') throw invalid(problems, source.name);
  const table: FlagTable = tableOf(flags, problems, previous, forced);
  const count = previous?.flags.keys.length ?? 0;
  if (count > 0 && table.keys.length === 0 && !allowEmpty) {
    throw new FlagErrors.EMPTIED({ source: source.name, count });
  }
  return { flags: table, problems, shared: flags.shared };
}

function parseJson(text: string, source: string): unknown {
  try {
    // Editors on Windows put a byte order mark before the text.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    const detail = text.trim() === '' ? 'there is no text' : messageOf(cause);
    throw new FlagErrors.NOT_JSON({ source, detail }, { cause });
  }
}

/** A problem of one flag or one shared rule can be quarantined; any other concerns the whole document. */
function isFatal({ flag, evaluator }: FlagProblem): boolean {
  return flag === undefined && evaluator === undefined;
}

function invalid(problems: readonly FlagProblem[], source: string): Error {
  const list = problems.map(({ path, message }) => (path === '' ? `- ${message}` : `- ${path} ${message}`)).join('\n');
  return new FlagErrors.INVALID_DOCUMENT({ source, list, problems });
}

/** Which variants overrides demand, by key. Asked at once: an environment may be another one later. */
function forcedVariants(definitions: Table, { overrides }: Settings): ReadonlyMap<string, string> {
  const forced = new Map<string, string>();
  if (!overrides) return forced;
  for (const key of Object.keys(definitions)) {
    const definition = definitions[key];
    const variant = isDefinition(definition) ? overrides.variantFor(key, definition) : undefined;
    if (variant !== undefined) forced.set(key, variant);
  }
  return forced;
}

function overrideProblems(definitions: Table, forced: ReadonlyMap<string, string>): readonly FlagProblem[] {
  return Array.from(forced).flatMap(([key, variant]) => {
    const definition = definitions[key];
    if (!isDefinition(definition) || Object.hasOwn(definition.variants, variant)) return [];
    const known = Object.keys(definition.variants).join(', ');
    const message = `is overridden with ${show(variant)}, which is no variant; there are ${known}`;
    return [{ path: at('flags', key), message, flag: key }];
  });
}

function tableOf(
  { definitions, compile }: DialectFlags,
  problems: readonly FlagProblem[],
  previous: Snapshot | undefined,
  forced: ReadonlyMap<string, string>,
): FlagTable {
  const compileOne = (key: string): CompiledFlag => {
    const definition = definitions[key];
    if (!isDefinition(definition)) return brokenFlag(key, `${at('flags', key)} is no flag.`);
    return asCompiled(key, definition, compile(key, definition, forced.get(key)));
  };
  const findFlag = (key: string): CompiledFlag => table.get(key) ?? missingFlag(key);
  // Made at once: a flag that is asked for later must not need the flags before it.
  const known = new Map<string, CompiledFlag>();
  for (const [key, own] of groupByFlag(problems)) {
    if (!Object.hasOwn(definitions, key)) continue;
    const [worst] = own.filter(({ path }) => !path.startsWith(at(at('flags', key), 'targeting')));
    const kept = previous?.flags.get(key)?.linkedTo(findFlag);
    known.set(key, kept ?? (worst ? brokenFlag(key, `${worst.path} ${worst.message}.`) : compileOne(key)));
  }
  const table = new FlagTable(definitions, compileOne, known);
  return table;
}

/** All flags are of one class, whatever dialect they come from, so that evaluating them stays fast. */
function asCompiled(key: string, definition: FlagDefinition, flag: DialectFlag): CompiledFlag {
  if (flag instanceof CompiledFlag) return flag;
  return new CompiledFlag(key, definition, undefined, () => ({
    decide: (context) => flag.evaluate(context),
    failed: (error) => brokenFlag(key, `The dialect failed at flag "${key}": ${messageOf(error)}.`).evaluate(undefined),
  }));
}

function groupByFlag(problems: readonly FlagProblem[]): ReadonlyMap<string, readonly FlagProblem[]> {
  const groups = new Map<string, FlagProblem[]>();
  for (const problem of problems) {
    if (problem.flag === undefined) continue;
    const group = groups.get(problem.flag);
    if (group) group.push(problem);
    else groups.set(problem.flag, [problem]);
  }
  return groups;
}

/** Enough to compile; the rest has been validated. */
function isDefinition(value: unknown): value is FlagDefinition {
  return (
    isRecord(value) && isRecord(value['variants']) && (value['state'] === 'ENABLED' || value['state'] === 'DISABLED')
  );
}
