// (1) One run at a time; everyone who asks meanwhile gets the same answer.
// (2) An answer is reused for ttlMs, so the number of runs does not follow the number of probes.
// (3) A run always ends: after timeoutMs it counts as failed, whatever the check does.
import { bounded, type Settled } from '../bounded.ts';
import { LifecycleErrors } from '../errors.ts';
import { tellCheckChanged } from '../events.ts';
import { describe } from '../report.ts';
import { isDegraded } from './degraded.ts';
import type { Check, CheckOptions, CheckResult, HealthStatus } from './types.ts';

/** One registered check. */
export interface Probe {
  readonly groups: readonly string[];
  readonly isCritical: boolean;
  run(): Promise<CheckResult>;
}

/** Wraps a check so that it can be asked any number of times. */
export function createProbe(name: string, check: Check, options: Required<CheckOptions>): Probe {
  const { timeoutMs, ttlMs } = options;
  const settle = createHysteresis(name, options);
  let latest: { readonly result: CheckResult; readonly at: number } | undefined;
  let running: Promise<CheckResult> | undefined;

  async function runOnce(): Promise<CheckResult> {
    let answer: unknown;
    const settled = await bounded(async (signal) => void (answer = await check(signal)), { timeoutMs });
    const seen =
      settled.outcome === 'ok' ? judge(answer) : { status: 'down' as const, error: errorOf(settled, timeoutMs) };
    const { durationMs } = settled;
    const result: CheckResult = { name, durationMs, ...seen, status: settle(seen.status) };
    latest = { result, at: performance.now() };
    running = undefined;
    return result;
  }

  return {
    groups: options.groups,
    isCritical: options.critical,
    run() {
      if (running) return running;
      if (latest && performance.now() - latest.at < ttlMs) return Promise.resolve(latest.result);
      return (running = runOnce());
    },
  };
}

/** The first answer counts at once; later ones must repeat before they change the status. */
function createHysteresis(name: string, options: Required<CheckOptions>): (seen: HealthStatus) => HealthStatus {
  let status: HealthStatus | 'unknown' = 'unknown';
  let against = 0;
  return (seen) => {
    against = seen === status ? 0 : against + 1;
    const needed = seen === 'up' ? options.passAfter : options.failAfter;
    if (status === 'unknown' || against >= needed) {
      if (seen !== status) tellCheckChanged({ check: name, from: status, to: seen });
      status = seen;
      against = 0;
    }
    return status;
  };
}

type Judged = Pick<CheckResult, 'status' | 'error' | 'details'>;

/** What the answer of a check that did not fail says. */
function judge(answer: unknown): Judged {
  if (isDegraded(answer)) return { status: 'degraded', error: answer.reason, details: answer.details };
  return isDetails(answer) ? { status: 'up', details: answer } : { status: 'up' };
}

function errorOf(settled: Settled, timeoutMs: number): string {
  return settled.outcome === 'hung'
    ? new LifecycleErrors.CHECK_TIMEOUT({ timeoutMs }).message
    : describe(settled.error);
}

function isDetails(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
