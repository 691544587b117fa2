// (1) A wave cannot use up the time of those after it: each keeps a share, whatever hangs before it.
// (2) Tracked work is waited for until the drain is over, once for all waves.
// (3) What fails or hangs is logged when it happens: a process that is killed later has named it already.
import { bounded } from './bounded.ts';
import { tellResourceStopped } from './events.ts';
import type { InFlight } from './inflight.ts';
import type { LifecycleLogger, ResourceReport } from './types.ts';
import type { NamedResource } from './waves.ts';

/** The part of the time after the lame duck that is kept for waves whose turn comes later. */
const sharedPart = 0.2;

/** What a stop needs to know. */
export interface StopPlan {
  readonly reason: string;
  /** Aborts when the total time is over. */
  readonly deadline: AbortSignal;
  /** When that is, on the clock of `performance.now()`. */
  readonly endsAt: number;
  /** From when tracked work is not waited for any more. */
  readonly drainEndsAt: number;
  /** The time after the lame duck, in milliseconds. */
  readonly stopMs: number;
  readonly work: InFlight;
  readonly logger: LifecycleLogger;
  readonly onStopped: (name: string) => void;
}

/** When a wave has to be done with waiting and with stopping. */
interface Turn {
  readonly endsAt: number;
  readonly worked: Promise<void>;
}

/** Stops wave after wave, dependents first; one that fails or hangs never skips the others. */
export async function stopWaves(
  waves: readonly (readonly NamedResource[])[],
  plan: StopPlan,
): Promise<readonly ResourceReport[]> {
  const order = waves.filter(({ length }) => length > 0).toReversed();
  const shareMs = (plan.stopMs * sharedPart) / order.length;
  const reports: ResourceReport[] = [];
  for (const [index, wave] of order.entries()) {
    const endsAt = plan.endsAt - shareMs * (order.length - 1 - index);
    const workMs = Math.min(plan.drainEndsAt, endsAt - shareMs) - performance.now();
    const turn = { endsAt, worked: plan.work.settled(workMs, plan.deadline) };
    reports.push(...(await Promise.all(wave.map((resource) => stopOne(resource, plan, turn)))));
  }
  return reports;
}

async function stopOne(resource: NamedResource, plan: StopPlan, turn: Turn): Promise<ResourceReport> {
  const { name, stop, isServer } = resource;
  const { reason, deadline, logger } = plan;
  if (!isServer) await turn.worked;
  // Rounded up: a timer of a broken millisecond fires early.
  const timeoutMs = Math.max(1, Math.min(resource.timeoutMs, Math.ceil(turn.endsAt - performance.now())));
  const result = deadline.aborted
    ? ({ outcome: 'skipped', durationMs: 0 } as const)
    : await bounded((signal) => stop?.({ signal, reason }), { timeoutMs, parent: deadline });
  const { outcome, durationMs } = result;
  plan.onStopped(name);
  tellResourceStopped({ resource: name, durationMs, outcome });
  if (outcome !== 'ok') {
    const err = 'error' in result ? result.error : undefined;
    logger.error({ resource: name, outcome, durationMs, err }, 'did not stop cleanly');
  }
  return { name, ...result };
}
