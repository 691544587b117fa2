import type { MetricDefinition } from './types.ts';

// Names by OpenTelemetry's semantic conventions for processes, systems and containers, where there is one.
export const processDefinitions: Readonly<Record<string, MetricDefinition>> = {
  'process.cpu.time': {
    type: 'counter',
    unit: 's',
    description: 'Processor time that this process has used.',
    attributes: { 'process.cpu.state': ['user', 'system'] },
  },
  'process.memory.usage': { type: 'gauge', unit: 'By', description: 'Resident memory of this process.' },
  'process.memory.virtual': { type: 'gauge', unit: 'By', description: 'Address space of this process.' },
  'process.uptime': { type: 'gauge', unit: 's', description: 'Time since this process started.' },
  'process.thread.count': { type: 'gauge', unit: '{thread}', description: 'Threads of this process.' },
  'process.open_file_descriptor.count': {
    type: 'gauge',
    unit: '{file_descriptor}',
    description: 'Files and sockets that this process has open.',
  },
  'process.context_switches': {
    type: 'counter',
    unit: '{context_switch}',
    description: 'How often this process gave up a processor, or lost it.',
    attributes: { 'process.context_switch.type': ['voluntary', 'involuntary'] },
  },
  'process.paging.faults': {
    type: 'counter',
    unit: '{fault}',
    description: 'Page faults; a major one waited for a disk.',
    attributes: { 'system.paging.type': ['major', 'minor'] },
  },
  'process.disk.io': {
    type: 'counter',
    unit: 'By',
    description: 'Bytes that this process has read from disks and written to them.',
    attributes: { 'disk.io.direction': ['read', 'write'] },
  },
  'system.filesystem.usage': {
    type: 'gauge',
    unit: 'By',
    description: 'Space of the file systems that this process works on.',
    attributes: { 'system.filesystem.mountpoint': 'string', 'system.filesystem.state': ['used', 'free', 'reserved'] },
  },
  'system.filesystem.utilization': {
    type: 'gauge',
    unit: '1',
    description: 'Used share of the space that processes without privileges may use.',
    attributes: { 'system.filesystem.mountpoint': 'string' },
  },
  'system.memory.usage': {
    type: 'gauge',
    unit: 'By',
    description: 'Memory of the machine.',
    attributes: { 'system.memory.state': ['used', 'free'] },
  },
  'system.cpu.logical.count': {
    type: 'gauge',
    unit: '{cpu}',
    description: 'Processors that this process may run on.',
  },
  'system.cpu.load_average.1m': {
    type: 'gauge',
    unit: '{thread}',
    description: 'Threads of the machine that ran or wanted to, over a minute.',
  },
  'container.memory.usage': { type: 'gauge', unit: 'By', description: 'Memory that the control group uses.' },
  'container.memory.limit': { type: 'gauge', unit: 'By', description: 'Memory that the control group may use.' },
  'container.cpu.time': { type: 'counter', unit: 's', description: 'Processor time that the control group has used.' },
  'container.cpu.limit': { type: 'gauge', unit: '{cpu}', description: 'Processors that the control group may use.' },
  'container.cpu.throttled.time': {
    type: 'counter',
    unit: 's',
    description: 'Time in which the control group had used up its processor time.',
  },
  'container.cpu.throttled.periods': {
    type: 'counter',
    unit: '{period}',
    description: 'Periods in which the control group used up its processor time.',
  },
};
