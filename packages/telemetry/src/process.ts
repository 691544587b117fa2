import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import { createFamily } from './define.ts';
import type { Family } from './seam.ts';
import type { MetricDefinition } from './types.ts';

// Names by OpenTelemetry's semantic conventions for processes, Node.js and V8.
const definitions = {
  'process.cpu.time': {
    type: 'counter',
    unit: 's',
    description: 'Processor time that this process has used.',
    attributes: { 'process.cpu.state': ['user', 'system'] },
  },
  'process.memory.usage': { type: 'gauge', unit: 'By', description: 'Resident memory of this process.' },
  'process.uptime': { type: 'gauge', unit: 's', description: 'Time since this process started.' },
  'v8js.memory.heap.used': { type: 'gauge', unit: 'By', description: 'Heap memory in use.' },
  'v8js.memory.heap.limit': { type: 'gauge', unit: 'By', description: 'Heap memory that V8 has reserved.' },
  'nodejs.eventloop.utilization': {
    type: 'gauge',
    unit: '1',
    description: 'Share of the time since the start in which the event loop was busy.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** What the operating system and V8 say of this process, read when the page is asked for. */
export function processFamilies(): { readonly families: readonly Family[]; readonly read: () => void } {
  const families = new Map(Object.entries(definitions).map(([name, each]) => [name, createFamily(name, each)]));
  const set = (name: keyof typeof definitions, value: number, attributes?: Readonly<Record<string, string>>): void => {
    (families.get(name) as Family).cells.find(attributes, Number.POSITIVE_INFINITY).value = value;
  };
  const startedAt: EventLoopUtilization = performance.eventLoopUtilization();
  const read = (): void => {
    const cpu = process.cpuUsage();
    set('process.cpu.time', cpu.user / 1e6, { 'process.cpu.state': 'user' });
    set('process.cpu.time', cpu.system / 1e6, { 'process.cpu.state': 'system' });
    const memory = process.memoryUsage();
    set('process.memory.usage', memory.rss);
    set('v8js.memory.heap.used', memory.heapUsed);
    set('v8js.memory.heap.limit', memory.heapTotal);
    set('process.uptime', process.uptime());
    set('nodejs.eventloop.utilization', performance.eventLoopUtilization(startedAt).utilization);
  };
  return { families: [...families.values()], read };
}
