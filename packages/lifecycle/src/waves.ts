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
  const depths = new Map<string, number>();
  const depthOf = (resource: NamedResource, path: readonly string[]): number => {
    const known = depths.get(resource.name);
    if (known !== undefined) return known;
    const here = [...path, resource.name];
    if (path.includes(resource.name)) {
      throw new LifecycleErrors.DEPENDENCY_CYCLE({ path: here.slice(here.indexOf(resource.name)).join(' → ') });
    }
    let depth = 0;
    for (const dependency of resource.after ?? []) {
      const before = resources.get(dependency);
      if (!before) throw new LifecycleErrors.UNKNOWN_DEPENDENCY({ name: resource.name, dependency });
      depth = Math.max(depth, depthOf(before, here) + 1);
    }
    depths.set(resource.name, depth);
    return depth;
  };
  const waves: NamedResource[][] = [];
  for (const resource of resources.values()) {
    const depth = depthOf(resource, []);
    (waves[depth] ??= []).push(resource);
  }
  return waves;
}
