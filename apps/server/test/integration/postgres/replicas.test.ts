// A PostgreSQL with a real replica that follows it: what is asked where, and what happens when one of the two is late or away.
import { replicaPrograms, skipWithout, startPostgresReplica } from '@seaworthy/test-services';
import { sql, type Kysely } from 'kysely';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { ServerErrors } from '../../../src/errors.ts';
import { createAskers, type Asker } from '../../../src/storage/askers.ts';
import { answering, type Database } from '../../../src/storage/database.ts';
import { openPostgres } from '../../../src/storage/postgres.ts';
import { createPositions, type Standing } from '../../../src/storage/replicas/positions.ts';
import { probe } from '../../../src/storage/replicas/probe.ts';
import type { ReplicasOptions, ReplicaStatus, StaleQuestion } from '../../../src/storage/replicas/replicas.ts';
import type { Tables } from '../../../src/storage/schema.ts';
import { replicated, type Replicated } from '../../support/replicated.ts';
import { tcpProxy } from '../../support/tcp-proxy.ts';

const patience = { timeout: 60_000, interval: 10 };
const slow = { timeout: 240_000 };
/** So long that nothing here is too far behind because this machine is busy. */
const aMinute = 60_000;

let pair: Replicated | undefined;
const open: Database[] = [];
const askers = createAskers();

beforeEach(async (context) => {
  pair ??= await replicated(context);
}, 120_000);
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
afterAll(() => pair?.[Symbol.asyncDispose]());

const both = (): Replicated => pair as Replicated;

async function openBoth(options: Partial<ReplicasOptions> = {}): Promise<Database> {
  const replicas = { urls: [both().replica.url], maxLagMs: aMinute, askers, ...options };
  const database = await openPostgres(both().primary.url, { replicas, statementMs: 2_000 });
  open.push(database);
  return database;
}

const looking = (...who: readonly string[]): Asker => ({ isLooking: true, who: new Set(who) });
const changing = (...who: readonly string[]): Asker => ({ isLooking: false, who: new Set(who) });

/** Who answers. */
const whoAnswers = async (db: Kysely<Tables>): Promise<string> => {
  const { rows } = await sql<{ inRecovery: boolean }>`SELECT pg_is_in_recovery() AS "inRecovery"`.execute(db);
  return rows[0]?.inRecovery === true ? 'replica' : 'primary';
};

function read<Result>({ query, replicas }: Database, question: StaleQuestion<Result>): Promise<Result> {
  return (
    replicas?.read(question, () => answering(() => question.ask(query))) ?? Promise.reject(new Error('no replicas'))
  );
}

const askedBy = (database: Database, asker: Asker, about?: StaleQuestion<string>['about']): Promise<string> =>
  askers.run(asker, () => read(database, { ask: whoAnswers, ...(about && { about }) }));

const statusOf = (database: Database): Partial<ReplicaStatus> => database.replicas?.status().replicas[0] ?? {};
async function becomesUsed(database: Database): Promise<void> {
  await expect.poll(() => askedBy(database, looking()), patience).toBe('replica');
}
async function becomesUnused(database: Database, problem: string): Promise<void> {
  await expect.poll(() => statusOf(database).problem, patience).toContain(problem);
}

let notes = 0;
/** A change that says nothing to anybody else. */
const change = (database: Database): Promise<unknown> => {
  notes += 1;
  const values = { name: `project ${notes}`, created_at: '2026-01-31' };
  return database.query.insertInto('projects').values(values).execute();
};

test('a request that looks is answered by the replica; a request that changes, and what is no request, by the primary', async () => {
  const database = await openBoth();
  await becomesUsed(database);
  expect(await askedBy(database, looking('address 127.0.0.1'))).toBe('replica');
  expect(await askedBy(database, changing('address 127.0.0.1'))).toBe('primary');
  expect(await read(database, { ask: whoAnswers })).toBe('primary');
});

test('(1) a replica that is further behind than it may be is not asked, and comes back by itself', slow, async () => {
  const database = await openBoth({ maxLagMs: 1_000 });
  await becomesUsed(database);
  await both().pause();
  await change(database);
  await becomesUnused(database, 'too far behind');
  expect(await askedBy(database, looking())).toBe('primary');
  await both().resume();
  await becomesUsed(database);
});

async function standingOf(url: string): Promise<Standing> {
  const answered = Promise.withResolvers<Standing>();
  const options = { intervalMs: aMinute, timeoutMs: aMinute, onAnswer: answered.resolve, onFailed: answered.reject };
  const probing = probe({ url, ...options });
  try {
    return await answered.promise;
  } finally {
    await probing[Symbol.asyncDispose]();
  }
}

