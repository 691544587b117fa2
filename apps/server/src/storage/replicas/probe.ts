// Asks one server of PostgreSQL again and again how far it is, over a connection of its own: a pool that is busy says nothing of it.
// (1) Each answer has a deadline; who misses it is asked over a new connection.
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { ended } from '../notices.ts';
import { connectionOf, type PoolOptions } from '../postgres-pool.ts';
import { socketTo } from './addresses.ts';
import type { Standing } from './positions.ts';

export interface ProbeOptions extends Pick<PoolOptions, 'url' | 'ip'> {
  readonly intervalMs: number;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** @param at When it was asked. */
  readonly onAnswer: (standing: Standing, at: number) => void;
  readonly onFailed: (error: unknown) => void;
}

export interface Probe extends AsyncDisposable {
  /** Resolves with the first answer, or when there is none in time. */
  readonly begun: Promise<void>;
}

export function probe(options: ProbeOptions): Probe {
  const stopping = new AbortController();
  const { signal } = stopping;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await askUntilItFails(options, begin, signal).catch((error: unknown) => {
        if (!signal.aborted) options.onFailed(error);
      });
      begin();
      await delay(options.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    begun,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

async function askUntilItFails(
  { url, ip, intervalMs, timeoutMs, onAnswer }: ProbeOptions,
  answered: () => void,
  signal: AbortSignal,
): Promise<void> {
  const { default: pg } = await import('pg');
  const times = { statementMs: timeoutMs, connectMs: timeoutMs };
  const socket = ip === undefined ? new Socket() : socketTo(ip);
  const settings = { ...connectionOf({ url, ...times }), query_timeout: timeoutMs, stream: () => socket };
  const client: Client = new pg.Client(settings);
  // The next question hears of it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (;;) {
      signal.throwIfAborted();
      const at = performance.now();
      const { rows } = await client.query<StandingRow>(question);
      onAnswer(standingOf(rows[0] as StandingRow), at);
      answered();
      await delay(intervalMs, undefined, { signal });
    }
  } finally {
    await ended(client, timeoutMs);
    // Of those that hang there would be one more with each question.
    socket.destroy();
  }
}

interface StandingRow extends Omit<Standing, 'position' | 'segmentBytes' | 'pageBytes'> {
  // Whole numbers of 64 bits and more are texts to the driver.
  readonly position: string | null;
  readonly segmentBytes: string;
  readonly pageBytes: string;
}

const question = `SELECT pg_is_in_recovery() AS "isReplica",
  CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END - '0/0'::pg_lsn AS position,
  CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) END AS timeline,
  concat_ws(' ', (SELECT system_identifier FROM pg_control_system()), current_database(), current_schema()) AS database,
  pg_size_bytes(current_setting('wal_segment_size')) AS "segmentBytes", current_setting('wal_block_size') AS "pageBytes"`;

function standingOf({ position, segmentBytes, pageBytes, ...rest }: StandingRow): Standing {
  const numbers = {
    position: Number(position ?? -1),
    segmentBytes: Number(segmentBytes),
    pageBytes: Number(pageBytes),
  };
  return { ...rest, ...numbers };
}
