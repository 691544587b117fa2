import { isSeaworthyError, toTerminal } from '@seaworthy/errors';
import type { Io } from './io.ts';

/** An error of a catalogue says what to do; any other is a mistake of ours, and its stack helps to find it. */
export function describeError(error: unknown, { hasColour: color }: Pick<Io, 'hasColour'>): string {
  if (!isSeaworthyError(error)) return `${toTerminal(error, { color })}\n`;
  return `${toTerminal(error, { color, stack: false })}\n  more  seaworthy explain ${error.code}\n`;
}