test(
  '(1) a replica that has all there is counts as up to date, also where the next part of the log has just begun',
  slow,
  async () => {
    const database = await openBoth();
    // Something else is written now and then, behind what the switch leaves.
    const atTheStart = async (): Promise<Standing> => {
      await sql`SELECT pg_switch_wal()`.execute(database.query);
      const standing = await standingOf(both().primary.url);
      return standing.position % standing.segmentBytes === 40 ? standing : atTheStart();
    };
    const primary = await atTheStart();
    const positions = createPositions();
    positions.add(primary, 5);
    await expect
      .poll(async () => (await standingOf(both().replica.url)).position, patience)
      .toBe(primary.position - 40);
    expect(positions.momentOf({ ...primary, isReplica: true, position: primary.position - 40 })).toBe(5);
  },
);

test(
  '(2) whoever has changed something reads it, by token, address or account, while others read what is old',
  slow,
  async () => {
    const database = await openBoth();
    await becomesUsed(database);
    await both().pause();
    try {
      await askers.run(changing('token a'), async () => {
        database.replicas?.isAccount(7);
        await change(database);
      });
      expect(await askedBy(database, looking('token a'))).toBe('primary');
      expect(await askedBy(database, looking('address ::1', 'account 7'))).toBe('primary');
      expect(await askedBy(database, looking('token b'))).toBe('replica');
    } finally {
      await both().resume();
    }
    await expect.poll(() => askedBy(database, looking('token a')), patience).toBe('replica');
  },
);

test(
  '(2) a change in a transaction counts from its commit, and a request that looks has changed nothing',
  slow,
  async () => {
    const database = await openBoth();
    await becomesUsed(database);
    await both().pause();
    try {
      await askers.run(looking('token a'), () => change(database));
      expect(await askedBy(database, looking('token a'))).toBe('replica');
      await askers.run(changing('token a'), () =>
        database.query.transaction().execute(async (transaction) => {
          notes += 1;
          await transaction
            .insertInto('projects')
            .values({ name: `project ${notes}`, created_at: '2026-01-31' })
            .execute();
        }),
      );
      expect(await askedBy(database, looking('token a'))).toBe('primary');
    } finally {
      await both().resume();
    }
  },
);

test('(3) what was announced is not read from a replica that does not have it yet', slow, async () => {
  const database = await openBoth();
  await becomesUsed(database);
  await both().pause();
  try {
    const heard = new Promise<void>((resolve) => {
      database.notices.subscribe({ changed: () => resolve(), missed: () => undefined });
    });
    // As another server would: in a connection of its own, for nobody who is known here.
    const other = await openPostgres(both().primary.url);
    await other.query
      .insertInto('npm_packages')
      .values({ name: 'lists', revision: 1, readme: '', access: 'public', created_at: '', modified_at: '' })
      .execute();
    await other.close();
    await heard;
    expect(await askedBy(database, looking(), 'package lists')).toBe('primary');
    expect(await askedBy(database, looking(), 'package')).toBe('primary');
    expect(await askedBy(database, looking(), 'package queues')).toBe('replica');
    expect(await askedBy(database, looking())).toBe('replica');
  } finally {
    await both().resume();
  }
  await expect.poll(() => askedBy(database, looking(), 'package lists'), patience).toBe('replica');
});

test(
  '(3) what this server has changed itself is not read from a replica that does not have it, before it is announced',
  slow,
  async () => {
    const database = await openBoth();
    await becomesUsed(database);
    await both().pause();
    try {
      await change(database);
      database.replicas?.changed('package queues');
      expect(await askedBy(database, looking(), 'package queues')).toBe('primary');
      expect(await askedBy(database, looking(), 'package lists')).toBe('replica');
    } finally {
      await both().resume();
    }
  },
);

test('what a replica does not find is looked for at the primary', async () => {
  const database = await openBoth();
  await becomesUsed(database);
  const asked: string[] = [];
  const ask = async (db: Kysely<Tables>): Promise<undefined> => void asked.push(await whoAnswers(db));
  await askers.run(looking(), () => read(database, { ask, isEnough: (found) => found !== undefined }));
  expect(asked).toEqual(['replica', 'primary']);
});

test(
  '(5) a replica that dies in the middle of questions costs nobody an answer, and comes back by itself',
  slow,
  async () => {
    const database = await openBoth();
    await becomesUsed(database);
    let begun = 0;
    const ask = async (db: Kysely<Tables>): Promise<string> => {
      begun += 1;
      const from = await whoAnswers(db);
      if (from === 'replica') await sql`SELECT pg_sleep(1)`.execute(db);
      return from;
    };
    const answers = Array.from({ length: 5 }, () => askers.run(looking(), () => read(database, { ask })));
    await expect.poll(() => begun, patience).toBe(5);
    await both().replica.stop();
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 5 }, () => 'primary'));
    await becomesUnused(database, 'does not answer');
    await both().replica.start();
    await becomesUsed(database);
  },
);

