import type { Environment } from './environment.ts';
import { ConfigErrors } from './errors.ts';
import { deepFreeze } from './freeze.ts';
import { checkNodeVersion } from './node-version.ts';
import { formatProblems, type Problem } from './problems.ts';
import { readLayers } from './read.ts';
import { howToSet, resolveLayers, type Resolution, type Values } from './resolve.ts';
import type { CompiledShape, Group } from './shape.ts';
import type { Source } from './sources/source.ts';

/** A complete, valid configuration at one moment. */
export interface Snapshot {
  readonly values: Values;
  /** The same values as frozen nested objects. */
  readonly tree: unknown;
}

/** Everything that is needed to make a snapshot, again and again. */
export interface SnapshotPlan {
  readonly shape: CompiledShape;
  readonly sources: readonly Source[];
  readonly environment: Environment;
  readonly cwd: string;
  /** Gives up on a source after this long. */
  readonly timeoutMs: number;
  /** The range of Node versions that may run this, if it matters. */
  readonly node: string | undefined;
  /** The keys that a default is not good enough for, here. */
  readonly required: readonly string[];
}

/**
 * Reads all sources and validates everything.
 *
 * @throws seaworthy.config.INVALID with all problems.
 */
export async function takeSnapshot(plan: SnapshotPlan, signal: AbortSignal): Promise<Snapshot> {
  const { shape, sources, environment, cwd, timeoutMs } = plan;
  const layers = await readLayers(sources, { shape, environment, cwd, signal }, timeoutMs);
  const resolution = await resolveLayers(shape, layers, sources, cwd);
  const problems = [...checkSurroundings(plan), ...resolution.problems, ...checkRequired(plan, resolution)];
  if (problems.length > 0) throw invalid(problems);
  return { values: resolution.values, tree: buildTree(shape.root, resolution.values) };
}

/** The one error that carries all problems. */
export function invalid(problems: readonly Problem[]): Error {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new ConfigErrors.INVALID({ count, list: formatProblems(problems), problems });
}

/** The values as frozen objects, nested as the shape is. */
export function buildTree(group: Group, values: Values): Readonly<Record<string, unknown>> {
  const tree: Record<string, unknown> = {};
  for (const [name, node] of group.members) {
    tree[name] = 'members' in node ? buildTree(node, values) : deepFreeze(values.get(node.key)?.value);
  }
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

function checkRequired({ required, environment, sources }: SnapshotPlan, { values }: Resolution): readonly Problem[] {
  return required
    .filter((key) => values.get(key)?.isDefault === true)
    .map((key) => ({
      key,
      source: 'default',
      message: `must be set in ${environment.name}, its default does not count there.${howToSet(key, sources)}`,
    }));
}
