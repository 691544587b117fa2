import { readFileSync } from 'node:fs';

/** What a container may use and uses; what the system does not say is left out. */
export interface CgroupUsage {
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly cpuSeconds?: number;
  /** In processors: 0.5 is half of one. */
  readonly cpuLimit?: number;
  readonly throttledSeconds?: number;
  readonly throttledPeriods?: number;
}

/** Version 1 writes a number near 2 to the 63rd for "no limit". */
const unlimited = 2 ** 60;

/** Reads the limits and the use of this process's control group, version 2 or 1. Empty where there is none. */
export function readCgroup(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): CgroupUsage {
  const groups = text(self);
  if (groups === undefined) return {};
  const unified = /^0::(.*)$/m.exec(groups)?.[1];
  // Inside a container the group's own path is often not to be seen: its files are at the root then.
  const two = (file: string): string | undefined => text(`${root}${unified}/${file}`) ?? text(`${root}/${file}`);
  return unified !== undefined && two('cpu.stat') !== undefined ? versionTwo(two) : versionOne(root, groups);
}

function versionTwo(read: (file: string) => string | undefined): CgroupUsage {
  const [quota, period] = (read('cpu.max') ?? '').split(/\s+/);
  const stat = read('cpu.stat') ?? '';
  return defined({
    memoryBytes: number(read('memory.current')),
    memoryLimitBytes: number(read('memory.max')),
    cpuSeconds: scaled(field(stat, 'usage_usec'), 1e6),
    cpuLimit: ratio(number(quota), number(period)),
    throttledSeconds: scaled(field(stat, 'throttled_usec'), 1e6),
    throttledPeriods: field(stat, 'nr_throttled'),
  });
}

function versionOne(root: string, groups: string): CgroupUsage {
  const read = (controller: string, file: string): string | undefined => {
    const path = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm').exec(groups)?.[1];
    if (path === undefined) return undefined;
    return text(`${root}/${controller}${path}/${file}`) ?? text(`${root}/${controller}/${file}`);
  };
  const limit = number(read('memory', 'memory.limit_in_bytes'));
  const quota = number(read('cpu', 'cpu.cfs_quota_us'));
  const stat = read('cpu', 'cpu.stat') ?? '';
  return defined({
    memoryBytes: number(read('memory', 'memory.usage_in_bytes')),
    memoryLimitBytes: limit !== undefined && limit < unlimited ? limit : undefined,
    cpuSeconds: scaled(number(read('cpuacct', 'cpuacct.usage')), 1e9),
    cpuLimit: quota !== undefined && quota > 0 ? ratio(quota, number(read('cpu', 'cpu.cfs_period_us'))) : undefined,
    throttledSeconds: scaled(field(stat, 'throttled_time'), 1e9),
    throttledPeriods: field(stat, 'nr_throttled'),
  });
}

function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** `max` is no number: there is no limit. */
function number(value: string | undefined): number | undefined {
  return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : undefined;
}

function field(stat: string, name: string): number | undefined {
  return number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1]);
}

function scaled(value: number | undefined, by: number): number | undefined {
  return value === undefined ? undefined : value / by;
}

function ratio(value: number | undefined, of: number | undefined): number | undefined {
  return value === undefined || of === undefined || of === 0 ? undefined : value / of;
}

function defined(usage: { readonly [Name in keyof CgroupUsage]: number | undefined }): CgroupUsage {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined));
}
