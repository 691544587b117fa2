import type { ActiveReport, ResourceReport, StopReport } from './types.ts';

/** Turns what became of each resource into the answer of `stop()`. */
export function createReport(
  reason: string,
  startedAt: number,
  resources: readonly ResourceReport[],
  active: ActiveReport,
  exitCodes: Readonly<Record<string, number>>,
): StopReport {
  const isClean = resources.every(({ outcome }) => outcome === 'ok') && active.work.length === 0;
  const cleanCode = Object.hasOwn(exitCodes, reason) ? (exitCodes[reason] ?? 0) : 0;
  return {
    reason,
    exitCode: isClean ? cleanCode : 1,
    durationMs: performance.now() - startedAt,
    resources,
    active,
  };
}

/** One line about an error of any kind, for fields and messages. */
export function describe(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'an error that cannot be printed';
  }
}
