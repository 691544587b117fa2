#!/usr/bin/env node
// SEAWORTHY_DATABASE_URL=<address> node main.ts <data folder>: copies what a stopped server keeps in its folder into an empty
// PostgreSQL, and its archives into the bucket of SEAWORTHY_STORAGE_URL, if that is given. Exit code 0: all of it is there and was compared; 2: asked wrongly; else nothing was copied.
import { exitCode, toTerminal } from '@seaworthy/errors';
import { copyToPostgres } from './copy.ts';
import { openCopyStorage } from './storage.ts';

const [dataDir, ...others] = process.argv.slice(2);
// Not as a word: the words of a process are shown to everybody on the machine.
const url = process.env['SEAWORTHY_DATABASE_URL'];
if (dataDir === undefined || others.length > 0 || url === undefined) {
  console.error('Usage: SEAWORTHY_DATABASE_URL=postgres://… node main.ts <data folder>');
  process.exitCode = 2;
} else {
  try {
    await using storage = await openCopyStorage(process.env);
    const { tables, archives } = await copyToPostgres({ dataDir, url, bucket: storage.bucket });
    for (const { name, rows, digest } of tables) console.log(`${name} ${rows} ${digest.slice(0, 16)}`);
    console.log(`archives ${archives}${storage.bucket === undefined ? '' : ` in ${storage.bucket.address}`}`);
  } catch (error) {
    console.error(toTerminal(error));
    process.exitCode = exitCode(error);
  }
}
