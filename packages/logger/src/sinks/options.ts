import { LoggerErrors } from '../errors.ts';
import { expectNumber, type OptionNames } from '../expect-option.ts';
import { parseLevelWord, severityOf } from '../levels/vocabulary.ts';
import type { FdSinkOptions } from './fd.ts';
import type { Durability, WhenFull } from './sink.ts';

/** What every sink on a file descriptor can be told. */
export interface WriteOptions {
  /** The least severe level it takes, besides what the logger lets through. @default 'trace' */
  readonly level?: string;
  /** When it writes; by default what the logger says. */
  readonly durability?: Durability;
  /** The most bytes that wait while the operating system takes nothing. @default 16777216 */
  readonly capBytes?: number;
  /** What happens at that limit. @default 'drop' */
  readonly whenFull?: WhenFull;
}

/** The names of these options, for sinks that have more. */
export const writeOptions: OptionNames<WriteOptions> = {
  level: true,
  durability: true,
  capBytes: true,
  whenFull: true,
};

/** Checks the options once. @throws UNKNOWN_LEVEL, INVALID_OPTION */
export function readWriteOptions(options: WriteOptions): FdSinkOptions {
  const { level = 'trace', durability, capBytes = 16 * 1024 * 1024, whenFull } = options;
  expectNumber('capBytes', capBytes, 0);
  if (durability !== undefined) checkDurability(durability);
  if (whenFull !== undefined) checkWhenFull(whenFull);
  return { severity: severityOf(parseLevelWord(level)), capBytes, durability, whenFull };
}

/** @throws INVALID_OPTION */
export function checkDurability(value: unknown): asserts value is Durability {
  if (value === 'adaptive' || value === 'record' || value === 'turn') return;
  const received = typeof value === 'string' ? JSON.stringify(value) : typeof value;
  throw new LoggerErrors.INVALID_OPTION({ option: 'durability', expected: '"adaptive", "record" or "turn"', received });
}

function checkWhenFull(value: unknown): asserts value is WhenFull {
  if (value === 'drop' || value === 'block' || value === 'sample') return;
  const received = typeof value === 'string' ? JSON.stringify(value) : typeof value;
  throw new LoggerErrors.INVALID_OPTION({ option: 'whenFull', expected: '"drop", "block" or "sample"', received });
}
