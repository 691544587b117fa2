import type { Problem } from '../project/problem.ts';
import type { Category, RuleFinding } from '../rules/contract.ts';
import type { Suppression } from './suppressions/comments.ts';

/** What looking at one file alone has come to: plain data, which threads exchange and a cache keeps. */
export interface FileAnswer {
  readonly path: string;
  /** Whether the file was read and parsed; undefined when no rule asked. */
  readonly isOpen?: boolean;
  /** Whether the file held something else than when it was listed. */
  readonly hasChanged?: true;
  readonly problems: readonly Problem[];
  readonly findings: readonly { readonly rule: string; readonly raw: RuleFinding }[];
  readonly suppressions: readonly Suppression[];
  /** Categories of the rules that had this file to look at. */
  readonly applicable: readonly Category[];
}

/** What looking at some files of one kind has come to. */
export interface PartAnswer {
  readonly files: readonly FileAnswer[];
  /** Rules that did not finish, with what went wrong. */
  readonly problems: readonly Problem[];
}
