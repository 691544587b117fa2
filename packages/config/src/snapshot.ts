import type { Environment } from './environment.ts';
import { ConfigErrors } from './errors.ts';
import { deepFreeze } from './freeze.ts';
import { checkNodeVersion } from './node-version.ts';
import { formatProblems, type Problem } from './problems.ts';
import { readLayers, untilAborted, type Layers } from './read.ts';
import { checkRules, type AnyRule } from './rules.ts';
import { isSecret } from './secret.ts';
import { howToSet, resolveLayers, type KnownDefaults, type Resolution, type Values } from './resolve.ts';
import type { CompiledShape, Group } from './shape.ts';
import type { Source } from './sources/source.ts';

/** A complete, valid configuration at one moment. */
export interface Snapshot {
  readonly values: Values;
  /** The same values as frozen nested objects. */
  readonly tree: unknown;
  /** When to read again at the latest, in milliseconds: a source holds something that expires. */
  readonly refreshAfterMs?: number | undefined;
}

/** Everything that is needed to make a snapshot, again and again. */
export interface SnapshotPlan {
  readonly shape: CompiledShape;
  readonly sources: readonly Source[];
  readonly environment: Environment;
  readonly cwd: string;
  /** Gives up on a source, and on a check of a value, after this long. */
  readonly timeoutMs: number;
  /** The range of Node versions that may run this, if it matters. */
  readonly node: string | undefined;
  readonly defaults: KnownDefaults;
  /** What must hold between keys. */
  readonly rules: readonly AnyRule[];
  /** The keys that a default is not good enough for, here. */
  readonly required: readonly string[];
}

/**
 * Reads all sources and validates everything; a promise only if something has to be waited for.
 *
 * @throws seaworthy.config.INVALID with all problems.
 */
export function takeSnapshot(plan: SnapshotPlan, signal?: AbortSignal): Snapshot | Promise<Snapshot> {
  const { shape, sources, environment, cwd, timeoutMs } = plan;
  const reading = readLayers(sources, { shape, environment, cwd, signal }, timeoutMs);
  if (!(reading instanceof Promise)) return resolve(plan, reading, signal);
  return reading.then((layers) => resolve(plan, layers, signal));
}

function resolve(plan: SnapshotPlan, layers: Layers, signal: AbortSignal | undefined): Snapshot | Promise<Snapshot> {
  const resolving = resolveLayers(plan.shape, layers, plan);
  if (!(resolving instanceof Promise)) return judge(plan, layers, resolving);
  const unlessAborted = signal === undefined ? resolving : untilAborted(resolving, signal);
  return unlessAborted.then((resolution) => judge(plan, layers, resolution));
}

function judge(plan: SnapshotPlan, layers: Layers, resolution: Resolution): Snapshot {
  const { shape, environment, rules } = plan;
  const { values } = resolution;
  const problems = checkSurroundings(plan).concat(
    resolution.problems,
    checkRules(shape, values, rules, environment),
    checkRequired(plan, resolution),
    refuseDevelopmentDefaults(plan, layers),
  );
  if (problems.length > 0) throw invalid(problems);
  return { values, tree: buildTree(shape.root, values), refreshAfterMs: layers.refreshAfterMs };
}

/** The one error that carries all problems. */
export function invalid(problems: readonly Problem[]): Error {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new ConfigErrors.INVALID({ count, list: formatProblems(problems), problems });
}

/** The values as frozen objects, nested as the shape is. */
export function buildTree(group: Group, values: Values): Readonly<Record<string, unknown>> {
  const tree: Record<string, unknown> = {};
  group.members.forEach((node, name) => {
    tree[name] = 'members' in node ? buildTree(node, values) : deepFreeze(values.get(node.key)?.value);
  });
  return Object.freeze(tree);
}

function checkSurroundings({ environment, node }: SnapshotPlan): readonly Problem[] {
  const problems = node === undefined ? [] : [...checkNodeVersion(environment.node, node)];
  const { nodeEnv } = environment;
  if (environment.production && nodeEnv !== undefined && nodeEnv !== 'production') {
    const message = `production mode is on, but libraries read NODE_ENV and it is ${JSON.stringify(nodeEnv)}. Set it to "production".`;
    problems.push({ key: '', source: 'env:NODE_ENV', message });
  }
  return problems;
}

/** The values that everybody knows from the sources of the program must not guard anything in production. */
function refuseDevelopmentDefaults(
  { environment, shape }: SnapshotPlan,
  { candidates }: Pick<Layers, 'candidates'>,
): readonly Problem[] {
  if (!environment.production) return [];
  return [...shape.entries.values()].flatMap(({ key, leaf: { developmentOnly, fallback } }) => {
    const given = developmentOnly === true ? candidates.get(key)?.at(-1) : undefined;
    if (given === undefined || !isSameText(given.raw, fallback?.raw)) return [];
    const message = 'has the value that is meant for development only. Give it another one in production.';
    return [{ key, source: given.source(), message }];
  });
}

/** Text from a variable may say what was a number in code. */
function isSameText(given: unknown, fallback: unknown): boolean {
  const asText = (value: unknown): string | undefined => {
    const plain = isSecret(value) ? value.reveal() : value;
    return typeof plain === 'string' ? plain : JSON.stringify(plain);
  };
  return asText(given) === asText(fallback);
}

function checkRequired({ required, environment, sources }: SnapshotPlan, { values }: Resolution): readonly Problem[] {
  return required
    .filter((key) => values.get(key)?.isDefault === true)
    .map((key) => ({
      key,
      source: 'default',
      message: `must be set in ${environment.name}, its default does not count there.${howToSet(key, sources)}`,
    }));
}
