import { LoggerErrors } from '../errors.ts';

export type LevelName = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** A level name, or `silent` for none. */
export type LevelWord = LevelName | 'silent';

/** One level; the severity numbers are pino's, which most log viewers know. */
export interface Level {
  readonly name: LevelName;
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
export const levelWords: readonly LevelWord[] = [...allLevels.map(({ name }) => name), 'silent'];

/** winston's form of the same order: a smaller number is more severe. */
export const winstonLevels: Readonly<Record<LevelName, number>> = {
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
export function parseLevelWord(value: unknown): LevelWord {
  if (typeof value === 'string' && value.toLowerCase() === 'silent') return 'silent';
  const found = findLevel(value);
  if (found) return found.name;
  const received = typeof value === 'string' ? JSON.stringify(value) : typeof value;
  throw new LoggerErrors.UNKNOWN_LEVEL({ received, known: levelWords.join(', ') });
}

/** The least severity that a level word lets through. */
export function severityOf(word: LevelWord): number {
  return word === 'silent' ? Infinity : (findLevel(word)?.severity ?? info.severity);
}

function level(name: LevelName, severity: number): Level {
  return { name, severity };
}
