import type { CheckOptions, HealthStatus } from './types.ts';

const ranks: Readonly<Record<HealthStatus, number>> = { down: 0, degraded: 1, up: 2 };

/**
 * Says what status to show for what was seen: the first answer counts at once, a later one must be worse `failAfter`
 * times in a row, or better `passAfter` times in a row, before the status follows it.
 */
export function createHysteresis({
  failAfter,
  passAfter,
}: Required<Pick<CheckOptions, 'failAfter' | 'passAfter'>>): (seen: HealthStatus) => HealthStatus {
  let status: HealthStatus | undefined;
  let direction = 0;
  let count = 0;
  return (seen) => {
    if (status === undefined) return (status = seen);
    const towards = Math.sign(ranks[seen] - ranks[status]);
    count = towards === direction ? count + 1 : 1;
    direction = towards;
    if (towards === 0 || count < (towards > 0 ? passAfter : failAfter)) return status;
    direction = 0;
    return (status = seen);
  };
}
