import { LifecycleErrors } from './errors.ts';
import type { Resource } from './types.ts';

/** A resource with its name and the times that apply to it. */
export interface NamedResource extends Resource {
  readonly name: string;
  readonly timeoutMs: number;
  readonly startTimeoutMs: number;
  /** Servers stop at once; everything else first waits for tracked work. */
  readonly isServer: boolean;
}

/**
 * Sorts resources into waves: a wave may start when the one before it has started.
 *
 * @throws LifecycleErrors.UNKNOWN_DEPENDENCY, DEPENDENCY_CYCLE
 */
export function planWaves(resources: ReadonlyMap<string, NamedResource>): readonly (readonly NamedResource[])[] {
  const { dependants, waitsFor } = connect(resources);
  const depths = new Map<NamedResource, number>();
  let ready = [...resources.values()].filter((resource) => waitsFor.get(resource) === 0);
  for (let depth = 0; ready.length > 0; depth += 1) {
    const next: NamedResource[] = [];
    for (const resource of ready) {
      depths.set(resource, depth);
      for (const dependant of dependants.get(resource.name) ?? []) {
        const left = (waitsFor.get(dependant) ?? 0) - 1;
        waitsFor.set(dependant, left);
        if (left === 0) next.push(dependant);
      }
    }
    ready = next;
  }
  const waves: NamedResource[][] = [];
  for (const resource of resources.values()) {
    const depth = depths.get(resource);
    if (depth === undefined)
      throw new LifecycleErrors.DEPENDENCY_CYCLE({ path: cyclePath(resource, resources, depths) });
    (waves[depth] ??= []).push(resource);
  }
  return waves;
}

interface Graph {
  readonly dependants: ReadonlyMap<string, readonly NamedResource[]>;
  /** How many of those that each comes after have no place yet. */
  readonly waitsFor: Map<NamedResource, number>;
}

function connect(resources: ReadonlyMap<string, NamedResource>): Graph {
  const dependants = new Map<string, NamedResource[]>();
  const waitsFor = new Map<NamedResource, number>();
  for (const resource of resources.values()) {
    const { name, after = [] } = resource;
    const before = new Set(after);
    waitsFor.set(resource, before.size);
    for (const dependency of before) {
      if (!resources.has(dependency)) throw new LifecycleErrors.UNKNOWN_DEPENDENCY({ name, dependency });
      const list = dependants.get(dependency);
      if (list) list.push(resource);
      else dependants.set(dependency, [resource]);
    }
  }
  return { dependants, waitsFor };
}

/** What has no place waits for something that has none: following that leads into a cycle. */
function cyclePath(
  from: NamedResource,
  resources: ReadonlyMap<string, NamedResource>,
  placed: ReadonlyMap<NamedResource, number>,
): string {
  const path = new Map<string, number>();
  let at: NamedResource | undefined = from;
  while (at && !path.has(at.name)) {
    path.set(at.name, path.size);
    at = at.after?.map((name) => resources.get(name)).find((before) => before !== undefined && !placed.has(before));
  }
  const names = [...path.keys()];
  return [...names.slice(path.get(at?.name ?? '') ?? 0), at?.name].join(' → ');
}
