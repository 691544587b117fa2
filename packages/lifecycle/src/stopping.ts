import { bounded } from './bounded.ts';
import { tellResourceStopped } from './events.ts';
import type { InFlight } from './inflight.ts';
import type { ResourceReport } from './types.ts';
import type { NamedResource } from './waves.ts';

/** What a stop needs to know. */
export interface StopPlan {
  readonly reason: string;
  /** Aborts when the total time is over. */
  readonly deadline: AbortSignal;
  readonly work: InFlight;
  /** How long tracked work is waited for. */
  readonly workMs: number;
}

/** Stops wave after wave, dependents first; one that fails or hangs never skips the others. */
export async function stopWaves(
  waves: readonly (readonly NamedResource[])[],
  plan: StopPlan,
): Promise<readonly ResourceReport[]> {
  const reports: ResourceReport[] = [];
  for (const wave of waves.toReversed()) {
    const settled = plan.work.settled(plan.workMs, plan.deadline);
    reports.push(...(await Promise.all(wave.map((resource) => stopOne(resource, plan, settled)))));
  }
  return reports;
}

async function stopOne(resource: NamedResource, plan: StopPlan, settled: Promise<void>): Promise<ResourceReport> {
  const { name, stop, isServer, timeoutMs } = resource;
  const { reason, deadline } = plan;
  if (!isServer) await settled;
  const result = deadline.aborted
    ? ({ outcome: 'skipped', durationMs: 0 } as const)
    : await bounded((signal) => stop?.({ signal, reason }), { timeoutMs, parent: deadline });
  tellResourceStopped({ resource: name, durationMs: result.durationMs, outcome: result.outcome });
  return { name, ...result };
}
