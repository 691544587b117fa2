import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { isAlive } from '../alive.ts';
import { LoggerErrors } from '../errors.ts';

const held = new Set<string>();

/** Keeps other processes from writing the same file, and gives the undo. @throws AUDIT_LOCKED */
export function lock(path: string): () => void {
  const lockPath = `${path}.lock`;
  if (!tryLock(lockPath)) {
    const pid = readPid(lockPath);
    if (held.has(lockPath) || (pid !== process.pid && isAlive(pid))) refuse(path, lockPath, pid);
    // Its process was killed, and had no time to take the lock away.
    rmSync(lockPath, { force: true });
    if (!tryLock(lockPath)) refuse(path, lockPath, readPid(lockPath));
  }
  held.add(lockPath);
  const release = (): void => {
    process.off('exit', release);
    held.delete(lockPath);
    rmSync(lockPath, { force: true });
  };
  process.on('exit', release);
  return release;
}

function tryLock(lockPath: string): boolean {
  try {
    const fd = openSync(lockPath, 'wx');
    writeSync(fd, String(process.pid));
    closeSync(fd);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readPid(lockPath: string): number {
  try {
    return Number(readFileSync(lockPath, 'utf8'));
  } catch {
    return 0;
  }
}

function refuse(path: string, lockPath: string, pid: number): never {
  throw new LoggerErrors.AUDIT_LOCKED({ path, pid, lock: lockPath });
}
