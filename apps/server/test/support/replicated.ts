import { setTimeout as delay } from 'node:timers/promises';
import {
  replicaPrograms,
  skipWithout,
  startPostgres,
  startPostgresReplica,
  type PostgresServer,
} from '@seaworthy/test-services';
import pg from 'pg';
import type { TestContext } from 'vitest';

/** A PostgreSQL and a replica of it that follows by streaming. */
export interface Replicated extends AsyncDisposable {
  readonly primary: PostgresServer;
  readonly replica: PostgresServer;
  /** From now on the replica knows nothing new, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** From now on it takes changes of its own. */
  promote(): Promise<void>;
}

/** Skips the test where the programs of PostgreSQL are not installed. */
export async function replicated(context: Pick<TestContext, 'skip'>): Promise<Replicated> {
  const location = skipWithout(context, replicaPrograms);
  const primary = await startPostgres(location);
  try {
    const replica = await startPostgresReplica(location, primary);
    return {
      primary,
      replica,
      async pause() {
        await ask(replica.url, 'SELECT pg_wal_replay_pause()');
        // It is asked to, and does so when it comes to it.
        const state = 'SELECT pg_get_wal_replay_pause_state() AS state';
        while ((await ask(replica.url, state))[0]?.['state'] !== 'paused') await delay(5);
      },
      resume: async () => void (await ask(replica.url, 'SELECT pg_wal_replay_resume()')),
      promote: async () => void (await ask(replica.url, 'SELECT pg_promote()')),
      async [Symbol.asyncDispose]() {
        await replica[Symbol.asyncDispose]();
        await primary[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await primary[Symbol.asyncDispose]();
    throw error;
  }
}

async function ask(url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Readonly<Record<string, unknown>>>(text)).rows;
  } finally {
    await client.end();
  }
}
