import type { Family } from './logger.ts';
import {
  aliasNames,
  allLevels,
  defaultLevels,
  findLevel,
  info,
  type Level,
  type LevelSet,
} from './levels/vocabulary.ts';
import type { Origin } from './record.ts';

/** What level methods need of the logger they are called on. */
interface Leveled {
  readonly family: Pick<Family, 'recorder' | 'levels'>;
  readonly origin: Origin;
  isLevelEnabled(level: string): boolean;
}

/** Defines the words of winston's other sets, and the check of each level. */
export function defineSharedMethods(prototype: Leveled): void {
  for (const { name } of allLevels) defineCheck(prototype, name);
  for (const name of aliasNames) {
    defineLevel(prototype, name, findLevel(name) ?? info);
    defineCheck(prototype, name);
  }
}

/** A logger with levels of its own has their methods; ours, and winston's other words, go to the nearest of them. */
export function defineLevels(logger: Leveled, levels: LevelSet): void {
  if (levels === defaultLevels) return;
  for (const name of sharedNames) {
    const level = levels.find(name);
    if (level) defineLevel(logger, name, level);
  }
  for (const level of levels.levels) {
    defineLevel(logger, level.name, level);
    defineCheck(logger, level.name);
  }
}

/** Takes the methods of a logger's own levels away; those that all loggers have stay. */
export function removeLevels(logger: Leveled, levels: LevelSet): void {
  if (levels === defaultLevels) return;
  const names = [...sharedNames, ...levels.levels.map(({ name }) => name)];
  for (const name of names) {
    Reflect.deleteProperty(logger, name);
    Reflect.deleteProperty(logger, checkName(name));
  }
}

const sharedNames: readonly string[] = [...allLevels.map(({ name }) => name), ...aliasNames];

function defineLevel(on: Leveled, name: string, level: Level): void {
  define(on, name, function (this: Leveled, first?: unknown, second?: unknown, ...rest: unknown[]) {
    const { origin, family } = this;
    if (origin.node.gate <= level.severity) family.recorder.record(origin, level, first, second, rest);
    return this;
  });
}

/** `isInfoEnabled()` and its like. */
function defineCheck(on: Leveled, name: string): void {
  define(on, checkName(name), function (this: Leveled) {
    return this.isLevelEnabled(name);
  });
}

function checkName(name: string): string {
  return `is${name.charAt(0).toUpperCase()}${name.slice(1)}Enabled`;
}

function define(on: Leveled, name: string, value: (this: Leveled, ...values: unknown[]) => unknown): void {
  Object.defineProperty(on, name, { value, writable: true, configurable: true });
}
