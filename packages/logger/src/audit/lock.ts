// (1) A lock has its owner in it from the first moment: it is made elsewhere and linked to its name.
// (2) Only one process at a time may take away the lock of a process that is gone, so nobody takes away a new one.
// (3) Within one process the threads, and two copies of this package, keep each other out as well.
import { linkSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { isAlive } from '../alive.ts';
import { LoggerErrors } from '../errors.ts';

// Taking away a lock takes a moment; whoever was killed in it is not waited for.
const takeoverMs = 5000;

/** Keeps other processes from writing the same file, and gives the undo. @throws AUDIT_LOCKED */
export function lock(path: string): () => void {
  const lockPath = `${realPath(path)}.lock`;
  if (!tryLock(lockPath) && !takeOver(lockPath)) {
    throw new LoggerErrors.AUDIT_LOCKED({ path, pid: readPid(lockPath), lock: lockPath });
  }
  const release = (): void => {
    process.off('exit', release);
    rmSync(lockPath, { force: true });
  };
  process.on('exit', release);
  return release;
}

/** One name for a file, however many links lead to it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}

function tryLock(lockPath: string): boolean {
  const own = `${lockPath}.${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(own, String(process.pid));
    linkSync(own, lockPath);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'EPERM' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') return tryLockWithoutLink(lockPath);
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

// For file systems without hard links. Another process may see the lock a moment before it has an owner.
function tryLockWithoutLink(lockPath: string): boolean {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away a lock whose process was killed and had no time to do so. */
function takeOver(lockPath: string): boolean {
  if (isHeld(lockPath)) return false;
  const takeover = `${lockPath}.takeover`;
  if (ageMs(takeover) > takeoverMs) rmSync(takeover, { force: true });
  if (!tryLock(takeover)) return false;
  try {
    // Another process may have been faster.
    if (isHeld(lockPath)) return false;
    rmSync(lockPath, { force: true });
    return tryLock(lockPath);
  } finally {
    rmSync(takeover, { force: true });
  }
}

function isHeld(lockPath: string): boolean {
  const pid = readPid(lockPath);
  if (pid !== process.pid) return isAlive(pid);
  // Made before this process began, by an earlier one of the same id, as in a container; or else by another thread.
  return ageMs(lockPath) < process.uptime() * 1000;
}

function readPid(lockPath: string): number {
  try {
    return Number(readFileSync(lockPath, 'utf8'));
  } catch {
    return 0;
  }
}

function ageMs(path: string): number {
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  return modified === undefined ? 0 : Date.now() - modified;
}
