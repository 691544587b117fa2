import type { BreakerState } from './breaker-state.ts';
import type { TargetStatus } from './health.ts';

/** How one named part is: plain data. */
export type PartHealth =
  | { readonly kind: 'pipeline'; readonly name: string; readonly status: PartStatus; readonly breaker: BreakerState }
  | {
      readonly kind: 'balancer' | 'failover';
      readonly name: string;
      readonly status: PartStatus;
      readonly targets: readonly TargetStatus[];
    };

/** `down`: no call gets through. `degraded`: some do, or some targets are out. */
export type PartStatus = 'ok' | 'degraded' | 'down';

/** How a registry is: as well as the worst of its parts, but `down` only when it is closed. */
export interface ResilienceHealth {
  readonly status: PartStatus;
  /** The pipelines with a breaker, the balancers and the failovers. */
  readonly parts: readonly PartHealth[];
}

/** Looks at parts; one dependency that is down makes a service worse, and only its owner knows whether it is useless. */
export function healthOf(parts: readonly PartHealth[], isClosed: boolean): ResilienceHealth {
  if (isClosed) return { status: 'down', parts };
  return { status: parts.every(({ status }) => status === 'ok') ? 'ok' : 'degraded', parts };
}

export function breakerHealth(name: string, breaker: BreakerState): PartHealth {
  const isDown = breaker === 'open' || breaker === 'forced-open';
  return { kind: 'pipeline', name, status: isDown ? 'down' : breaker === 'half-open' ? 'degraded' : 'ok', breaker };
}

export function targetsHealth(
  kind: 'balancer' | 'failover',
  name: string,
  targets: readonly TargetStatus[],
): PartHealth {
  const healthy = targets.filter(({ healthy: isHealthy }) => isHealthy).length;
  return { kind, name, status: healthy === targets.length ? 'ok' : healthy === 0 ? 'down' : 'degraded', targets };
}
