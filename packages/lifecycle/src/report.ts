import type { ActiveReport, ResourceReport, StopReport } from './types.ts';

/** Turns what became of each resource into the answer of `stop()`. */
export function createReport(
  reason: string,
  startedAt: number,
  resources: readonly ResourceReport[],
  active: ActiveReport,
  exitCodes: Readonly<Record<string, number>>,
): StopReport {
  const cleanCode = Object.hasOwn(exitCodes, reason) ? (exitCodes[reason] ?? 0) : 0;
  return {
    reason,
    exitCode: isClean({ resources, active }) ? cleanCode : 1,
    durationMs: performance.now() - startedAt,
    resources,
    active,
  };
}

/** True when everything stopped and no work was left. */
export function isClean({ resources, active }: Pick<StopReport, 'resources' | 'active'>): boolean {
  return resources.every(({ outcome }) => outcome === 'ok') && active.work.length === 0;
}

/** How many causes of causes are looked at: one may lead back to itself. */
const deepestCause = 4;

/** One line about an error of any kind, for fields and messages; never empty. */
export function describe(error: unknown, depth = 0): string {
  try {
    if (!(error instanceof Error)) return String(error);
    const { message, name, cause } = error;
    const { code, errors } = error as { code?: unknown; errors?: unknown };
    // Node's connect() to several addresses fails with an AggregateError without a message.
    const isDeep = depth >= deepestCause;
    if (message === '' && !isDeep && Array.isArray(errors) && errors.length > 0)
      return errors.map((each) => describe(each, depth + 1)).join('; ');
    const own = message || (typeof code === 'string' ? code : name);
    // fetch() says only "fetch failed"; what failed is in its cause.
    return own === 'fetch failed' && !isDeep && cause !== undefined ? `${own}: ${describe(cause, depth + 1)}` : own;
  } catch {
    return 'an error that cannot be printed';
  }
}
