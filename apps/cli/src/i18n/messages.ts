import type { RefusalReason } from '../fix/merge.ts';
import type { Counts } from '../report/report.ts';
import type { Category, Severity } from '../rules/contract.ts';
import { en } from './en.ts';
import type { Locale } from './locale.ts';

/** What the command itself says to people. What rules say is in `rules/`; everything that machines read is English in every language. */
export interface Messages {
  /** The beginning of a finding. */
  readonly severities: Readonly<Record<Severity, string>>;
  readonly fix: string;
  readonly more: string;
  readonly score: string;
  readonly ofHundred: string;
  /** What categories are called. */
  readonly categories: Readonly<Record<Category, string>>;
  readonly couldNotFinish: string;
  readonly morePlaces: (amount: number) => string;
  /** Without a full stop: `2 errors, 1 warning`. */
  readonly counts: (counts: Counts) => string;
  readonly nothingFound: (files: number, rules: number) => string;
  readonly foundIn: (counts: string, files: number) => string;
  readonly rulesUnfinished: (amount: number) => string;
  readonly filesUnseen: (amount: number) => string;
  readonly suppressed: (amount: number) => string;
  readonly reportIsIn: (path: string) => string;
  readonly reportIsAt: (url: string) => string;
  readonly waitingForChanges: string;
  readonly baselineWritten: (amount: number, path: string) => string;
  readonly baselineHeld: (amount: number, path: string) => string;
  readonly baselineUnused: (amount: number) => string;
  readonly mended: string;
  readonly notMended: string;
  readonly mendedIn: (findings: number, files: number) => string;
  readonly canBeMended: (findings: number, files: number) => string;
  readonly refusals: Readonly<Record<RefusalReason, string>>;
  readonly endless: (rounds: number) => string;
  /** What `seaworthy init` asks and says. */
  readonly init: InitMessages;
  /** What `seaworthy report diff` says. */
  readonly diff: DiffMessages;
  /** What bare `seaworthy` prints. */
  readonly shortHelp: string;
  /** What reports of several columns say: Markdown and HTML. */
  readonly page: PageMessages;
  /** What `seaworthy rules` says. */
  readonly ruleList: {
    readonly experimental: string;
    readonly total: (amount: number) => string;
  };
  /** What an editor shows. */
  readonly editor: EditorMessages;
  /** What `seaworthy explain` says of a code that it does not know, but whose owner it does. */
  readonly belongsTo: (id: string, owner: string) => string;
  readonly logs: LogMessages;
  readonly config: ConfigMessages;
  readonly plugin: PluginMessages;
}

export interface PageMessages {
  /** As HTML names it. */
  readonly language: string;
  readonly readiness: string;
  readonly noScore: string;
  readonly score: string;
  readonly scoreOf: (category: string) => string;
  /** Heads of columns. */
  readonly category: string;
  readonly errors: string;
  readonly warnings: string;
  readonly infos: string;
  readonly findings: string;
  readonly fix: string;
  readonly places: (amount: number) => string;
  readonly lines: (first: number, last: number) => string;
  readonly couldNotFinish: string;
}

export interface EditorMessages {
  readonly fix: string;
  readonly mendAll: string;
  readonly hold: (rule: string) => string;
  readonly moreFindings: (amount: number) => string;
  readonly looking: string;
}

/** Of `seaworthy logs verify`. */
export interface LogMessages {
  readonly holdBefore: (entries: number) => string;
  readonly noneChanged: (entries: number, head: string) => string;
}

/** Of `seaworthy config`. */
export interface ConfigMessages {
  readonly nothingWrong: (keys: number, environment: string) => string;
  readonly hasProblems: (path: string, problems: number) => string;
  readonly over: (value: string, source: string) => string;
  readonly notSet: string;
}

/** Of `seaworthy plugin`. */
export interface PluginMessages {
  readonly signedWith: (keys: string) => string;
  readonly signedBy: (keys: string) => string;
  readonly unsigned: string;
  readonly notVouchedFor: string;
  readonly signatures: (amount: number) => string;
  readonly found: (amount: number) => string;
  readonly foundIn: (amount: number, directory: string) => string;
  readonly next: (directory: string, commands: readonly string[]) => string;
  readonly leavesNothing: (tier: string) => string;
}

export interface DiffMessages {
  /** Headings and columns. */
  readonly added: string;
  readonly gone: string;
  readonly unseen: string;
  readonly category: string;
  readonly before: string;
  readonly after: string;
  readonly overall: string;
  readonly noScore: string;
  readonly summary: (added: number, gone: number, unchanged: number, unseen: number) => string;
}

export interface InitMessages {
  readonly settingsInManifest: string;
  readonly writeAnew: (file: string) => string;
  readonly stays: (file: string) => string;
  readonly failFrom: string;
  readonly writeWorkflow: string;
  readonly noManifest: string;
  readonly hasScript: (name: string) => string;
  readonly noScripts: string;
  readonly addScript: (name: string) => string;
  readonly next: (command: string) => string;
  /** What may be answered to a question, the proposal in capitals. */
  readonly yesOrNo: (proposed: boolean) => string;
  readonly yes: RegExp;
  readonly no: RegExp;
}

/** The messages of a language; only English is there at once. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  return locale === 'de' ? (await import('./de.ts')).de : en;
}
