/** What one public suite said of one package. */
export interface SuiteResult {
  readonly package: string;
  readonly suite: string;
  readonly passed: number;
  readonly failed: number;
  /** Cases that were left out. */
  readonly excluded: number;
  /** Why cases were left out, or why the suite did not run. */
  readonly reasons: readonly string[];
  /** False when the suite's data is not there. */
  readonly ran: boolean;
}

/** A result for people. */
export function suiteLine({ package: name, suite, passed, failed, excluded, reasons, ran }: SuiteResult): string {
  const why = reasons.length > 0 ? ` (${reasons.join('; ')})` : '';
  if (!ran) return `${name} ${suite}: not run${why}`;
  return `${name} ${suite}: ${passed} passed, ${failed} failed, ${excluded} excluded${why}`;
}
