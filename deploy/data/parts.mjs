// What a backup consists of, for backup.mjs and restore.mjs.
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const database = 'server.sqlite';

/** What lies beside the database, in the order in which it is copied; each one may be missing. */
export const files = ['flags.json', 'flags-audit.log.head', 'flags-audit.log'];

/** Name, size and SHA-256 of everything in a folder but its manifest. */
export function describe(folder) {
  return readdirSync(folder)
    .filter((name) => name !== 'manifest.json')
    .toSorted()
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
}

/** What SQLite finds wrong with a database that nobody uses, or undefined. */
export function findDamage(file) {
  const opened = new DatabaseSync(file, { readOnly: true });
  try {
    const [first] = opened.prepare('PRAGMA integrity_check(1)').all();
    return first?.integrity_check === 'ok' ? undefined : String(first?.integrity_check);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    opened.close();
  }
}
