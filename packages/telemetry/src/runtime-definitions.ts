import type { MetricDefinition } from './types.ts';

const space = { 'v8js.heap.space.name': 'string' } as const;
const delay = (what: string): MetricDefinition => ({
  type: 'gauge',
  unit: 's',
  description: `How late the event loop was: ${what} of the last 30 to 60 seconds.`,
});

// Names by OpenTelemetry's semantic conventions for Node.js and V8, where there is one.
export const runtimeDefinitions: Readonly<Record<string, MetricDefinition>> = {
  'nodejs.eventloop.delay.min': delay('least'),
  'nodejs.eventloop.delay.max': delay('most'),
  'nodejs.eventloop.delay.mean': delay('mean'),
  'nodejs.eventloop.delay.stddev': delay('standard deviation'),
  'nodejs.eventloop.delay.p50': delay('median'),
  'nodejs.eventloop.delay.p90': delay('90th percentile'),
  'nodejs.eventloop.delay.p99': delay('99th percentile'),
  'nodejs.eventloop.time': {
    type: 'counter',
    unit: 's',
    description: 'Time that the event loop was busy, and that it waited.',
    attributes: { 'nodejs.eventloop.state': ['active', 'idle'] },
  },
  'nodejs.eventloop.utilization': {
    type: 'gauge',
    unit: '1',
    description: 'Share of the time since the start in which the event loop was busy.',
  },
  'nodejs.memory.external': { type: 'gauge', unit: 'By', description: 'Memory outside of the heap that objects hold.' },
  'nodejs.memory.array_buffers': { type: 'gauge', unit: 'By', description: 'Memory of buffers.' },
  'nodejs.resources.active': {
    type: 'gauge',
    unit: '{resource}',
    description: 'Sockets, timers and requests that keep the process alive.',
    attributes: { 'nodejs.resource.type': 'string' },
  },
  'v8js.memory.heap.used': { type: 'gauge', unit: 'By', description: 'Heap memory in use.', attributes: space },
  'v8js.memory.heap.limit': { type: 'gauge', unit: 'By', description: 'Heap memory reserved.', attributes: space },
  'v8js.memory.heap.space.available_size': {
    type: 'gauge',
    unit: 'By',
    description: 'Heap memory reserved and not in use.',
    attributes: space,
  },
  'v8js.memory.heap.space.physical_size': {
    type: 'gauge',
    unit: 'By',
    description: 'Heap memory that the system has given.',
    attributes: space,
  },
  'v8js.memory.heap.max': { type: 'gauge', unit: 'By', description: 'Heap memory at which V8 ends the process.' },
  'v8js.gc.duration': {
    type: 'histogram',
    unit: 's',
    description: 'Pauses for garbage collection.',
    attributes: { 'v8js.gc.type': ['major', 'minor', 'incremental', 'weakcb', 'other'] },
    buckets: [0.001, 0.01, 0.1, 1, 10],
  },
};
