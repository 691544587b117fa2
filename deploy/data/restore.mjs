#!/usr/bin/env node
// node restore.mjs <backup> <data folder>: puts the data of a backup in its place. The server must be stopped. What was
// there is moved aside, not deleted. Exit code 0: restored; 1: nothing was changed, and why; 2: asked wrongly.
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DatabaseSync } from 'node:sqlite';
import { archives, database, describe, files, findDamage } from './parts.mjs';

const [backup, dataDir] = process.argv.slice(2);
if (backup === undefined || dataDir === undefined) {
  console.error('Usage: node restore.mjs <backup> <data folder>');
  process.exit(2);
}
const reason = whyNot();
if (reason !== undefined) {
  console.error(`Nothing was changed: ${reason}`);
  process.exit(1);
}
const aside = join(dataDir, `before-${new Date().toISOString().replaceAll(':', '-')}`);
mkdirSync(aside, { recursive: true });
// The log of changes belongs to its database: an old one beside a new one would not fit.
for (const name of [database, `${database}-wal`, `${database}-shm`, ...files, archives]) {
  if (existsSync(join(dataDir, name))) renameSync(join(dataDir, name), join(aside, name));
}
for (const { name } of describe(backup)) {
  mkdirSync(dirname(join(dataDir, name)), { recursive: true });
  copyFileSync(join(backup, name), join(dataDir, name));
}
console.log(`Restored ${backup}. What was there before is in ${aside}.`);

function whyNot() {
  const manifest = join(backup, 'manifest.json');
  if (!existsSync(manifest)) return `${backup} is no backup: it has no manifest.json.`;
  const { files: promised } = JSON.parse(readFileSync(manifest, 'utf8'));
  if (!isDeepStrictEqual(describe(backup), promised)) return `the files of ${backup} are not those that were saved.`;
  const damage = findDamage(join(backup, database));
  if (damage !== undefined) return `the database in ${backup} is damaged: ${damage}`;
  if (isInUse(join(dataDir, database))) return `a server has ${dataDir} open. Stop it first.`;
  return undefined;
}

/** Leaving the write-ahead mode is only possible for the last one who has the database open. */
function isInUse(file) {
  if (!existsSync(file)) return false;
  let opened;
  try {
    opened = new DatabaseSync(file, { timeout: 0 });
    opened.exec('PRAGMA journal_mode = DELETE');
    return false;
  } catch (error) {
    // 5 is SQLITE_BUSY. A database that is damaged is moved aside like any other.
    return (error?.errcode & 0xff) === 5;
  } finally {
    opened?.close();
  }
}
