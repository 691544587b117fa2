// Commits wait for the disk here and not in SQLite, which would hold up the event loop for as long as the disk takes.
// (1) `synced` resolves when the disk has all that was committed before it was called: by a synchronisation that began later.
// (2) One synchronisation serves all who wait for it, however many have committed.
// (3) After the disk has failed once nothing is acknowledged any more: the system forgets what it could not write.
// (4) Nobody waits longer than the deadline; what was committed may be on the disk all the same.
import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { ServerErrors } from '../errors.ts';

export interface WalSync {
  /** @throws ServerErrors.WRITE_UNCONFIRMED */
  synced(): Promise<void>;
  close(): Promise<void>;
}

export interface WalSyncOptions {
  /** How long to wait for the disk. @default 10000 */
  readonly timeoutMs?: number;
  /** @default fdatasync */
  readonly sync?: (fd: number) => Promise<void>;
}

/** Of a database of this name that is open in write-ahead mode, and stays open until this is closed. */
export function openWalSync(file: string, { timeoutMs = 10_000, sync = syncData }: WalSyncOptions = {}): WalSync {
  const fd = openSync(`${file}-wal`, 'r+');
  let failure: Error | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  const run = async (): Promise<void> => {
    try {
      if (failure === undefined) await sync(fd);
    } catch (error) {
      failure = error as Error;
    }
    running = undefined;
    if (failure !== undefined)
      throw unconfirmed(`the disk does not keep what it was given: ${failure.message}`, failure);
  };
  const start = (): Promise<void> => {
    next = undefined;
    running = run();
    return running;
  };
  return {
    // Whoever comes while one is running waits for the next one.
    synced: () => within(timeoutMs, running === undefined ? start() : (next ??= settled(running).then(start))),
    async close() {
      await settled(running);
      await settled(next);
      closeSync(fd);
    },
  };
}

/** A file is on the disk when its folder is, too. */
export function syncFolderOf(file: string): void {
  const fd = openSync(dirname(file), 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function syncData(fd: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(fd, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

async function settled(work: Promise<void> | undefined): Promise<void> {
  await work?.catch(() => undefined);
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    late.reject(unconfirmed(`the disk has not confirmed what was written after ${timeoutMs} ms`));
  }, timeoutMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function unconfirmed(reason: string, cause?: Error): Error {
  return new ServerErrors.WRITE_UNCONFIRMED({ reason }, cause === undefined ? {} : { cause });
}
