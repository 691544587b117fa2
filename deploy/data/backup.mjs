#!/usr/bin/env node
// node backup.mjs <data folder> <backups folder> [--keep <n>]: copies the data of a server, also of one that runs and is
// written to. Prints the new folder. Exit code 0: it is whole and on the disk; 1: there is no new backup; 2: asked wrongly.
import { closeSync, constants, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { archives, archivesIn, database, describe, files, findDamage } from './parts.mjs';

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
  copyTogether();
  // The head before the log: a log that grew in between has more than its head says, which is no damage.
  for (const file of files) {
    if (existsSync(join(dataDir, file))) copyFileSync(join(dataDir, file), join(partial, file));
  }
  const manifest = { createdAt: new Date().toISOString(), files: describe(partial) };
  writeFileSync(join(partial, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  for (const path of pathsIn(manifest.files)) flush(join(partial, path));
  renameSync(partial, whole);
  flush(backups);
} catch (error) {
  rmSync(partial, { recursive: true, force: true });
  console.error('No backup was made:', error);
  process.exit(1);
}
forgetOld();
console.log(whole);

/**
 * The database, then the archives that it names: an archive is never changed, so a later copy of it is the same. What was
 * unpublished in between is gone from both when they are copied again.
 */
function copyTogether() {
  for (let attempts = 1; ; attempts += 1) {
    rmSync(join(partial, database), { force: true });
    copyDatabase(join(dataDir, database), join(partial, database));
    for (const name of archivesIn(dataDir)) copyArchive(name);
    const missing = archivesNamed(join(partial, database)).filter((name) => !existsSync(join(partial, name)));
    if (missing.length === 0) return;
    if (attempts === 5)
      throw new TypeError(`these archives of published versions are not there: ${missing.join(', ')}`);
  }
}

function copyArchive(name) {
  const to = join(partial, name);
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  try {
    copyFileSync(join(dataDir, name), to, constants.COPYFILE_FICLONE);
  } catch (error) {
    // Unpublished since the folder was read.
    if (error?.code !== 'ENOENT') throw error;
  }
}

function archivesNamed(file) {
  const opened = new DatabaseSync(file, { readOnly: true });
  try {
    // A database of before there were packages has no such table.
    const tables = opened.prepare("SELECT name FROM sqlite_master WHERE name = 'npm_versions'").all();
    const rows =
      tables.length === 0
        ? []
        : opened.prepare('SELECT DISTINCT sha256 FROM npm_versions WHERE removed_at IS NULL').all();
    return rows.map(({ sha256 }) => `${archives}/${String(sha256).slice(0, 2)}/${sha256}`);
  } finally {
    opened.close();
  }
}

/** The files, the manifest, and the folders that have them. */
function pathsIn(described) {
  const names = ['manifest.json', ...described.map(({ name }) => name)];
  return new Set(names.flatMap((name) => [name, dirname(name), dirname(dirname(name))]));
}

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
