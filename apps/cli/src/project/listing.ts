import { CliErrors } from '../errors.ts';
import { unreadable, type Problem } from './problem.ts';

/** What listing a directory answers: paths, and directories below it that could not be read. */
export interface Listing {
  readonly paths: readonly string[];
  readonly problems: readonly Problem[];
}

/** The problem of a directory below the audited one. */
export function unreadableDirectory(path: string, reason: string): Problem {
  return unreadable(path, new CliErrors.DIRECTORY_UNREADABLE({ directory: path, reason }));
}
