// What does it cost to count a limit in Redis, and what would be won by answers that are kept there? One client asks, one
// question after the other, and Redis and PostgreSQL are on this machine: over a network each question costs more.
// Without one of them it says so and tells nothing.
import { randomBytes } from 'node:crypto';
import { postgres, redis, startPostgres, startRedis } from '@seaworthy/test-services';
import { Redis } from 'ioredis';
import pg from 'pg';
import { localLimits, sharedLimits, type Limits } from '../src/limits/limits.ts';
import { openRedis } from '../src/limits/redis.ts';
import { quantile, tell } from './registry/load.ts';
import { isQuick } from './registry/packages.ts';

const rounds = isQuick ? 200 : 3_000;
const perMinute = { logins: 10, reads: 1_200, writes: 60, reports: 1_000_000 };
const [foundRedis, foundPostgres] = [redis.find(), postgres.find()];

if (!foundRedis.available) console.error(`skipped: ${foundRedis.reason}`);
else if (!foundPostgres.available) console.error(`skipped: ${foundPostgres.reason}`);
else await measure(foundRedis.location, foundPostgres.location);

async function measure(redisPath: string, place: Parameters<typeof startPostgres>[0]): Promise<void> {
  await using database = await startPostgres(place);
  await using server = await startRedis(redisPath);
  await limits(server.url);
  await documents(server.url, database.url);
}

async function limits(url: string): Promise<void> {
  await using connection = await openRedis(url);
  const silent = { info: () => undefined, warn: () => undefined };
  const shared = sharedLimits(perMinute, { connection, prefix: 'bench:', logger: silent });
  const local = await takes(localLimits(perMinute));
  const waits = await takes(shared);
  tellMs('a request counted in the memory of the server, median', quantile(local, 0.5));
  tellMs('a request counted in Redis, median', quantile(waits, 0.5));
  tellMs('a request counted in Redis, p99', quantile(waits, 0.99), 5);
  for (let count = 0; count < perMinute.reads; count += 1) await shared.reads.take('198.51.100.7');
  const client = new Redis(url);
  const sizes = await Promise.all((await client.keys('bench:*')).map((key) => client.memory('USAGE', key)));
  client.disconnect();
  const most = Math.max(...sizes.map(Number)) / 1_024;
  tell({
    name: 'what Redis keeps of an address that has asked 1,200 times',
    value: most,
    unit: 'KiB',
    better: 'lower',
  });
}

/** Each for an address of its own. */
async function takes(all: Limits): Promise<readonly number[]> {
  return timed((index) => all.reads.take(`203.0.113.${index % 256}`));
}

/** A document of a package as npm gets it has about this size. */
async function documents(redisUrl: string, databaseUrl: string): Promise<void> {
  const text = randomBytes(10_000).toString('hex');
  const client = new Redis(redisUrl);
  const database = new pg.Client(databaseUrl);
  await database.connect();
  try {
    await client.set('document', text);
    await database.query('CREATE TEMPORARY TABLE documents (name text PRIMARY KEY, body text)');
    await database.query('INSERT INTO documents VALUES ($1, $2)', ['document', text]);
    const query = { name: 'read', text: 'SELECT body FROM documents WHERE name = $1', values: ['document'] };
    const fromDatabase = await timed(() => database.query(query));
    const fromRedis = await timed(() => client.get('document'));
    tellMs('20 KB by their key from PostgreSQL, median', quantile(fromDatabase, 0.5));
    tellMs('20 KB by their key from Redis, median', quantile(fromRedis, 0.5));
  } finally {
    client.disconnect();
    await database.end();
  }
}

async function timed(ask: (index: number) => Promise<unknown>): Promise<readonly number[]> {
  for (let index = 0; index < rounds / 10; index += 1) await ask(index);
  const samples: number[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const startedAt = performance.now();
    await ask(index);
    samples.push(performance.now() - startedAt);
  }
  return samples;
}

function tellMs(name: string, value: number, target?: number): void {
  tell({ name, value, unit: 'ms', better: 'lower', ...(target !== undefined && { target }) });
}
