import { isSeaworthyError } from '@seaworthy/errors';
import type { Settings } from './config/settings.ts';
import { exitCodes } from './exit-codes.ts';
import { isSupport } from './project/classify.ts';
import type { Report } from './report/report.ts';
import type { Severity } from './rules/contract.ts';

/**
 * The exit code of an audit. A rule that did not finish outweighs findings. A file that could not be looked at only keeps
 * the audit from calling itself clean, and counts for code that runs in production; in strict mode every file counts.
 */
export function exitCodeOf(
  report: Report,
  options: { readonly failOn: Settings['failOn']; readonly isStrict: boolean },
): number {
  const { problems, summary } = report;
  if (problems.some(({ rule }) => rule !== undefined)) return exitCodes.unfinished;
  if (failing(summary, options.failOn) > 0) return exitCodes.found;
  const blind = problems.some(({ file }) => file !== undefined && (options.isStrict || !isSupport(file)));
  return blind ? exitCodes.unfinished : exitCodes.clean;
}

function failing({ errors, warnings, infos }: Report['summary'], failOn: Settings['failOn']): number {
  const counts = { error: errors, warning: warnings, info: infos };
  return severities.filter((severity) => isAtLeast(severity, failOn)).reduce((sum, each) => sum + counts[each], 0);
}

const severities = ['error', 'warning', 'info'] as const satisfies readonly Severity[];

/** Whether a finding of a severity fails an audit. */
export function isAtLeast(severity: Severity, failOn: Settings['failOn']): boolean {
  return failOn !== 'never' && severities.indexOf(severity) <= severities.indexOf(failOn);
}

/** The exit code that an error ends in. */
export function exitCodeOfError(error: unknown): number {
  if (!isSeaworthyError(error)) return exitCodes.unfinished;
  if (error.code.startsWith('seaworthy.cli.')) return error.meta.exitCode ?? exitCodes.unfinished;
  return error.code.startsWith('seaworthy.config.') ? exitCodes.usage : exitCodes.unfinished;
}
