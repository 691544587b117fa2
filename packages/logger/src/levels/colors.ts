import winston from 'winston';
import { nearestName, type Level, type LevelName } from './vocabulary.ts';

const colors: Readonly<Record<LevelName, string>> = {
  fatal: 'white redBG',
  error: 'red',
  warn: 'yellow',
  info: 'green',
  debug: 'blue',
  trace: 'gray',
};

/**
 * Gives each level a color for `winston.format.colorize()`, which throws at a level that has none. What the application gave
 * with `winston.addColors` stays, and what it gives later wins.
 */
export function giveColors(levels: readonly Level[]): void {
  const { allColors = {} } = winston.format.colorize().constructor as { allColors?: Readonly<Record<string, unknown>> };
  const missing = levels.filter(({ name }) => !Object.hasOwn(allColors, name));
  if (missing.length === 0) return;
  winston.addColors(Object.fromEntries(missing.map((level) => [level.name, colors[nearestName(level)]])));
}
