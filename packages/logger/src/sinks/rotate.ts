import { LoggerErrors } from '../errors.ts';
import { expectOptions, expectType, type OptionNames } from '../expect-option.ts';

export interface RotateOptions {
  /** The size in bytes, or a text such as `50m`, after which the file is moved away. */
  readonly size?: number | string;
  /** Moves the file away when the hour or day ends, by UTC as in the records. */
  readonly every?: 'hour' | 'day';
  /** How many moved files to keep; the oldest go first. By default all. */
  readonly keep?: number;
  /** Deletes moved files after so many days. By default never. */
  readonly keepDays?: number;
  /** Compresses moved files in the background. @default false */
  readonly gzip?: boolean;
}

/** When to rotate, and what to keep. */
export interface Rotation {
  readonly sizeLimit: number | undefined;
  /** A text that changes when a period ends. */
  readonly periodOf: ((ms: number) => string) | undefined;
  readonly keep: number;
  readonly keepMs: number;
  readonly gzip: boolean;
}

const names: OptionNames<RotateOptions> = { size: true, every: true, keep: true, keepDays: true, gzip: true };
const units: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };
const dayMs = 24 * 60 * 60 * 1000;

/** Checks the options once. @throws INVALID_OPTION, UNKNOWN_OPTION */
export function readRotation(options: RotateOptions): Rotation {
  expectOptions<RotateOptions>('rotate', options, names);
  const { size, every, keep = Infinity, keepDays = Infinity, gzip = false } = options;
  if (size === undefined && every === undefined) refuse('rotate', 'given a `size`, an `every`, or both', 'neither');
  if (every !== undefined && every !== 'hour' && every !== 'day') refuse('rotate.every', '"hour" or "day"', every);
  expectType('rotate.gzip', gzip, 'boolean');
  if (keep !== Infinity && !(Number.isInteger(keep) && keep >= 0)) refuse('rotate.keep', 'a number of files', keep);
  if (typeof keepDays !== 'number' || !(keepDays > 0)) refuse('rotate.keepDays', 'a number of days above 0', keepDays);
  return {
    sizeLimit: size === undefined ? undefined : readSize(size),
    periodOf: every && ((ms) => new Date(ms).toISOString().slice(0, every === 'day' ? 10 : 13)),
    keep,
    keepMs: keepDays * dayMs,
    gzip,
  };
}

function readSize(size: number | string): number {
  const [, digits, unit = ''] = /^(\d+)([kmg]?)b?$/i.exec(String(size)) ?? [];
  const bytes = Number(digits) * (units[unit.toLowerCase()] ?? Number.NaN);
  if (bytes > 0) return bytes;
  return refuse('rotate.size', 'a number of bytes, or a text such as "50m"', size);
}

function refuse(option: string, expected: string, received: unknown): never {
  const text = typeof received === 'string' ? JSON.stringify(received) : String(received);
  throw new LoggerErrors.INVALID_OPTION({ option, expected, received: text });
}
