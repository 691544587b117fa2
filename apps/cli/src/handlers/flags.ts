import { runCli } from '@seaworthy/flags/cli';
import type { Io } from '../io.ts';

/** What is asked of a file of flags, in the words of the package's own command. */
export interface FlagsQuestion {
  readonly command: 'list' | 'lint' | 'stale' | 'explain' | 'export';
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** The file, and the key where one is needed. */
  readonly words: readonly string[];
}

/** Asks the command of `@seaworthy/flags`; its exit codes mean the same as ours. */
export function askFlags({ command, options, words }: FlagsQuestion, io: Io): Promise<number> {
  const given = Object.entries(options).flatMap(([name, value]) => wordsOf(name, value));
  return runCli([command, ...given, '--', ...words], { directory: io.cwd, stdout: io.stdout, stderr: io.stderr });
}

function wordsOf(name: string, value: string | boolean | undefined): readonly string[] {
  if (value === undefined || value === false) return [];
  return value === true ? [`--${name}`] : [`--${name}=${value}`];
}
