// Sets of levels other than our own. Severities stay on pino's scale of 10 to 60, on which sinks decide what may wait.
//
// (1) The order of a set is kept, whatever its names.
// (2) A name that is ours keeps our severity as far as the order allows; others come between their neighbours.
// (3) A word of another set means the nearest level of this one.
import winston from 'winston';
import { LoggerErrors } from '../errors.ts';
import { defaultLevels, findLevel, levelSet, type Level, type LevelSet } from './vocabulary.ts';

/** The names of winston's npm levels. */
export type NpmLevel = 'error' | 'warn' | 'info' | 'http' | 'verbose' | 'debug' | 'silly';

/** The names of syslog's severities (RFC 5424, section 6.2.1). */
export type SyslogLevel = 'emerg' | 'alert' | 'crit' | 'error' | 'warning' | 'notice' | 'info' | 'debug';

/** Levels of the application's own, by name; as in winston a smaller number is more severe. */
export type CustomLevels = Readonly<Record<string, number>>;

/** Which levels a logger has. */
export type LevelsOption = 'default' | 'npm' | 'syslog' | CustomLevels;

/** The names of the level methods that an option gives. */
export type LevelNameOf<Levels extends LevelsOption> = Levels extends 'npm'
  ? NpmLevel
  : Levels extends 'syslog'
    ? SyslogLevel
    : Levels extends CustomLevels
      ? Extract<keyof Levels, string>
      : never;

// The severities of words that some logger of the process has, so that run-time levels may use them for any logger.
const customWords = new Map<string, number>();

const highest = 60;
const lowest = 5;

/** Reads the option once. @throws INVALID_OPTION */
export function readLevels(option: LevelsOption = 'default'): LevelSet {
  if (option === 'default') return defaultLevels;
  if (option === 'npm') return createLevels(winston.config.npm.levels);
  if (option === 'syslog') return createLevels(winston.config.syslog.levels);
  return createLevels(option);
}

/** True for a word that a logger of the process knows. */
export function isKnownWord(word: string): boolean {
  return word === 'silent' || findLevel(word) !== undefined || customWords.has(word);
}

/** The name of a level for a word of any logger of the process, or `silent`. @throws UNKNOWN_LEVEL */
export function resolveWord(set: LevelSet, word: string): string {
  const foreign = set.find(word) ? undefined : customWords.get(word);
  return (foreign === undefined ? undefined : nearest(set.levels, foreign)?.name) ?? set.parse(word);
}

function createLevels(numbers: CustomLevels): LevelSet {
  const levels = rank(numbers);
  const byName = new Map(levels.map((level) => [level.name.toLowerCase(), level]));
  for (const { name, severity } of levels) customWords.set(name.toLowerCase(), severity);
  return levelSet({ ...numbers }, levels, (name) => {
    if (typeof name !== 'string') return undefined;
    const word = name.toLowerCase();
    const severity = findLevel(word)?.severity ?? customWords.get(word);
    return byName.get(word) ?? (severity === undefined ? undefined : nearest(levels, severity));
  });
}

function rank(numbers: CustomLevels): readonly Level[] {
  const names = checkLevels(numbers);
  const levels: Level[] = [];
  let above = highest + 1;
  for (const [index, name] of names.entries()) {
    const anchor = anchorOf(names, index, above);
    const next = names.findIndex((_, place) => place > index && anchorOf(names, place, above) !== undefined);
    const below = next === -1 ? lowest : (anchorOf(names, next, above) ?? lowest);
    const steps = (next === -1 ? names.length : next) - index + 1;
    const severity = anchor ?? above - (above - below) / steps;
    levels.push({ name, severity });
    above = severity;
  }
  return levels;
}

// Where a name of ours stands, unless that would break the order. `debug` below `http` and `verbose` is as severe as ever.
function anchorOf(names: readonly string[], index: number, above: number): number | undefined {
  const name = names[index]?.toLowerCase() ?? '';
  const severity = defaultLevels.levels.find((level) => level.name === name)?.severity ?? anchors.get(name);
  return severity !== undefined && severity < above ? severity : undefined;
}

const anchors: ReadonlyMap<string, number> = new Map([
  ['crit', 60],
  ['critical', 60],
  ['warning', 40],
  ['silly', 10],
]);

function checkLevels(numbers: unknown): readonly string[] {
  const entries = typeof numbers === 'object' && numbers !== null ? Object.entries(numbers) : [];
  const isUsable = ([name, value]: [string, unknown]): boolean =>
    /^[a-z]\w*$/i.test(name) && !taken.has(name) && Number.isFinite(value);
  if (
    entries.length > 0 &&
    entries.every(isUsable) &&
    new Set(entries.map(([, value]) => value)).size === entries.length
  )
    return entries.toSorted(([, left], [, right]) => left - right).map(([name]) => name);
  throw new LoggerErrors.INVALID_OPTION({
    option: 'levels',
    expected:
      '"default", "npm", "syslog", or names with numbers that differ, such as { critical: 0, notice: 1 }, none of them a method of the logger',
    received: typeof numbers === 'string' ? JSON.stringify(numbers) : describe(numbers),
  });
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null ? `{ ${Object.keys(value).join(', ')} }` : String(value);
}

// What a logger can do besides logging keeps its name.
const taken: ReadonlySet<string> = new Set(
  (
    'add bindings child clear close configure constructor end event exceptions family flush flushSync format isLevelEnabled ' +
    'level levels log on once origin pipe profile query rejections remove setBindings silent startTimer stats stream time ' +
    'transports unpipe write'
  ).split(' '),
);

function nearest(levels: readonly Level[], severity: number): Level | undefined {
  return levels.toSorted((left, right) => distance(left, severity) - distance(right, severity))[0];
}

function distance(level: Level, severity: number): number {
  return Math.abs(level.severity - severity);
}
