#!/usr/bin/env node
// node backup.mjs <data folder> <backups folder> [--keep <n>]: copies the data of a server, also of one that runs and is
// written to. Prints the new folder. Exit code 0: it is whole and on the disk; 1: there is no new backup; 2: asked wrongly.
import { existsSync, fsyncSync, openSync, closeSync, copyFileSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { describe, files, database, findDamage } from './parts.mjs';

const { values, positionals } = parseArgs({ options: { keep: { type: 'string' } }, allowPositionals: true });
const [dataDir, backups] = positionals;
const keep = values.keep === undefined ? Infinity : Number(values.keep);
if (dataDir === undefined || backups === undefined || !(keep >= 1)) {
  console.error('Usage: node backup.mjs <data folder> <backups folder> [--keep <n>]');
  process.exit(2);
}
if (!existsSync(join(dataDir, database))) {
  console.error(`There is no ${database} in ${dataDir}. Give the folder that SEAWORTHY_DATA_DIR names.`);
  process.exit(2);
}

const name = new Date().toISOString().replaceAll(':', '-');
const partial = join(backups, `${name}.partial`);
const whole = join(backups, name);
try {
  mkdirSync(partial, { recursive: true, mode: 0o700 });
  copyDatabase(join(dataDir, database), join(partial, database));
  // The head before the log: a log that grew in between has more than its head says, which is no damage.
  for (const file of files) {
    if (existsSync(join(dataDir, file))) copyFileSync(join(dataDir, file), join(partial, file));
  }
  const manifest = { createdAt: new Date().toISOString(), files: describe(partial) };
  writeFileSync(join(partial, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const file of readdirSync(partial)) flush(join(partial, file));
  renameSync(partial, whole);
  flush(backups);
} catch (error) {
  rmSync(partial, { recursive: true, force: true });
  console.error('No backup was made:', error);
  process.exit(1);
}
forgetOld();
console.log(whole);

/** One read transaction: writers go on, and what they commit meanwhile is in the next backup. */
function copyDatabase(from, to) {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    source.prepare('VACUUM INTO ?').run(to);
  } finally {
    source.close();
  }
  const damage = findDamage(to);
  if (damage !== undefined) throw new TypeError(`the copy is damaged: ${damage}`);
}

function flush(path) {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function forgetOld() {
  const kept = readdirSync(backups)
    .filter((entry) => /^\d{4}-\d\d-\d\dT[\d-]+\.\d+Z$/.test(entry))
    .toSorted();
  for (const old of kept.slice(0, Math.max(0, kept.length - keep))) rmSync(join(backups, old), { recursive: true });
}
