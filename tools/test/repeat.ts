// What runs a second time, and what is then counted.
// (1) A process of the tests that is ended by a signal says nothing about the tests: Node itself crashed. Its file runs once more.
// (2) Where SEAWORTHY_TEST_REPEAT=1 says so, a few files that failed run once more, alone: on a shared machine a test can fail
//     because everything stood still. What fails twice has failed, and what passed only then is told by name (decision 34).
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** What a run of the tests says to `tools/test.ts`. */
export interface RunResult extends Counts {
  /** Files whose process was ended by a signal; nothing of them is counted. */
  readonly crashed: readonly Crash[];
  /** Files in which something failed; their tests are counted above as well. */
  readonly broken: readonly Broken[];
}

export interface Crash {
  readonly file: string;
  readonly signal: string;
}

export interface Broken extends Counts {
  readonly file: string;
  /** Full names of the tests that failed; none when the file itself could not run. */
  readonly names: readonly string[];
  /** What was wrong in each of them, shortened; of the file when it has no names. */
  readonly reasons: readonly string[];
}

/** More broken files than this are no accident. */
const mostRepeated = 3;

export const nothing: RunResult = { passed: 0, failed: 0, skipped: 0, crashed: [], broken: [] };

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

/** The file that an error belongs to which no test threw. */
export function fileOf(error: unknown): string | undefined {
  const file =
    typeof error === 'object' && error !== null
      ? (error as { VITEST_TEST_PATH?: unknown }).VITEST_TEST_PATH
      : undefined;
  return typeof file === 'string' ? file : undefined;
}

/** The broken files that run once more: all or none, since a repetition helps only when nothing else has failed. */
export function toRepeat({ failed, broken }: RunResult): readonly Broken[] {
  const isAll = failed === broken.reduce((total, file) => total + file.failed, 0);
  return isAll && broken.length <= mostRepeated ? broken : [];
}

/** Two runs as one: the second ran what crashed in the first, and the broken files that were repeated. */
export function merge(first: RunResult, second: RunResult, repeated: readonly Broken[]): RunResult {
  const replaced = sum(repeated.map((file) => ({ ...nothing, ...counts(file) })));
  return {
    passed: first.passed - replaced.passed + second.passed,
    failed: first.failed - replaced.failed + second.failed + second.crashed.length,
    skipped: first.skipped - replaced.skipped + second.skipped,
    crashed: [],
    broken: [...first.broken.filter((file) => !repeated.includes(file)), ...second.broken],
  };
}

/** Runs of different tests as one. */
export function sum(results: readonly RunResult[]): RunResult {
  const total = { passed: 0, failed: 0, skipped: 0, crashed: [] as Crash[], broken: [] as Broken[] };
  for (const { passed, failed, skipped, crashed, broken } of results) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.crashed.push(...crashed);
    total.broken.push(...broken);
  }
  return total;
}

/** What failed in the end, one text for each test or file, so that the end of a long output says it once more. */
export function failures({ broken }: Pick<RunResult, 'broken'>, root: string): readonly string[] {
  return broken.flatMap(({ file, names, reasons }) => {
    const path = relative(root, file);
    const titles = names.length === 0 ? [path] : names.map((name) => `${path} > ${name}`);
    return titles.map((title, index) => [title, ...(reasons[index] ?? 'no reason told').split('\n')].join('\n    '));
  });
}

/** Hands the counts, and what failed, to whoever asked for them by SEAWORTHY_TEST_RESULT. */
export function tellCounts(result: Counts, file: string | undefined, failed: readonly string[] = []): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify({ ...counts(result), failures: failed })}\n`);
}

function counts({ passed, failed, skipped }: Counts): Counts {
  return { passed, failed, skipped };
}
