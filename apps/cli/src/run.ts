import type { ApplicationText } from '@stricli/core';
import { answerAtOnce } from './at-once.ts';
import type { CliContext } from './commands/context.ts';
import { describeError } from './describe-error.ts';
import { CliErrors } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { takeLocale } from './i18n/locale.ts';
import { loadMessages } from './i18n/messages.ts';
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
    const spoken = { ...io, locale: taken.locale ?? io.locale };
    return await (taken.words.length === 0 ? showHelp(spoken) : runCommand(taken.words, spoken));
  } catch (error) {
    if (!CliErrors.UNKNOWN_LOCALE.is(error)) throw error;
    io.stderr.write(await describeError(error, io));
    return exitCodes.usage;
  }
}

/** The help of a group of commands ends in 0, and so does this one. */
async function showHelp(io: Io): Promise<number> {
  io.stdout.write((await loadMessages(io.locale)).shortHelp);
  return exitCodes.clean;
}

async function runCommand(words: readonly string[], io: Io): Promise<number> {
  const [{ run: runStricli }, { buildApp }] = await Promise.all([import('@stricli/core'), import('./commands/app.ts')]);
  const language = io.locale === 'de' ? await loadGerman() : undefined;
  const process: CliContext['process'] = {
    // What the framework itself writes there is help.
    stdout: textOnly(io.stdout, language?.help),
    stderr: textOnly(io.stderr),
    env: io.variables,
  };
  await runStricli(buildApp(language?.text), words, { process, io });
  return toExitCode(Number(process.exitCode ?? 0));
}

async function loadGerman(): Promise<{ readonly text: ApplicationText; readonly help: (page: string) => string }> {
  const [{ germanText: text }, { germanHelp }, { helpIn }] = await Promise.all([
    import('./i18n/framework-de.ts'),
    import('./i18n/de-help.ts'),
    import('./i18n/help.ts'),
  ]);
  return { text, help: (page) => helpIn(page, germanHelp) };
}

/** The framework asks a stream for its colours; ours are decided elsewhere. */
function textOnly(sink: Io['stdout'], say = (text: string): string => text): { write(text: string): void } {
  return { write: (text) => void sink.write(say(text)) };
}

/** The framework's own codes are negative: -4 and -5 are for wrong flags and commands. */
function toExitCode(code: number): number {
  if (code >= 0) return code;
  return code === -4 || code === -5 ? exitCodes.usage : exitCodes.unfinished;
}
