/** What scanning looks for. */
export type ScanRule =
  | 'builtin'
  | 'package'
  | 'undeclared'
  | 'outside'
  | 'dynamic-import'
  | 'import-meta'
  | 'require'
  | 'create-require'
  | 'native-addon'
  | 'eval'
  | 'process-internals'
  | 'computed-global'
  | 'unreadable';

/** Something that was seen in a file, before any policy judges it. */
export interface Fact {
  readonly rule: Exclude<ScanRule, 'undeclared'>;
  /** The module that is imported, or the words that were found. */
  readonly detail: string;
  /** From the folder of the package. */
  readonly file: string;
  /** From 1; 0 for a file as a whole. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The same, with its place in the text. */
export interface Found {
  readonly rule: Fact['rule'];
  readonly detail: string;
  readonly offset: number;
}
