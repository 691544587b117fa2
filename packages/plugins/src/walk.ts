/** What to visit, and what must be done before the turn of each node. */
export interface Graph<Node> {
  readonly nodes: readonly Node[];
  readonly before: (node: Node) => readonly Node[];
}

interface Place<Node> {
  readonly node: Node;
  readonly followers: Place<Node>[];
  waitsFor: number;
}

/**
 * Visits every node once all nodes before it are done, in parallel up to `concurrency`.
 *
 * @param visit Must not reject.
 */
export function walk<Node>(
  graph: Graph<Node>,
  concurrency: number,
  visit: (node: Node) => Promise<void>,
): Promise<void> {
  const ready = connect(graph).filter(({ waitsFor }) => waitsFor === 0);
  let next = 0;
  let running = 0;
  return new Promise((resolve) => {
    const pump = (): void => {
      while (running < concurrency) {
        const place = ready[next];
        if (!place) break;
        next += 1;
        running += 1;
        void visit(place.node).then(() => leave(place));
      }
      if (running === 0) resolve();
    };
    const leave = ({ followers }: Place<Node>): void => {
      running -= 1;
      for (const follower of followers) {
        follower.waitsFor -= 1;
        if (follower.waitsFor === 0) ready.push(follower);
      }
      pump();
    };
    pump();
  });
}

function connect<Node>({ nodes, before }: Graph<Node>): readonly Place<Node>[] {
  const places = nodes.map((node): Place<Node> => ({ node, followers: [], waitsFor: 0 }));
  const others = nodes.map(before);
  // Most plugins come after nothing: they need not be found again.
  if (others.every(({ length }) => length === 0)) return places;
  const placeOf = new Map(places.map((place) => [place.node, place]));
  for (const [index, place] of places.entries()) {
    for (const other of others[index] ?? []) {
      placeOf.get(other)?.followers.push(place);
      place.waitsFor += 1;
    }
  }
  return places;
}
