import { styleText } from 'node:util';
import { detectEnvironment } from '@seaworthy/config';
import { exitCodes } from './exit-codes.ts';
import { createExit } from './exit.ts';
import { lastWords } from './i18n/last-words.ts';
import { localeOf, type Locale } from './i18n/locale.ts';
import type { Io } from './io.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface ProcessIo extends Io {
  /** Resolves when all that was written has left the process. */
  flush(): Promise<void>;
}

/** The streams and variables of this process. */
export function processIo(): ProcessIo {
  const { stdout, stderr, stdin, env } = process;
  const locale = localeOf(env);
  ignoreClosedPipe(stdout, locale);
  ignoreClosedPipe(stderr, locale);
  return {
    stdout,
    stderr,
    stdin,
    cwd: currentDirectory(locale),
    variables: env,
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    hasColour: styleText('red', 'x', { stream: stderr }) !== 'x',
    locale,
    isScreen: stdout.isTTY,
    isInteractive: stderr.isTTY && !detectEnvironment({ env }).ci,
    signals,
    exit: createExit({ exit: (code) => process.exit(code), signals }),
    flush: async () => {
      await Promise.all([drained(stdout), drained(stderr)]);
    },
  };
}

function currentDirectory(locale: Locale): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write(`${lastWords[locale].directoryGone}\n`);
    return process.exit(exitCodes.usage);
  }
}

/** A reader such as `head` may close the pipe before the end: that is its right, and no error. A full disk is one. */
function ignoreClosedPipe(stream: NodeJS.WriteStream, locale: Locale): void {
  stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    process.stderr.write(`${lastWords[locale].outputBroken(code)}\n`);
    process.exit(exitCodes.unfinished);
  });
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
