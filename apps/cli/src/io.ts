import type { Locale } from './i18n/locale.ts';
import type { Paint } from './reporters/reporter.ts';

/** Something that text is written to: a stream of the process, or an array in a test. */
export interface Sink {
  write(text: string): unknown;
}

/** Everything a command may touch besides files and the network. */
export interface Io {
  /** The result of a command, and nothing else. */
  readonly stdout: Sink;
  /** Progress, hints and errors. */
  readonly stderr: Sink;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** The directory that relative paths start from. */
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Colours for standard output. */
  readonly paint: Paint;
  /** Whether errors are shown in colour. */
  readonly hasColour: boolean;
  /** What people are told in. */
  readonly locale: Locale;
  /** Whether standard output is a terminal, which can be cleared. */
  readonly isScreen: boolean;
  /** Whether a person watches standard error. */
  readonly isInteractive: boolean;
  /** Signals of the process that interrupt a command. */
  readonly signals: readonly string[];
  /** Ends the process after a signal, when its command has had so long to end by itself; the second time at once. */
  readonly exit: (code: number, lastWordsMs: number) => void;
}
