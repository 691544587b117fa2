// (1) Every value is read when a page or an export is made; nothing is kept from the time before.
// (2) What a system does not tell is left out; a number that is not known is never 0.
import { tmpdir } from 'node:os';
import { readCgroup, type CgroupUsage } from './cgroup.ts';
import { createFamily } from './define.ts';
import { readDiskIo, readDisks, type DiskSpace } from './disk.ts';
import { monitorLoop, type LoopDelay } from './event-loop.ts';
import { processDefinitions } from './process-definitions.ts';
import { runtimeDefinitions } from './runtime-definitions.ts';
import { observeGarbageCollection, readRuntime } from './runtime.ts';
import { readOperatingSystem } from './operating-system.ts';
import type { Family } from './seam.ts';

/** Writes the value that a metric has now. */
export type SetValue = (name: string, value: number | undefined, attributes?: Readonly<Record<string, string>>) => void;

export interface ProcessFamilies {
  readonly families: readonly Family[];
  /** Waits for what only the system's threads can tell, and for a turn of the event loop; then `read`. Bounded. */
  refresh(): Promise<void>;
  /** Reads everything that can be read at once. */
  read(): void;
  close(): void;
}

export interface ProcessOptions {
  /** Paths whose file systems are watched. @default the working directory and the one for temporary files */
  readonly disks?: readonly string[];
  /** How long a disk may take to answer, in milliseconds; one that hangs is left out. @default 250 */
  readonly diskTimeoutMs?: number;
  /** Reads the control group. @default the one of this process */
  readonly cgroup?: () => CgroupUsage;
}

/** What the operating system, the container and V8 say of this process, by OpenTelemetry's names. */
export function processFamilies({
  disks,
  diskTimeoutMs = 250,
  cgroup = readCgroup,
}: ProcessOptions = {}): ProcessFamilies {
  const definitions = Object.entries({ ...processDefinitions, ...runtimeDefinitions });
  const families = new Map(definitions.map(([name, each]) => [name, createFamily(name, each)]));
  const set: SetValue = (name, value, attributes) => {
    const { cells, type } = families.get(name) as Family;
    if (value !== undefined) cells.find(attributes, Number.POSITIVE_INFINITY).value = value;
    // A limit that was taken away is none any more; a counter that cannot be read for once still stands where it stood.
    else if (type === 'gauge') cells.clear();
  };
  const clear = (...names: readonly string[]): void => {
    for (const name of names) families.get(name)?.cells.clear();
  };
  const loop = monitorLoop();
  const garbage = observeGarbageCollection(families.get('v8js.gc.duration') as Family);
  const paths = disks ?? defaultPaths();
  let space: Promise<readonly DiskSpace[]> | undefined;

  const showDisks = (found: readonly DiskSpace[]): void => {
    clear('system.filesystem.usage', 'system.filesystem.utilization');
    for (const { mountpoint, usedBytes, freeBytes, reservedBytes } of found) {
      const at = { 'system.filesystem.mountpoint': mountpoint };
      set('system.filesystem.usage', usedBytes, { ...at, 'system.filesystem.state': 'used' });
      set('system.filesystem.usage', freeBytes, { ...at, 'system.filesystem.state': 'free' });
      set('system.filesystem.usage', reservedBytes, { ...at, 'system.filesystem.state': 'reserved' });
      set('system.filesystem.utilization', usedBytes / (usedBytes + freeBytes), at);
    }
  };
  const refreshDisks = async (): Promise<void> => {
    // One that hangs is asked once, however often the page is wanted: each question holds a thread of the pool.
    const asked = (space ??= readDisks(paths).finally(() => (space = undefined)));
    showDisks((await beforeDeadline(asked, diskTimeoutMs)) ?? []);
  };
  return {
    families: [...families.values()],
    async refresh() {
      await Promise.all([turnOfLoop(), refreshDisks()]);
    },
    read() {
      garbage.take();
      clear('nodejs.resources.active', 'process.open_file_descriptor.count');
      readOperatingSystem(set);
      readRuntime(set);
      showDelay(set, loop.read());
      const io = readDiskIo();
      set('process.disk.io', io?.readBytes, { 'disk.io.direction': 'read' });
      set('process.disk.io', io?.writtenBytes, { 'disk.io.direction': 'write' });
      showCgroup(set, cgroup());
    },
    close() {
      loop.close();
      garbage.close();
    },
  };
}

function showDelay(set: SetValue, delay: LoopDelay): void {
  for (const [name, value] of Object.entries(delay)) set(`nodejs.eventloop.delay.${name}`, value);
}

function showCgroup(set: SetValue, usage: CgroupUsage): void {
  set('container.memory.usage', usage.memoryBytes);
  set('container.memory.limit', usage.memoryLimitBytes);
  set('container.cpu.time', usage.cpuSeconds);
  set('container.cpu.limit', usage.cpuLimit);
  set('container.cpu.throttled.time', usage.throttledSeconds);
  set('container.cpu.throttled.periods', usage.throttledPeriods);
}

function defaultPaths(): readonly string[] {
  try {
    return [process.cwd(), tmpdir()];
  } catch {
    // The working directory can be removed under a process.
    return [tmpdir()];
  }
}

/** Two immediates have a whole turn of the loop between them, with its timers: a stall of a moment ago is known then. */
function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

async function beforeDeadline<Value>(value: Promise<Value>, timeoutMs: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
