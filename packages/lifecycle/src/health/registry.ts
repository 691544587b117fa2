import { LifecycleErrors } from '../errors.ts';
import { checkCount, checkKnown, checkMs, checkName, checkNames, invalid, type OptionNames } from '../options.ts';
import type { States } from '../states.ts';
import type { LifecycleState } from '../types.ts';
import { createProbe, type Probe } from './probe.ts';
import type { CheckOptions, CheckResult, Health, HealthReport } from './types.ts';

const builtInGroups = ['live', 'ready', 'startup'];

/** The health of a process, with what its lifecycle needs of it. */
export interface OwnedHealth extends Health {
  /** Ends the runs that are under way, so that nothing of them is left when the process has stopped. */
  abort(): void;
}

/**
 * Keeps the checks of a process.
 *
 * `ready` and `startup` also show where the process stands; `live` depends on nothing, so it stays up while draining.
 */
export function createHealth(states: Pick<States, 'current' | 'wasReady'>): OwnedHealth {
  const probes = new Map<string, Probe>();

  const groups = (): readonly string[] => [
    ...new Set([...builtInGroups, ...[...probes.values()].flatMap((probe) => probe.groups)]),
  ];
  const ownResults = (group: string | undefined): CheckResult[] => {
    const { current, wasReady } = states;
    if (group === undefined || group === 'ready') return [lifecycleResult(current, current === 'ready')];
    return group === 'startup' ? [lifecycleResult(current, wasReady)] : [];
  };

  return {
    groups,
    add(name, check, options = {}) {
      checkName('name', name);
      if (typeof check !== 'function') throw invalid('check', 'a function', check);
      if (probes.has(name)) throw new LifecycleErrors.DUPLICATE_NAME({ name, kind: 'health check' });
      const probe = createProbe(name, check, readCheckOptions(options));
      probes.set(name, probe);
      return () => {
        if (probes.get(name) === probe) probes.delete(name);
        probe.abort();
      };
    },
    abort() {
      for (const probe of probes.values()) probe.abort();
    },
    async check(group) {
      if (group !== undefined && !groups().includes(group)) {
        throw new LifecycleErrors.UNKNOWN_GROUP({ group, known: groups().join(', ') });
      }
      const asked = [...probes.values()].filter((probe) => group === undefined || probe.groups.includes(group));
      const results = await Promise.all(asked.map((probe) => probe.run()));
      return summarise(ownResults(group), asked, results);
    },
  };
}

const optionNames: OptionNames<CheckOptions> = {
  groups: true,
  timeoutMs: true,
  ttlMs: true,
  critical: true,
  failAfter: true,
  passAfter: true,
};

function readCheckOptions(options: CheckOptions): Required<CheckOptions> {
  checkKnown('options', options, optionNames);
  const {
    groups = ['ready'],
    timeoutMs = 1_000,
    ttlMs = 1_000,
    critical = true,
    failAfter = 1,
    passAfter = 1,
  } = options;
  checkNames('groups', groups);
  if (typeof critical !== 'boolean') throw invalid('critical', 'true or false', critical);
  checkMs('timeoutMs', timeoutMs, 1);
  checkMs('ttlMs', ttlMs, 0);
  checkCount('failAfter', failAfter);
  checkCount('passAfter', passAfter);
  return { groups, timeoutMs, ttlMs, critical, failAfter, passAfter };
}

function lifecycleResult(state: LifecycleState, isUp: boolean): CheckResult {
  return { name: 'lifecycle', status: isUp ? 'up' : 'down', durationMs: 0, details: { state } };
}

function summarise(own: CheckResult[], asked: readonly Probe[], results: readonly CheckResult[]): HealthReport {
  const isDown = (result: CheckResult, index: number): boolean =>
    result.status === 'down' && asked[index]?.isCritical === true;
  const checks = [...own, ...results];
  if (own.some(({ status }) => status === 'down') || results.some(isDown)) return { status: 'down', checks };
  return { status: checks.every(({ status }) => status === 'up') ? 'up' : 'degraded', checks };
}
