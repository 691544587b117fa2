import type { CommandContext, StricliProcess } from '@stricli/core';
import type { Io } from '../io.ts';

/** What the framework hands to a command. */
export interface CliContext extends CommandContext {
  readonly process: StricliProcess;
  readonly io: Io;
}
