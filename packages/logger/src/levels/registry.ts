// (1) A level for exactly one name beats a pattern; a longer pattern beats a shorter one.
// (2) A pattern beats the level given in code; a level set for a name reaches the names below it that have none.
//     The environment fills in what the code leaves open, and beats nothing that the code says.
// (3) Taking a level back restores what applied before, also when a time limit does it.
// (4) A change reaches every logger that exists, and loggers are not kept alive by being listed.
import { tellLevelChanged } from '../events.ts';
import { expectNumber, expectOption, expectOptions, longestMs } from '../expect-option.ts';
import { isKnownWord, resolveWord } from './custom.ts';
import { LevelNode, type LevelFamily } from './node.ts';
import { levelWords, parseLevelWord, type LevelWord } from './vocabulary.ts';

/** The level of one logger name. */
export interface LoggerLevel {
  readonly name: string;
  /** The level set for exactly this name, in code or at run time; `null` when it is inherited. */
  readonly configuredLevel: LevelWord | (string & {}) | null;
  readonly effectiveLevel: LevelWord | (string & {});
}

export interface SetLevelOptions {
  /** Takes the level back after this long, 24 days at the most. */
  readonly ttlMs?: number;
}

/** Reads and changes the levels of all loggers of the process. */
export interface LevelRegistry {
  /** The words a level may be set to. */
  readonly names: readonly LevelWord[];
  /** Every logger name with its level, by name. */
  list(): readonly LoggerLevel[];
  /** Sets the level of a name, or of a pattern such as `db.*`; `null` takes it back. @throws UNKNOWN_LEVEL, INVALID_OPTION, UNKNOWN_OPTION */
  set(pattern: string, level: string | null, options?: SetLevelOptions): void;
  /** Takes back what was set for a name or pattern, or everything. */
  reset(pattern?: string): void;
}

interface Setting {
  readonly level: string;
  readonly timer?: NodeJS.Timeout | undefined;
}

const roots = new Set<WeakRef<LevelNode>>();
const settings = new Map<string, Setting>();

/** The levels of all loggers of the process. */
export const levels: LevelRegistry = {
  names: levelWords,
  list,
  set(pattern, level, options = {}) {
    expectOption('pattern', typeof pattern === 'string' && pattern !== '', 'a logger name or a pattern', pattern);
    expectOptions<SetLevelOptions>('options', options, { ttlMs: true });
    const { ttlMs } = options;
    expectNumber('ttlMs', ttlMs, 0, longestMs);
    const word = level === null ? null : readWord(level);
    forget(pattern);
    if (word !== null) settings.set(pattern, { level: word, timer: ttlMs ? takeBackAfter(pattern, ttlMs) : undefined });
    changed(pattern, word);
  },
  reset(pattern) {
    for (const each of pattern === undefined ? [...settings.keys()] : [pattern]) {
      forget(each);
      changed(each, null);
    }
  },
};

/** Starts a family of loggers. */
export function createRootNode(name: string, own: string | undefined, family: LevelFamily): LevelNode {
  const node = new LevelNode(name, own, family);
  roots.add(new WeakRef(node));
  refresh(node);
  return node;
}

/** The node of a child logger, with its level worked out. */
export function createChildNode(parent: LevelNode, name: string, own: string | undefined): LevelNode {
  const node = parent.child(name, own);
  refresh(node);
  return node;
}

/** Works out the levels of a node and of everything below it. */
export function refresh(node: LevelNode): void {
  for (const each of node.descendants()) each.apply(effectiveLevel(each));
}

function list(): readonly LoggerLevel[] {
  const rows = new Map<string, LoggerLevel>();
  for (const node of liveNodes()) {
    if (rows.has(node.name)) continue;
    const { environment, levels: known } = node.family;
    const word = settings.get(node.name)?.level ?? node.own ?? environment.patterns.get(node.name);
    const configuredLevel = word === undefined ? null : resolveWord(known, word);
    rows.set(node.name, { name: node.name, configuredLevel, effectiveLevel: node.effective });
  }
  return [...rows.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

// A word of any logger of the process; each logger takes the nearest of its own.
function readWord(level: unknown): string {
  const word = typeof level === 'string' ? level.toLowerCase() : '';
  return isKnownWord(word) ? word : parseLevelWord(level);
}

function takeBackAfter(pattern: string, ttlMs: number): NodeJS.Timeout {
  const timer = setTimeout(() => {
    settings.delete(pattern);
    changed(pattern, null);
  }, ttlMs);
  return timer.unref();
}

function forget(pattern: string): void {
  clearTimeout(settings.get(pattern)?.timer);
  settings.delete(pattern);
}

function changed(pattern: string, level: string | null): void {
  for (const root of liveRoots()) refresh(root);
  tellLevelChanged({ pattern, level });
}

function effectiveLevel(node: LevelNode): string {
  const { patterns, level } = node.family.environment;
  const word =
    settings.get(node.name)?.level ??
    bestPattern(node.name, (pattern) => settings.get(pattern)?.level, settings.keys()) ??
    node.own ??
    patterns.get(node.name) ??
    bestPattern(node.name, (pattern) => patterns.get(pattern), patterns.keys()) ??
    levelOfNameAbove(node.name, patterns) ??
    node.parent?.effective ??
    level ??
    'info';
  return resolveWord(node.family.levels, word);
}

function bestPattern(
  name: string,
  levelOf: (pattern: string) => string | undefined,
  patterns: Iterable<string>,
): string | undefined {
  let best = '';
  for (const pattern of patterns) {
    if (pattern.length > best.length && isMatch(pattern, name)) best = pattern;
  }
  return levelOf(best);
}

function isMatch(pattern: string, name: string): boolean {
  if (!pattern.endsWith('*')) return false;
  const start = pattern.slice(0, -1);
  return name.startsWith(start) || `${name}.` === start;
}

function levelOfNameAbove(name: string, patterns: ReadonlyMap<string, string>): string | undefined {
  for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
    const above = name.slice(0, end);
    const level = settings.get(above)?.level ?? patterns.get(above);
    if (level) return level;
  }
  return undefined;
}

function* liveRoots(): Generator<LevelNode> {
  for (const reference of roots) {
    const node = reference.deref();
    if (node) yield node;
    else roots.delete(reference);
  }
}

function* liveNodes(): Generator<LevelNode> {
  for (const root of liveRoots()) yield* root.descendants();
}
