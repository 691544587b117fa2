import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { crashOf, fileOf, tellCounts, type Broken, type Crash, type RunResult } from './repeat.ts';

/** After a run: what was skipped, how often and why; and the counts as JSON for whoever asked for them. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const crashed = unhandledErrors.map(crashOf).filter((crash): crash is Crash => crash !== undefined);
    const thrown = unhandledErrors.filter((error) => crashOf(error) === undefined).map(fileOf);
    const total = { passed: 0, failed: thrown.filter((file) => file === undefined).length, skipped: 0 };
    const broken: Broken[] = [];
    const reasons = new Map<string, number>();
    for (const module of modules) {
      const file = module.moduleId;
      if (crashed.some((crash) => crash.file === file)) continue;
      const { names, reasons: whys, passed, skipped, ...counted } = count(module, reasons);
      const failed = counted.failed + thrown.filter((each) => each === file).length;
      const outside = unhandledErrors.filter((error) => fileOf(error) === file).map(shortened);
      if (failed > 0) broken.push({ file, names, reasons: [...whys, ...outside], passed, failed, skipped });
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
    }
    for (const [reason, times] of reasons) console.log(`Skipped ${times}: ${reason}`);
    const result: RunResult = { ...total, crashed, broken };
    const file = process.env['SEAWORTHY_TEST_RUN'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(result));
    else tellCounts({ ...result, failed: total.failed + crashed.length }, process.env['SEAWORTHY_TEST_RESULT']);
  }
}

/** The tests of a file; a file that fails without a test of it failing counts as one that failed. */
function count(module: TestModule, reasons: Map<string, number>): Omit<Broken, 'file'> {
  const names: string[] = [];
  const whys: string[] = [];
  let [passed, skipped] = [0, 0];
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') passed += 1;
    else if (state === 'skipped') {
      skipped += 1;
      const reason = reasonOf(test);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    } else {
      names.push(test.fullName);
      whys.push((test.result().errors ?? []).map(shortened).join('\n'));
    }
  }
  const failed = names.length === 0 && module.state() === 'failed' ? 1 : names.length;
  if (names.length === 0) whys.push(...module.errors().map(shortened));
  return { passed, failed, skipped, names, reasons: whys };
}

/** An error for the end of an output: its message and where it was thrown, at most twelve lines. */
function shortened(error: unknown): string {
  const { message, stack, diff } = error as { message?: unknown; stack?: unknown; diff?: unknown };
  const texts = [message, diff].filter((each) => typeof each === 'string');
  const lines = stripVTControlCharacters(texts.join('\n')).split('\n').slice(0, 11);
  const frames = typeof stack === 'string' ? stack.split('\n') : [];
  const at = frames.filter((line) => /^\s+at .*\.test\.ts/.test(line)).slice(0, 1);
  return [...lines.map((line) => line.slice(0, 300)), ...at.map((line) => line.trim())].join('\n');
}

function reasonOf(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? `no reason given (${test.fullName})`;
}
