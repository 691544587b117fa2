// Whether a connection to the database is one client's own. Whoever listens to what others announce (LISTEN) needs that; a pooler
// that gives each transaction another connection lets them listen and tells them nothing.
import type { Client } from 'pg';
import { ended } from './notices.ts';
import { connectionOf } from './postgres-pool.ts';

/** How long either question may take, in milliseconds. */
const patienceMs = 5_000;

/**
 * False when two clients of this address were given the same connection. Poolers hand out again what was used last, so the
 * second one is given the connection of the first, unless that is still its own.
 */
export async function isOwnConnection(url: string): Promise<boolean> {
  const { default: pg } = await import('pg');
  const options = connectionOf({ url, statementMs: patienceMs, connectMs: patienceMs });
  const [one, other]: [Client, Client] = [new pg.Client(options), new pg.Client(options)];
  // Whoever asks hears of it; with nobody listening it would end the process.
  for (const client of [one, other]) client.on('error', () => undefined);
  try {
    await one.connect();
    const before = await processOf(one);
    // Where nothing is in between, the server has said the number itself.
    if ('processID' in one && one.processID === before) return true;
    await other.connect();
    await other.query('BEGIN');
    const during = await processOf(other);
    return during !== before && (await processOf(one)) === before;
  } finally {
    await ended(other, patienceMs);
    await ended(one, patienceMs);
  }
}

async function processOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ id: number }>('SELECT pg_backend_pid() AS id');
  return rows[0]?.id ?? -1;
}
