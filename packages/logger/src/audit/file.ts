import { mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { LoggerErrors } from '../errors.ts';
import { lock } from './lock.ts';

/** Opens a file for this process alone, and gives the undo of that. @throws FILE_NOT_OPENED, AUDIT_LOCKED */
export function openLocked(path: string): [fd: number, release: () => void] {
  let release: (() => void) | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    release = lock(path);
    return [openSync(path, 'a+'), release];
  } catch (cause) {
    release?.();
    if (LoggerErrors.AUDIT_LOCKED.is(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LoggerErrors.FILE_NOT_OPENED({ path, reason }, { cause });
  }
}

/** Writes a line, however many times that takes. Gives the number of bytes. */
export function writeWhole(fd: number, line: string): number {
  const bytes = Buffer.from(line);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  return bytes.length;
}
