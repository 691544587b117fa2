// A process of the tests that is ended by a signal says nothing about the tests: Node itself crashed. Its file runs once more,
// and the summary says so; a second crash is a failure.
import { writeFileSync } from 'node:fs';

/** What a run of the tests says to `tools/test.ts`. */
export interface RunResult {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Files whose process was ended by a signal; nothing of them is counted. */
  readonly crashed: readonly Crash[];
}

export interface Crash {
  readonly file: string;
  readonly signal: string;
}

/** The crash that an unhandled error of Vitest tells of, or one of its causes. */
export function crashOf(error: unknown): Crash | undefined {
  for (let each = error, depth = 0; typeof each === 'object' && each !== null && depth < 5; depth += 1) {
    const { message, cause } = each as { readonly message?: unknown; readonly cause?: unknown };
    const groups = /exited unexpectedly with signal (?<signal>SIG[A-Z]+).* running test file (?<file>.+)$/.exec(
      String(message),
    )?.groups;
    const { signal, file } = groups ?? {};
    if (signal !== undefined && file !== undefined) return { file, signal };
    each = cause;
  }
  return undefined;
}

/** Two runs as one: the second ran what crashed in the first. */
export function merge(first: RunResult, second: RunResult): RunResult {
  return {
    passed: first.passed + second.passed,
    failed: first.failed + second.failed + second.crashed.length,
    skipped: first.skipped + second.skipped,
    crashed: [],
  };
}

/** Runs of different tests as one. */
export function sum(results: readonly RunResult[]): RunResult {
  const total = { passed: 0, failed: 0, skipped: 0, crashed: [] as Crash[] };
  for (const { passed, failed, skipped, crashed } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.crashed.push(...crashed);
  }
  return total;
}

/** Hands the counts to whoever asked for them by SEAWORTHY_TEST_RESULT. */
export function tellCounts({ passed, failed, skipped }: RunResult, file: string | undefined): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ passed, failed, skipped })}\n`);
}
