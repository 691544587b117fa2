import { runCli } from '@seaworthy/schema-registry/cli';
import type { Io } from '../io.ts';

/** What is asked of modules with schemas, in the words of the package's own command. */
export interface SchemaQuestion {
  readonly command: 'check' | 'update' | 'show' | 'diff';
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  /** The modules; for `show` and `diff` one, with the subject and its versions. */
  readonly words: readonly string[];
}

/** Asks the command of `@seaworthy/schema-registry`; its exit codes mean the same as ours. The modules are run. */
export function askSchemas({ command, options, words }: SchemaQuestion, io: Io): Promise<number> {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}=${value}`];
  });
  return runCli([command, ...given, '--', ...words], { directory: io.cwd, stdout: io.stdout, stderr: io.stderr });
}
