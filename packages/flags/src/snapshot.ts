import { brokenFlag, CompiledFlag } from './compile/flag.ts';
import type { DialectFlag, DialectFlags, Shared } from './dialects/dialect.ts';
import { flagd } from './dialects/flagd.ts';
import type { FlagDefinition } from './document.ts';
import { FlagErrors } from './errors.ts';
import { isRecord, messageOf } from './json.ts';
import type { Settings } from './options.ts';
import { at, show, type FlagProblem } from './validate/problem.ts';

/** The flags of one document, ready to evaluate; it never changes. */
export interface Snapshot {
  readonly flags: ReadonlyMap<string, CompiledFlag>;
  /** What is quarantined, and why. */
  readonly problems: readonly FlagProblem[];
  readonly shared: Shared;
}

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
  const problems = [...dialect.validate(document)];
  if (!isRecord(document) || problems.some(isFatal)) throw invalid(problems, source.name);
  const flags = dialect.read(document, settings);
  problems.push(...overrideProblems(flags.definitions, settings));
  if (problems.length > 0 && onInvalid === 'reject') throw invalid(problems, source.name);
  const count = previous?.flags.size ?? 0;
  if (count > 0 && Object.keys(flags.definitions).length === 0 && !allowEmpty) {
    throw new FlagErrors.EMPTIED({ source: source.name, count });
  }
  return { flags: compileAll(flags, problems, previous, settings), problems, shared: flags.shared };
}

function parseJson(text: string, source: string): unknown {
  try {
    // Editors on Windows put a byte order mark before the text.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
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

function overrideProblems(definitions: Table, { overrides }: Settings): readonly FlagProblem[] {
  return Object.entries(definitions).flatMap(([key, definition]) => {
    const forced = isDefinition(definition) ? overrides.variantFor(key, definition) : undefined;
    if (forced === undefined || !isDefinition(definition) || Object.hasOwn(definition.variants, forced)) return [];
    const known = Object.keys(definition.variants).join(', ');
    const message = `is overridden with ${show(forced)}, which is no variant; there are ${known}`;
    return [{ path: at('flags', key), message, flag: key }];
  });
}

function compileAll(
  { definitions, compile }: DialectFlags,
  problems: readonly FlagProblem[],
  previous: Snapshot | undefined,
  { overrides }: Settings,
): ReadonlyMap<string, CompiledFlag> {
  const concerning = groupByFlag(problems);
  const compileOne = (key: string, definition: unknown): CompiledFlag => {
    const own = concerning.get(key) ?? [];
    const kept = own.length > 0 ? previous?.flags.get(key) : undefined;
    if (kept) return kept;
    const [worst] = own.filter(({ path }) => !path.startsWith(at(at('flags', key), 'targeting')));
    if (worst || !isDefinition(definition)) return brokenFlag(key, `${worst?.path} ${worst?.message}.`);
    return asCompiled(key, definition, compile(key, definition, overrides.variantFor(key, definition)));
  };
  return new Map(Object.entries(definitions).map(([key, definition]) => [key, compileOne(key, definition)]));
}

/** All flags are of one class, whatever dialect they come from, so that evaluating them stays fast. */
function asCompiled(key: string, definition: FlagDefinition, flag: DialectFlag): CompiledFlag {
  if (flag instanceof CompiledFlag) return flag;
  return new CompiledFlag(key, definition, undefined, () => (context) => flag.evaluate(context));
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
