import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';

const program = new URL('../fixtures/migrate-database.ts', import.meta.url).pathname;
const count = 1_000;

/** Runs the program until it has written so many batches, then kills it; without a number, to its end. */
async function run(files: readonly string[], killAfter = Number.POSITIVE_INFINITY): Promise<string> {
  const child = spawn(process.execPath, ['--conditions=@seaworthy/source', '--no-warnings', program, ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let batches = 0;
  let last = '';
  for await (const line of createInterface(child.stdout)) {
    last = line;
    batches += 1;
    if (batches === killAfter) child.kill('SIGKILL');
  }
  const [code, signal] = (await exited) as [number | null, string | null];
  expect([code, signal]).toEqual(killAfter === Number.POSITIVE_INFINITY ? [0, null] : [null, 'SIGKILL']);
  return last;
}

test('a process killed again and again loses nothing and migrates nothing twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'killed-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = [join(folder, 'records.db'), join(folder, 'checkpoint.json')];
  const db = new DatabaseSync(files[0] as string);
  onTestFinished(() => db.close());
  db.exec('CREATE TABLE records (key TEXT PRIMARY KEY, version INTEGER, data TEXT, written INTEGER DEFAULT 0)');
  const insert = db.prepare('INSERT INTO records (key, version, data) VALUES (?, 1, ?)');
  db.exec('BEGIN');
  for (let n = 0; n < count; n += 1) insert.run(`k${String(n).padStart(6, '0')}`, JSON.stringify({ n }));
  db.exec('COMMIT');

  for (const killAfter of [1, 7, 3]) await run(files, killAfter);
  const report = JSON.parse(await run(files)) as Record<string, unknown>;

  const rows = db.prepare('SELECT key, version, data, written FROM records ORDER BY key').all();
  expect(rows).toHaveLength(count);
  for (const [n, row] of rows.entries()) {
    expect({ ...row }).toMatchObject({ version: 2, data: JSON.stringify({ n, steps: 1 }), written: 1 });
  }
  expect(report).toMatchObject({ done: true, read: count, dead: 0 });
  expect(report['resumedAfter']).toMatch(/^k000/);
});
