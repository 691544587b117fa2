import { answerAtOnce } from './at-once.ts';
import type { CliContext } from './commands/context.ts';
import { describeError } from './describe-error.ts';
import { CliErrors } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { takeLocale } from './i18n/locale.ts';
import type { Io } from './io.ts';

/** Runs the command that the words name, and answers the exit code. */
export async function run(words: readonly string[], io: Io): Promise<number> {
  const answer = answerAtOnce(words);
  if (answer === undefined) return runInLocale(words, io);
  io.stdout.write(answer);
  return exitCodes.clean;
}

async function runInLocale(words: readonly string[], io: Io): Promise<number> {
  try {
    const taken = takeLocale(words);
    return await runCommand(taken.words, { ...io, locale: taken.locale ?? io.locale });
  } catch (error) {
    if (!CliErrors.UNKNOWN_LOCALE.is(error)) throw error;
    io.stderr.write(await describeError(error, io));
    return exitCodes.usage;
  }
}

async function runCommand(words: readonly string[], io: Io): Promise<number> {
  const [{ run: runStricli }, { buildApp }] = await Promise.all([import('@stricli/core'), import('./commands/app.ts')]);
  const process: CliContext['process'] = {
    stdout: textOnly(io.stdout),
    stderr: textOnly(io.stderr),
    env: io.variables,
  };
  const text = io.locale === 'de' ? (await import('./i18n/framework-de.ts')).germanText : undefined;
  await runStricli(buildApp(text), words, { process, io });
  return toExitCode(Number(process.exitCode ?? 0));
}

/** The framework asks a stream for its colours; ours are decided elsewhere. */
function textOnly(sink: Io['stdout']): { write(text: string): void } {
  return { write: (text) => void sink.write(text) };
}

/** The framework's own codes are negative: -4 and -5 are for wrong flags and commands. */
function toExitCode(code: number): number {
  if (code >= 0) return code;
  return code === -4 || code === -5 ? exitCodes.usage : exitCodes.unfinished;
}
