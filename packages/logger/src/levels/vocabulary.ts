import { LoggerErrors } from '../errors.ts';

export type LevelName = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** A level name, or `silent` for none. */
export type LevelWord = LevelName | 'silent';

/** One level; the severity numbers are pino's, which most log viewers know. */
export interface Level {
  readonly name: string;
  readonly severity: number;
}

export const fatal: Level = level('fatal', 60);
export const error: Level = level('error', 50);
export const warn: Level = level('warn', 40);
export const info: Level = level('info', 30);
export const debug: Level = level('debug', 20);
export const trace: Level = level('trace', 10);

/** From the most to the least severe. */
export const allLevels: readonly Level[] = [fatal, error, warn, info, debug, trace];

/** Every word that a level may be set to. */
export const levelWords: readonly LevelWord[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

/** winston's form of the same order: a smaller number is more severe. */
const winstonLevels: Readonly<Record<LevelName, number>> = {
  fatal: 0,
  error: 1,
  warn: 2,
  info: 3,
  debug: 4,
  trace: 5,
};

// Libraries written for winston use its npm and syslog words; each goes to the nearest of ours.
const aliases: Readonly<Record<string, Level>> = {
  emerg: fatal,
  alert: fatal,
  crit: fatal,
  warning: warn,
  notice: info,
  help: info,
  data: info,
  http: debug,
  verbose: debug,
  prompt: debug,
  input: trace,
  silly: trace,
};

const byName: ReadonlyMap<string, Level> = new Map([
  ...allLevels.map((each): [string, Level] => [each.name, each]),
  ...Object.entries(aliases),
]);

/** The words of winston's own level sets that are understood besides ours. */
export const aliasNames: readonly string[] = Object.keys(aliases);

/** The level of that name or alias, in any case. */
export function findLevel(name: unknown): Level | undefined {
  return typeof name === 'string' ? (byName.get(name) ?? byName.get(name.toLowerCase())) : undefined;
}

/** Reads a level word, in any case. @throws UNKNOWN_LEVEL */
export function parseLevelWord(value: unknown): string {
  return defaultLevels.parse(value);
}

/** The least severity that a level word lets through. */
export function severityOf(word: string): number {
  return defaultLevels.severityOf(word);
}

/** The levels that one family of loggers has. */
export interface LevelSet {
  /** winston's form: a smaller number is more severe. */
  readonly numbers: Readonly<Record<string, number>>;
  /** From the most to the least severe. */
  readonly levels: readonly Level[];
  /** The level of that name, or the nearest one for a word of another set. */
  find(name: unknown): Level | undefined;
  /** The name of a level as it is written, or `silent`. @throws UNKNOWN_LEVEL */
  parse(value: unknown): string;
  severityOf(word: string): number;
}

/** Our own levels. */
export const defaultLevels: LevelSet = levelSet(winstonLevels, allLevels, findLevel);

/** A set of levels by what finds one of them. */
export function levelSet(
  numbers: Readonly<Record<string, number>>,
  own: readonly Level[],
  find: (name: unknown) => Level | undefined,
): LevelSet {
  const known = [...own.map(({ name }) => name), 'silent'].join(', ');
  return {
    numbers,
    levels: own,
    find,
    parse(value) {
      if (typeof value === 'string' && value.toLowerCase() === 'silent') return 'silent';
      const found = find(value);
      if (found) return found.name;
      const received = typeof value === 'string' ? JSON.stringify(value) : typeof value;
      throw new LoggerErrors.UNKNOWN_LEVEL({ received, known });
    },
    severityOf: (word) => (word === 'silent' ? Infinity : (find(word)?.severity ?? info.severity)),
  };
}

/** The word among ours that means most nearly what a level means. */
export function nearestName({ severity }: Level): LevelName {
  if (severity >= fatal.severity) return 'fatal';
  if (severity >= error.severity) return 'error';
  if (severity >= warn.severity) return 'warn';
  if (severity >= info.severity) return 'info';
  return severity >= debug.severity ? 'debug' : 'trace';
}

function level(name: string, severity: number): Level {
  return { name, severity };
}
