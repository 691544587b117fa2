import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ServerErrors } from '../errors.ts';
import { isUnavailable } from './sqlite.ts';

export interface HoldOptions {
  /** How long to wait for a server that is still closing. @default 3000 */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Keeps other servers off a data folder until it is disposed of. It is a lock of the operating system on `server.lock`, taken
 * by SQLite: the system takes it back when the process ends in whatever way, and it also keeps containers apart that share a
 * volume on one machine and do not see each other's processes. Network file systems are as good at it as they are at locks.
 *
 * @throws ServerErrors.DATA_IN_USE when another server has the folder, with its machine and process.
 * @throws ServerErrors.DATA_UNREADABLE when the lock cannot be made.
 */
export async function holdFolder(folder: string, { waitMs = 3_000, signal }: HoldOptions = {}): Promise<Disposable> {
  const file = join(folder, 'server.lock');
  const deadline = performance.now() + waitMs;
  const lock = openLock(folder, file);
  try {
    while (!tryHold(lock, file)) {
      if (performance.now() >= deadline) throw new ServerErrors.DATA_IN_USE({ folder, ...holderOf(lock) });
      await delay(50, undefined, { signal });
    }
  } catch (error) {
    lock.close();
    throw error;
  }
  return { [Symbol.dispose]: () => lock.close() };
}

function openLock(folder: string, file: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true });
    return new DatabaseSync(file, { timeout: 0 });
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** Who holds it is written down first, since nobody sees what is written in a transaction that stays open. */
function tryHold(lock: DatabaseSync, file: string): boolean {
  try {
    lock.exec('BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS holder (host TEXT, pid INTEGER); DELETE FROM holder');
    lock.prepare('INSERT INTO holder VALUES (?, ?)').run(hostname(), process.pid);
    lock.exec('COMMIT; BEGIN IMMEDIATE');
    return true;
  } catch (cause) {
    if (lock.isTransaction) lock.exec('ROLLBACK');
    if (isBusy(cause)) return false;
    throw unreadable(file, cause);
  }
}

function holderOf(lock: DatabaseSync): { readonly host: string; readonly pid: number } {
  try {
    const { host, pid } = lock.prepare('SELECT host, pid FROM holder').get() ?? {};
    return { host: String(host), pid: Number(pid) };
  } catch {
    // It is writing at this very moment.
    return { host: 'unknown', pid: 0 };
  }
}

function isBusy(cause: unknown): boolean {
  return isUnavailable(cause) && 'errcode' in cause && (Number(cause.errcode) & 0xff) === 5;
}

function unreadable(file: string, cause: unknown): Error {
  return new ServerErrors.DATA_UNREADABLE({ file, reason: (cause as Error).message }, { cause });
}
