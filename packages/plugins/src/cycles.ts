/** Finds one shortest cycle through every node that stands in one; a node is reported once. */
export function findCycles(graph: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const reported = new Set<string>();
  for (const start of [...cyclicPart(graph)].toSorted()) {
    if (reported.has(start)) continue;
    const cycle = shortestCycle(start, graph);
    for (const id of cycle) reported.add(id);
    if (cycle.length > 0) cycles.push(cycle);
  }
  return cycles;
}

/** Peels off, layer by layer, what depends on nothing that is left. */
function cyclicPart(graph: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const left = new Map(Array.from(graph, ([id, after]) => [id, after.filter((other) => graph.has(other)).length]));
  const dependants = new Map<string, string[]>();
  for (const [id, after] of graph) {
    for (const other of after) {
      const list = dependants.get(other);
      if (list) list.push(id);
      else dependants.set(other, [id]);
    }
  }
  const free = [...left].filter(([, count]) => count === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    left.delete(id);
    for (const dependant of dependants.get(id) ?? []) {
      const count = (left.get(dependant) ?? 0) - 1;
      left.set(dependant, count);
      if (count === 0) free.push(dependant);
    }
  }
  return new Set(left.keys());
}

function shortestCycle(start: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const next of graph.get(id) ?? []) {
      if (next === start) return pathTo(id, start, cameFrom);
      if (!cameFrom.has(next)) {
        cameFrom.set(next, id);
        queue.push(next);
      }
    }
  }
  return [];
}

function pathTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const path = [end];
  for (let id: string | undefined = end; id !== undefined && id !== start;) {
    id = cameFrom.get(id);
    if (id !== undefined) path.unshift(id);
  }
  return path;
}
