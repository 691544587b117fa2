import { writeFileSync } from 'node:fs';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { crashOf, tellCounts, type Crash, type RunResult } from './crashes.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** After a run: what was skipped, how often and why; and the counts as JSON for whoever asked for them. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const crashed = unhandledErrors.map(crashOf).filter((crash): crash is Crash => crash !== undefined);
    const counts: Counts = { passed: 0, failed: unhandledErrors.length - crashed.length, skipped: 0 };
    const reasons = new Map<string, number>();
    for (const module of modules) {
      if (crashed.some(({ file }) => file === module.moduleId)) continue;
      const tests = [...module.children.allTests()];
      if (tests.length === 0 && module.state() === 'failed') counts.failed += 1;
      for (const test of tests) count(test, counts, reasons);
    }
    for (const [reason, times] of reasons) console.log(`Skipped ${times}: ${reason}`);
    const result: RunResult = { ...counts, crashed };
    const file = process.env['SEAWORTHY_TEST_RUN'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(result));
    else tellCounts({ ...result, failed: counts.failed + crashed.length }, process.env['SEAWORTHY_TEST_RESULT']);
  }
}

function count(test: TestCase, counts: Counts, reasons: Map<string, number>): void {
  const result = test.result();
  if (result.state === 'passed') counts.passed += 1;
  else if (result.state === 'skipped') {
    counts.skipped += 1;
    const reason = result.note ?? `no reason given (${test.fullName})`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  } else counts.failed += 1;
}
