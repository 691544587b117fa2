import { writeSync } from 'node:fs';

/**
 * Writes what nobody else takes to standard error, at once.
 *
 * Not through `process.stderr`: when its reader is gone that raises an uncaught error, which would be written in turn.
 */
export function printError(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // Nobody is left to be told.
  }
}
