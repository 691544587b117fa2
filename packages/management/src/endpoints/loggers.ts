import type { LoggersContributor, LoggerView } from '../contributors.ts';
import { ManagementErrors } from '../errors.ts';
import type { Answer, Query, Route } from '../route.ts';

const longestTtlMs = 2 ** 31 - 1;

/** `/loggers` and `/loggers/{name}`: levels, which a POST of `{ configuredLevel, ttlMs? }` changes. */
export function loggersRoute(loggers: LoggersContributor): Route {
  return {
    name: 'loggers',
    below: ['{name}'],
    read: (query) => readLevels(loggers, query),
    writable: (path) => path.length === 1,
    write: (query, body) => writeLevel(loggers, query, body),
  };
}

async function readLevels(loggers: LoggersContributor, { path, ask }: Query): Promise<Answer | undefined> {
  const list = await ask('loggers', async () => [...(await loggers.list())]);
  if (path.length === 0) {
    const byName = Object.fromEntries(list.map((logger) => [logger.name, levelsOf(logger)]));
    // Actuator's tools expect groups, which our loggers do not have: a name covers everything below it.
    return { body: { levels: [...loggers.names], loggers: byName, groups: {} } };
  }
  const found = path.length === 1 ? list.find(({ name }) => name === path[0]) : undefined;
  return found && { body: levelsOf(found) };
}

async function writeLevel(loggers: LoggersContributor, { path, ask }: Query, body: unknown): Promise<Answer> {
  const [name = ''] = path;
  const { level, ttlMs } = readChange(body, loggers.names);
  await ask('loggers', () => loggers.set(name, level, ttlMs === undefined ? {} : { ttlMs }));
  return { status: 204 };
}

function levelsOf({ configuredLevel, effectiveLevel }: LoggerView): object {
  return { configuredLevel, effectiveLevel };
}

interface Change {
  readonly level: string | null;
  readonly ttlMs: number | undefined;
}

function readChange(body: unknown, names: readonly string[]): Change {
  const { configuredLevel, ttlMs, ...others } = readObject(body);
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(unknown, 'absent; the fields are `configuredLevel` and `ttlMs`');
  // Actuator's tools write levels in capitals.
  const level = typeof configuredLevel === 'string' ? spelled(configuredLevel, names) : configuredLevel;
  if (level !== null && !(typeof level === 'string' && names.includes(level))) {
    throw invalid('configuredLevel', `null or one of ${names.join(', ')}`);
  }
  if (ttlMs === undefined) return { level, ttlMs };
  if (typeof ttlMs === 'number' && Number.isInteger(ttlMs) && ttlMs >= 1 && ttlMs <= longestTtlMs)
    return { level, ttlMs };
  throw invalid('ttlMs', `a whole number from 1 to ${longestTtlMs}`);
}

function spelled(level: string, names: readonly string[]): string {
  return names.find((name) => name.toLowerCase() === level.toLowerCase()) ?? level;
}

function readObject(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return { ...body };
  throw invalid('body', 'an object such as {"configuredLevel":"debug"}');
}

function invalid(field: string, expected: string): Error {
  return new ManagementErrors.INVALID_BODY({ field, expected });
}
