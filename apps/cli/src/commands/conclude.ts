import { describeError } from '../describe-error.ts';
import type { Io } from '../io.ts';
import { exitCodeOfError } from '../verdict.ts';
import type { CliContext } from './context.ts';

/** Runs a handler and turns what comes of it into an exit code; an error goes to standard error. */
export async function conclude({ process, io }: CliContext, work: (io: Io) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work(io);
  } catch (error) {
    process.exitCode = exitCodeOfError(error);
    io.stderr.write(await describeError(error, io));
  }
}
