import { expectOptions, expectWhole } from './expect-option.ts';
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

/** Keeps the newest errors and counts all of them by code. @throws ManagementErrors.INVALID_OPTION, UNKNOWN_OPTION */
export function recentErrors(options: RecentErrorsOptions = {}): RecentErrors {
  expectOptions(options, { limit: true });
  const { limit = 100 } = options;
  expectWhole('limit', limit, 1, 10_000);
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
