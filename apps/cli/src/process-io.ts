import { styleText } from 'node:util';
import { detectEnvironment } from '@seaworthy/config';
import { exitCodes } from './exit-codes.ts';
import { createExit } from './exit.ts';
import { localeOf } from './i18n/locale.ts';
import type { Io } from './io.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export interface ProcessIo extends Io {
  /** Resolves when all that was written has left the process. */
  flush(): Promise<void>;
}

/** The streams and variables of this process. */
export function processIo(): ProcessIo {
  const { stdout, stderr, stdin, env } = process;
  ignoreClosedPipe(stdout);
  ignoreClosedPipe(stderr);
  return {
    stdout,
    stderr,
    stdin,
    cwd: currentDirectory(),
    variables: env,
    paint: (style, text) => styleText(style, text, { stream: stdout }),
    hasColour: styleText('red', 'x', { stream: stderr }) !== 'x',
    locale: localeOf(env),
    isScreen: stdout.isTTY,
    isInteractive: stderr.isTTY && !detectEnvironment({ env }).ci,
    signals,
    exit: createExit({ exit: (code) => process.exit(code), signals }),
    flush: async () => {
      await Promise.all([drained(stdout), drained(stderr)]);
    },
  };
}

function currentDirectory(): string {
  try {
    return process.cwd();
  } catch {
    process.stderr.write('The current directory is gone. Change to one that exists.\n');
    return process.exit(exitCodes.usage);
  }
}

/** A reader such as `head` may close the pipe before the end: that is its right, and no error. A full disk is one. */
function ignoreClosedPipe(stream: NodeJS.WriteStream): void {
  stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') return;
    process.stderr.write(`The output could not be written (${code}). Check where it goes.\n`);
    process.exit(exitCodes.unfinished);
  });
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
