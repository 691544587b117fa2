import { constants, performance, PerformanceObserver, type PerformanceEntry } from 'node:perf_hooks';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { SetValue } from './process.ts';
import type { Family } from './seam.ts';

/** What Node and V8 say of themselves. */
export function readRuntime(set: SetValue): void {
  for (const space of getHeapSpaceStatistics()) {
    const of = { 'v8js.heap.space.name': space.space_name };
    set('v8js.memory.heap.used', space.space_used_size, of);
    set('v8js.memory.heap.limit', space.space_size, of);
    set('v8js.memory.heap.space.available_size', space.space_available_size, of);
    set('v8js.memory.heap.space.physical_size', space.physical_space_size, of);
  }
  const heap = getHeapStatistics();
  set('v8js.memory.heap.max', heap.heap_size_limit);
  const { external, arrayBuffers } = process.memoryUsage();
  set('nodejs.memory.external', external);
  set('nodejs.memory.array_buffers', arrayBuffers);
  const { idle, active, utilization } = performance.eventLoopUtilization();
  set('nodejs.eventloop.time', idle / 1_000, { 'nodejs.eventloop.state': 'idle' });
  set('nodejs.eventloop.time', active / 1_000, { 'nodejs.eventloop.state': 'active' });
  set('nodejs.eventloop.utilization', utilization);
  const resources = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) resources.set(name, (resources.get(name) ?? 0) + 1);
  for (const [name, count] of resources) set('nodejs.resources.active', count, { 'nodejs.resource.type': name });
}

export interface GarbageObserver {
  /** Takes what has not been delivered yet. */
  take(): void;
  close(): void;
}

/** Records each garbage collection; those that Node has not told yet are taken when a page is made. */
export function observeGarbageCollection(family: Family): GarbageObserver {
  const record = (entries: readonly PerformanceEntry[]): void => {
    for (const entry of entries) {
      const { duration, detail } = entry as PerformanceEntry & { readonly detail?: { readonly kind?: number } };
      const cell = family.cells.find({ 'v8js.gc.type': kindOf(detail?.kind) }, Number.POSITIVE_INFINITY);
      const seconds = duration / 1_000;
      const index = family.bounds.findIndex((bound) => seconds <= bound);
      const buckets = cell.buckets as number[];
      const at = index === -1 ? family.bounds.length : index;
      buckets[at] = (buckets[at] as number) + 1;
      cell.value += seconds;
      cell.count += 1;
    }
  };
  const observer = new PerformanceObserver((list) => record(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return { take: () => record(observer.takeRecords()), close: () => observer.disconnect() };
}

function kindOf(kind: number | undefined): string {
  switch (kind) {
    case constants.NODE_PERFORMANCE_GC_MAJOR:
      return 'major';
    case constants.NODE_PERFORMANCE_GC_MINOR:
      return 'minor';
    case constants.NODE_PERFORMANCE_GC_INCREMENTAL:
      return 'incremental';
    case constants.NODE_PERFORMANCE_GC_WEAKCB:
      return 'weakcb';
    default:
      return 'other';
  }
}
