import { ManagementErrors } from './errors.ts';
import type { ErrorCountView, ErrorsContributor, ErrorView } from './contributors.ts';

/** The part of a report of `@seaworthy/errors` that is kept. */
export interface ErrorReport {
  readonly problem: { readonly code: string; readonly message: string; readonly severity: string };
  readonly count: number;
  /** ISO 8601. */
  readonly time: string;
}

/** A sink for the `reporter` of `@seaworthy/errors`, whose contents `/errors` shows. */
export interface RecentErrors extends ErrorsContributor {
  readonly name: string;
  send(report: ErrorReport): void;
}

export interface RecentErrorsOptions {
  /** How many of the newest are kept; as many codes are counted, the rest together under `other`. @default 100 */
  readonly limit?: number;
}

/** Keeps the newest errors and counts all of them by code. @throws ManagementErrors.INVALID_OPTION */
export function recentErrors({ limit = 100 }: RecentErrorsOptions = {}): RecentErrors {
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    const expected = 'a whole number from 1 to 10000';
    throw new ManagementErrors.INVALID_OPTION({ option: 'limit', expected, value: `\`${limit}\``, type: typeof limit });
  }
  const newest: ErrorView[] = [];
  const counts = new Map<string, ErrorCountView>();
  return {
    name: 'management',
    send({ problem: { code, message, severity }, count, time }) {
      newest.unshift({ time, code, message, severity, count });
      newest.length = Math.min(newest.length, limit);
      const key = counts.has(code) || counts.size < limit ? code : 'other';
      counts.set(key, { code: key, count: (counts.get(key)?.count ?? 0) + count, lastTime: time });
    },
    recent: () => [...newest],
    counts: () => [...counts.values()],
  };
}
