import type { EventLoopMonitor } from '../diagnostics/event-loop.ts';
import { readHandles } from '../diagnostics/handles.ts';
import { streamHeap } from '../diagnostics/heap.ts';
import { ManagementErrors } from '../errors.ts';
import type { Answer, Query, Route } from '../route.ts';

const parts = ['stack', 'cpu', 'heap', 'eventloop', 'handles'];

/** `/diagnostics/…`, as far as this thread answers; `stack` and `cpu` are answered by whoever listens. */
export function diagnosticsRoute(monitor: EventLoopMonitor, maxHeapBytes: number): Route {
  const readers: Readonly<Record<string, (query: Query) => Answer>> = {
    eventloop: () => ({ body: { status: 'RESPONSIVE', ...monitor.read() } }),
    handles: () => ({ body: readHandles() }),
    heap({ mayWrite }) {
      if (!mayWrite) throw new ManagementErrors.DUMP_REFUSED();
      return { contentType: 'application/json; charset=utf-8', stream: streamHeap(maxHeapBytes) };
    },
  };
  return {
    name: 'diagnostics',
    below: parts,
    async read(query) {
      const { path, base } = query;
      if (path.length === 0) return { body: { _links: linksOf(base) } };
      const [name = ''] = path;
      return path.length === 1 && Object.hasOwn(readers, name) ? readers[name]?.(query) : undefined;
    },
  };
}

function linksOf(base: string): object {
  const href = (part: string): object => ({ href: `${base}/diagnostics/${part}`, templated: false });
  return Object.fromEntries(parts.map((part) => [part, href(part)]));
}
