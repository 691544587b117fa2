import { expectKnown, expectOption, expectWait, isRecord, isWhole } from './expect-option.ts';
import type { Counter, Gauge } from './types.ts';

/** How often something may be done in a time. */
export interface Quota {
  readonly limit: number;
  /** The time begins with the first use after the one before is over. */
  readonly windowMs: number;
}

export const quotaDefinitions = {
  'seaworthy.command.quota.limit': {
    type: 'gauge',
    unit: '{execution}',
    description: 'Executions that the quota of a command allows.',
    attributes: { 'process.executable.name': 'string' },
  },
  'seaworthy.command.quota.used': {
    type: 'gauge',
    unit: '{execution}',
    description: 'Executions since the time of the quota began.',
    attributes: { 'process.executable.name': 'string' },
  },
  'seaworthy.command.quota.exceeded': {
    type: 'counter',
    unit: '{execution}',
    description: 'Executions above the quota.',
    attributes: { 'process.executable.name': 'string' },
  },
} as const;

/** @throws TelemetryErrors.INVALID_OPTION, UNKNOWN_OPTION */
export function checkQuotas(quotas: Readonly<Record<string, Quota>>): void {
  expectOption('quotas', isRecord(quotas), 'an object of quotas by command', quotas);
  for (const [name, quota] of Object.entries(quotas)) {
    const at = `quotas["${name}"]`;
    expectOption(at, isRecord(quota), 'an object with a limit and a time', quota);
    expectKnown(at, quota, ['limit', 'windowMs']);
    expectOption(`${at}.limit`, isWhole(quota.limit, 0), 'a whole number, 0 or above', quota.limit);
    expectOption(`${at}.windowMs`, quota.windowMs !== undefined, 'a time in milliseconds', quota.windowMs);
    expectWait(`${at}.windowMs`, quota.windowMs, { least: 1 });
  }
}

interface Named {
  readonly 'process.executable.name': string;
}

export interface QuotaInstruments {
  readonly 'seaworthy.command.quota.limit': Gauge<Named>;
  readonly 'seaworthy.command.quota.used': Gauge<Named>;
  readonly 'seaworthy.command.quota.exceeded': Counter<Named>;
}

export interface Quotas {
  use(name: string): void;
  close(): void;
}

/** Counts uses against quotas; a quota's gauge goes back to 0 when its time is over, not at the next use. */
export function createQuotas(instruments: QuotaInstruments, quotas: Readonly<Record<string, Quota>>): Quotas {
  const windows = new Map<string, { used: number; readonly timer: NodeJS.Timeout }>();
  const show = (name: string, limit: number, used: number): void => {
    instruments['seaworthy.command.quota.limit'].set(limit, { 'process.executable.name': name });
    instruments['seaworthy.command.quota.used'].set(used, { 'process.executable.name': name });
  };
  const open = (name: string, { limit, windowMs }: Quota): { used: number; readonly timer: NodeJS.Timeout } => {
    const timer = setTimeout(() => {
      windows.delete(name);
      show(name, limit, 0);
    }, windowMs);
    const window = { used: 0, timer: timer.unref() };
    windows.set(name, window);
    return window;
  };
  for (const [name, { limit }] of Object.entries(quotas)) show(name, limit, 0);
  return {
    use(name) {
      const quota = Object.hasOwn(quotas, name) ? quotas[name] : undefined;
      if (quota === undefined) return;
      const window = windows.get(name) ?? open(name, quota);
      window.used += 1;
      show(name, quota.limit, window.used);
      if (window.used > quota.limit) {
        instruments['seaworthy.command.quota.exceeded'].add(1, { 'process.executable.name': name });
      }
    },
    close() {
      for (const { timer } of windows.values()) clearTimeout(timer);
      windows.clear();
    },
  };
}
