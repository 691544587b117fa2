// A file of a cache begins with the hash of what follows: one that was torn, edited or written by another version is no file.
import { hash, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** What was kept; undefined when there is nothing, or nothing that can be trusted. */
export function readKept(path: string): unknown {
  try {
    const text = readFileSync(path, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return text.slice(0, end) === sumOf(body) ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Keeps a value, as a whole or not at all; of two that write at the same time the last one wins. A link in the place of the file
 * is replaced, not followed.
 *
 * @throws what the file system throws
 */
export function keep(path: string, value: unknown): void {
  const body = JSON.stringify(value);
  const draft = `${path}.${randomUUID()}.tmp`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  try {
    writeFileSync(draft, `${sumOf(body)}\n${body}`, { flag: 'wx', mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

function sumOf(body: string): string {
  return hash('sha256', body, 'base64url');
}
