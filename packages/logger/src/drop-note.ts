import { isoNow } from './clock.ts';

/** The record that tells how many others are missing. */
export interface DropNote {
  readonly level: 'warn';
  readonly timestamp: string;
  readonly message: string;
  readonly logger: string;
  readonly sink: string;
  readonly dropped: number;
}

/** What a sink or transport gets that did not get everything, once it takes records again. */
export function dropNote(sink: string, dropped: number): DropNote {
  const message = `The log sink ${sink} did not get everything: ${dropped} records are missing.`;
  return { level: 'warn', timestamp: isoNow(), message, logger: 'seaworthy.logger', sink, dropped };
}
