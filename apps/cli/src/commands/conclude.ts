import { isSeaworthyError, toTerminal } from '@seaworthy/errors';
import type { Io } from '../io.ts';
import { exitCodeOfError } from '../verdict.ts';
import type { CliContext } from './context.ts';

/** Runs a handler and turns what comes of it into an exit code; an error goes to standard error. */
export async function conclude({ process, io }: CliContext, work: (io: Io) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work(io);
  } catch (error) {
    process.exitCode = exitCodeOfError(error);
    io.stderr.write(`${describe(error, io.hasColour)}\n`);
  }
}

/** An error of a catalogue says what to do; any other is a mistake of ours, and its stack helps to find it. */
function describe(error: unknown, color: boolean): string {
  if (!isSeaworthyError(error)) return toTerminal(error, { color });
  return `${toTerminal(error, { color, stack: false })}\n  more  seaworthy explain ${error.code}`;
}
