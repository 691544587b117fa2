// (1) One run at a time; everyone who asks meanwhile gets the same answer.
// (2) An answer is reused for ttlMs, so the number of runs does not follow the number of probes.
// (3) A run always ends: after timeoutMs, or when the lifecycle has stopped, it counts as failed, whatever the check does.
// (4) What is shown holds no secrets that can be recognised, and no answer of a check can break the probe.
import { bounded, type Settled } from '../bounded.ts';
import { LifecycleErrors } from '../errors.ts';
import { tellCheckChanged } from '../events.ts';
import { describe } from '../report.ts';
import { isDegraded } from './degraded.ts';
import { createHysteresis } from './hysteresis.ts';
import { withoutSecrets } from './redact.ts';
import type { Check, CheckOptions, CheckResult, HealthStatus, LastFailure } from './types.ts';

/** One registered check. */
export interface Probe {
  readonly groups: readonly string[];
  readonly isCritical: boolean;
  run(): Promise<CheckResult>;
  /** Aborts a run that is under way; a later one is not affected. */
  abort(): void;
}

/** Wraps a check so that it can be asked any number of times. */
export function createProbe(name: string, check: Check, options: Required<CheckOptions>): Probe {
  const { timeoutMs, ttlMs } = options;
  const show = createHysteresis(options);
  let shown: { readonly status: HealthStatus; readonly since: string } | undefined;
  let lastFailure: LastFailure | undefined;
  let latest: { readonly result: CheckResult; readonly at: number } | undefined;
  let running: { readonly answer: Promise<CheckResult>; readonly abort: () => void } | undefined;

  function follow(seen: HealthStatus, at: string): { readonly status: HealthStatus; readonly since: string } {
    const status = show(seen);
    if (status === shown?.status) return shown;
    tellCheckChanged({ check: name, from: shown?.status ?? 'unknown', to: status });
    return (shown = { status, since: at });
  }

  async function runOnce(parent: AbortSignal): Promise<CheckResult> {
    let judged: Judged = { status: 'up' };
    const task = async (signal: AbortSignal): Promise<void> => void (judged = judge(await check(signal)));
    const settled = await bounded(task, { timeoutMs, parent });
    const { status: seen, ...said } =
      settled.outcome === 'ok' ? judged : ({ status: 'down', error: errorOf(settled, timeoutMs, parent) } as const);
    const checkedAt = new Date().toISOString();
    if (said.error !== undefined) lastFailure = { error: said.error, at: checkedAt };
    const { durationMs } = settled;
    const result = {
      name,
      durationMs,
      checkedAt,
      ...follow(seen, checkedAt),
      ...said,
      ...(lastFailure && { lastFailure }),
    };
    latest = { result, at: performance.now() };
    running = undefined;
    return result;
  }

  return {
    groups: options.groups,
    isCritical: options.critical,
    abort: () => running?.abort(),
    run() {
      if (running) return running.answer;
      if (latest && performance.now() - latest.at < ttlMs) return Promise.resolve(latest.result);
      const controller = new AbortController();
      const { promise: answer, resolve } = Promise.withResolvers<CheckResult>();
      // Before it begins: a check that asks for itself would otherwise begin again and again.
      running = { answer, abort: () => controller.abort() };
      resolve(runOnce(controller.signal));
      return answer;
    },
  };
}

type Judged = Pick<CheckResult, 'status' | 'error' | 'details'>;

/** What the answer of a check that did not fail says. */
function judge(answer: unknown): Judged {
  if (isDegraded(answer)) return { status: 'degraded', error: withoutSecrets(answer.reason), details: answer.details };
  return isDetails(answer) ? { status: 'up', details: answer } : { status: 'up' };
}

function errorOf(settled: Settled, timeoutMs: number, parent: AbortSignal): string {
  if (settled.outcome !== 'hung') return withoutSecrets(describe(settled.error));
  return parent.aborted
    ? new LifecycleErrors.CHECK_ABORTED().message
    : new LifecycleErrors.CHECK_TIMEOUT({ timeoutMs }).message;
}

function isDetails(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
