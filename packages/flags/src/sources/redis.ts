import type { FlagDialect } from '../dialects/dialect.ts';
import { announced, announcedOptions, type Board, type Published } from './announced.ts';
import { expect, expectOptions, expectTime, hideSecrets } from './check.ts';
import { answered, checkedText, publishedVersion, type PublishedSource } from './publish.ts';
import { connectionOf, connectTo, type Connection, type FlagsRedisClient } from './redis-client.ts';
import type { FlagSource } from './source.ts';

export interface RedisOptions {
  /** The hash that holds the flags, and the channel that announces them. @default 'seaworthy:flags' */
  readonly key?: string;
  /** Looks so often also without an announcement, in milliseconds. @default 30000 */
  readonly pollMs?: number;
  /** The longest wait before connecting again, in milliseconds; it begins at a tenth of a second and doubles. @default 5000 */
  readonly maxBackoffMs?: number;
  /** How long subscribing may take, in milliseconds. @default 5000 */
  readonly connectTimeoutMs?: number;
  /** The format of the document. @default flagd's */
  readonly dialect?: FlagDialect;
}

export interface RedisSource extends FlagSource, PublishedSource {
  /** Closes what was opened here; needed only where no flags do it, after `publish` alone. */
  close(): Promise<void>;
}

/** One step for the server, so that no two publications get one number, and none is announced before it can be read. */
const publishScript = `
local time = redis.call('TIME')
local found = tonumber(redis.call('HGET', KEYS[1], 'version') or '0')
if ARGV[1] ~= '' and tonumber(ARGV[1]) ~= found then return { string.format('%.0f', found), 0 } end
local version = math.max(found + 1, tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000))
local text = string.format('%.0f', version)
redis.call('HSET', KEYS[1], 'version', text, 'document', ARGV[2], 'by', ARGV[3])
redis.call('PUBLISH', KEYS[1], text)
return { text, 1 }`;

/**
 * Shares flags through Redis (version 5 or later): every program that reads the same key has a new version within moments of
 * `publish`. While the server is away they keep their flags, and catch up when it is back.
 *
 * @param target A connected client of `ioredis` or `redis`, or an address such as `redis://cache.internal:6379`, which needs the
 *   optional peer `ioredis`. From a client a second connection is made by its `duplicate()`, for announcements.
 * @throws INVALID_OPTION
 */
export function redis(target: FlagsRedisClient | string, options: RedisOptions = {}): RedisSource {
  expectOptions<RedisOptions>(options, { ...announcedOptions, key: true });
  const { key = 'seaworthy:flags', pollMs = 30_000, maxBackoffMs = 5_000, connectTimeoutMs = 5_000, dialect } = options;
  expectTarget(target);
  expect('key', 'a text', key, typeof key === 'string' && key !== '');
  for (const [name, value] of Object.entries({ pollMs, maxBackoffMs, connectTimeoutMs })) expectTime(name, value);
  const name = typeof target === 'string' ? `redis ${hideSecrets(target)} ${key}` : `redis ${key}`;
  let opened: Promise<Connection> | undefined;
  const connection = (): Promise<Connection> => {
    opened ??= typeof target === 'string' ? connectTo(target) : Promise.resolve(connectionOf(target));
    return opened;
  };
  const board: Board = {
    name,
    read: async (known) => readNewest(await connection(), key, known),
    async subscribe(heard, signal) {
      return (await connection()).subscribe(key, (message) => heard(Number(message)), signal);
    },
    async close() {
      const closing = opened;
      opened = undefined;
      (await closing?.catch(() => undefined))?.close();
    },
  };
  return {
    ...announced(board, { pollMs, maxBackoffMs, connectTimeoutMs }),
    ...(dialect && { dialect }),
    async publish(document, publication = {}) {
      const { by = '', over } = publication;
      const text = await checkedText(name, document, dialect);
      const words = ['EVAL', publishScript, '1', key, over === undefined ? '' : String(over), text, by] as const;
      const answer = await answered(name, async () => (await connection()).send(...words), publication);
      const [version, isDone] = Array.isArray(answer) ? answer.map(Number) : [];
      return publishedVersion(name, over, version ?? 0, isDone === 1);
    },
  };
}

/** Small where nothing is new: the document is fetched only under another number. */
async function readNewest(
  { send }: Connection,
  key: string,
  known: number | undefined,
): Promise<Published | 'same' | undefined> {
  if (known !== undefined && Number(await send('HGET', key, 'version')) === known) return 'same';
  const fields: unknown = await send('HMGET', key, 'version', 'document', 'by');
  const [version, text, by] = Array.isArray(fields) ? fields.map((field) => textOf(field)) : [];
  if (version === undefined || text === undefined) return undefined;
  return { sourceVersion: Number(version), text, ...(by !== undefined && by !== '' && { by }) };
}

function textOf(field: unknown): string | undefined {
  return typeof field === 'string' ? field : undefined;
}

function expectTarget(target: unknown): void {
  const isAddress = typeof target === 'string' && /^rediss?:\/\//.test(target);
  const isClient = typeof target === 'object' && target !== null && 'duplicate' in target;
  const shown = typeof target === 'string' ? hideSecrets(target) : target;
  expect(
    'target',
    'a client of ioredis or redis, or an address that begins with redis:// or rediss://',
    shown,
    isAddress || isClient,
  );
}
