// What a backup consists of, for backup.mjs and restore.mjs.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const database = 'server.sqlite';

/** What lies beside the database, in the order in which it is copied; each one may be missing. */
export const files = [
  'flags.json',
  'flags-audit.log.head',
  'flags-audit.log',
  'audit.log.head',
  'audit.log',
  'registry-key.pem',
  'token-keys.json',
  'factor-key',
];

/** The archives of published packages: each file, under the SHA-256 of its bytes, never changes. */
export const archives = 'archives';

/** What the archives of a data folder are, with their paths from it; those that are still being received are left out. */
export function archivesIn(folder) {
  return filesIn(folder, archives).filter((name) => /^archives\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(name));
}

/** Path, size and SHA-256 of everything in a folder but its manifest. */
export function describe(folder) {
  return filesIn(folder)
    .filter((name) => name !== 'manifest.json')
    .toSorted()
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    });
}

function filesIn(folder, below = '') {
  if (!existsSync(join(folder, below))) return [];
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? filesIn(folder, name) : [name];
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
