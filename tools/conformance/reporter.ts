import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { SuiteResult } from './result.ts';

/** Writes one line of JSON for each public suite. A skipped case is an exclusion, and its note the reason. */
export default class ConformanceReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const file = process.env['SEAWORTHY_CONFORMANCE_RESULT'];
    if (file === undefined) return;
    for (const module of modules) appendFileSync(file, `${JSON.stringify(resultOf(module))}\n`);
  }
}

function resultOf(module: TestModule): SuiteResult {
  const tests = [...module.children.allTests()];
  const inState = (state: string): readonly TestCase[] => tests.filter((test) => test.result().state === state);
  const skipped = inState('skipped');
  const passed = inState('passed').length;
  const ran = tests.length > skipped.length;
  const hasBrokenFile = tests.length === 0 && module.state() === 'failed';
  return {
    package: module.project.name,
    suite: basename(module.moduleId, '.test.ts'),
    passed,
    failed: tests.length - passed - skipped.length + (hasBrokenFile ? 1 : 0),
    excluded: ran ? skipped.length : 0,
    reasons: [...new Set(skipped.map(reasonOf))],
    ran: ran || hasBrokenFile,
  };
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' && result.note) || `no reason given (${test.fullName})`;
}