test('a replica that hangs is given up for the primary, and comes back by itself', slow, async () => {
  const { port, hostname } = new URL(both().replica.url);
  await using proxy = await tcpProxy({ host: hostname, port: Number(port) });
  const url = new URL(both().replica.url);
  url.port = String(proxy.port);
  const database = await openBoth({ urls: [url.href] });
  await becomesUsed(database);
  proxy.freeze();
  expect(await askedBy(database, looking())).toBe('primary');
  await becomesUnused(database, 'does not answer');
  proxy.thaw();
  await becomesUsed(database);
});

test(
  'a question that takes too long at the replica is answered by the primary, and the replica rests',
  slow,
  async () => {
    const database = await openBoth();
    await becomesUsed(database);
    const ask = async (db: Kysely<Tables>): Promise<string> => {
      const from = await whoAnswers(db);
      if (from === 'replica') await sql`SELECT pg_sleep(30)`.execute(db);
      return from;
    };
    expect(await askers.run(looking(), () => read(database, { ask }))).toBe('primary');
    expect(statusOf(database).problem).toBe('it was too slow');
  },
);

test(
  'while the primary is away the replica answers, whoever asks, and what has to come from the primary is refused',
  slow,
  async () => {
    const database = await openBoth({ maxLagMs: 2_000 });
    await becomesUsed(database);
    await askers.run(changing('token a'), () => change(database));
    await both().primary.stop();
    try {
      await expect.poll(() => database.replicas?.status().primaryAwayMs, patience).toBeGreaterThanOrEqual(0);
      expect(await askedBy(database, looking('token a'))).toBe('replica');
      expect(database.replicas?.canAnswer).toBe(true);
      await expect(askedBy(database, changing('token a'))).rejects.toSatisfy(ServerErrors.STORE_UNAVAILABLE.is);
      // A replica cannot know that there is none.
      const none = { ask: () => Promise.resolve(undefined), isEnough: () => false };
      const failing = { ...none, ask: (db: Kysely<Tables>) => whoAnswers(db).then(() => undefined) };
      await expect(askers.run(looking(), () => read(database, failing))).rejects.toSatisfy(
        ServerErrors.STORE_UNAVAILABLE.is,
      );
    } finally {
      await both().primary.start();
    }
    await expect.poll(() => database.replicas?.status().primaryAwayMs, patience).toBeUndefined();
    await becomesUsed(database);
    expect(await askedBy(database, changing('token a'))).toBe('primary');
  },
);

const strangers = [
  { what: 'the primary itself', place: () => both().primary.url, problem: 'it is no replica' },
  {
    what: 'a replica of another database',
    place: () => both().replica.url.replace(/postgres$/, 'template1'),
    problem: 'of another database',
  },
  { what: 'nobody', place: () => `postgres://postgres@127.0.0.1:9/postgres`, problem: 'does not answer' },
];
for (const { what, place, problem } of strangers) {
  test(`${what} is not read from, and the status says why`, async () => {
    const database = await openBoth({ urls: [place()] });
    expect(await askedBy(database, looking())).toBe('primary');
    expect(statusOf(database).problem).toContain(problem);
  });
}

test(
  'each address of a name is a replica; one that goes is forgotten, and a name that is lost keeps those it had',
  slow,
  async () => {
    const url = both().replica.url.replace('127.0.0.1', 'replicas.test');
    let found: readonly string[] | Error = ['127.0.0.1'];
    const lookup = () => (found instanceof Error ? Promise.reject(found) : Promise.resolve(found));
    const database = await openBoth({ urls: [url], lookup, lookupMs: 20 });
    const { port } = new URL(url);
    const addresses = () => database.replicas?.status().replicas.map(({ address }) => address);
    await becomesUsed(database);
    found = ['127.0.0.2', '127.0.0.1'];
    await expect.poll(addresses, patience).toEqual([`127.0.0.1:${port}`, `127.0.0.2:${port}`]);
    // Nobody listens on the second.
    expect(await askedBy(database, looking())).toBe('replica');
    found = new Error('no name server');
    await expect.poll(addresses, patience).toEqual([`127.0.0.1:${port}`, `127.0.0.2:${port}`]);
    found = ['127.0.0.1'];
    await expect.poll(addresses, patience).toEqual([`127.0.0.1:${port}`]);
  },
);

test('a name without an address is told, and the primary answers', async () => {
  const lookup = () => Promise.reject(new Error('not found'));
  const database = await openBoth({ urls: ['postgres://postgres@nowhere.test/postgres'], lookup });
  expect(await askedBy(database, looking())).toBe('primary');
  expect(database.replicas?.status().unknown).toEqual(['nowhere.test']);
});

test('a replica that becomes a primary is not read from any more, and another one goes on', slow, async (context) => {
  const location = skipWithout(context, replicaPrograms);
  await using second = await startPostgresReplica(location, both().primary);
  const database = await openBoth({ urls: [both().replica.url, second.url] });
  await becomesUsed(database);
  await both().promote();
  await becomesUnused(database, 'it is no replica');
  const answers = await Promise.all(Array.from({ length: 4 }, () => askedBy(database, looking())));
  expect(answers).toEqual(['replica', 'replica', 'replica', 'replica']);
});
