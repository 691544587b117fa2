import { CliErrors } from '../errors.ts';
import type { Position } from '../rules/contract.ts';

export type ProblemKind = 'unreadable' | 'unparsable' | 'rule-crashed' | 'rule-timeout';

/** Something the audit could not look at, or could not finish. */
export interface Problem {
  readonly kind: ProblemKind;
  /** A code of the catalogue, such as `seaworthy.cli.FILE_UNPARSABLE`. */
  readonly code: string;
  readonly message: string;
  /** Relative to the audited directory. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly rule?: string;
}

interface Coded {
  readonly code: string;
  readonly message: string;
}

export function unreadable(file: string, error: Coded, position?: Position): Problem {
  return { kind: 'unreadable', code: error.code, message: error.message, file, ...position };
}

export function unparsable(file: string, reason: string, position: Position): Problem {
  const { code, message } = new CliErrors.FILE_UNPARSABLE({ reason: sentence(reason) });
  return { kind: 'unparsable', code, message, file, ...position };
}

/** The reason of a system error in a few words that name no path: `EACCES`, for example. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

/** One line that ends in a full stop, whatever a parser or a rule said. */
export function sentence(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

/** By file, place and code, so that a report does not depend on who noticed first. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    compareText(a.file ?? '', b.file ?? '') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    compareText(a.code, b.code) ||
    compareText(a.rule ?? '', b.rule ?? '')
  );
}

/** By UTF-16 code units: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
